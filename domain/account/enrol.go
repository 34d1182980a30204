package account

import (
	"slices"

	"mkr/domain/event"
)

// CodeLastSecondStep refuses to take away the last second step where one is asked of everybody. It is API.
const CodeLastSecondStep = "account.last_second_step"

// Enrol sets the first second step of a holder who stands at the door, a code's secret or a passkey, and lets her in by it: both or
// neither. From is the hash of the password that she has shown, or under which a provider's word was taken.
type Enrol struct {
	From    string
	Second  SetSecondFactor // or
	Passkey AddPasskey
	Start   StartSession
}

func (Enrol) command() {}

// Guarded tells whether anything beside the password was ever set and not taken away. A key that was seen twice counts: whoever has
// copied it shall not win a way in.
func (s State) Guarded() bool { return s.Second.IsSet() || len(s.Passkeys) > 0 }

// SecondSteps is how many ways its holder has to show a second step that let her in.
func (s State) SecondSteps() int {
	n := len(slices.DeleteFunc(slices.Clone(s.Passkeys), func(k Passkey) bool { return k.Copied }))
	if s.Second.IsSet() {
		n++
	}
	return n
}

// keep refuses what would leave no second step, where one has to stay.
func (s State) keep(stays bool, events []event.Data) ([]event.Data, error) {
	after := s
	for _, e := range events {
		after = Evolve(after, e)
	}
	if stays && after.SecondSteps() == 0 {
		return nil, event.Refuse(CodeLastSecondStep, "a second step is required here, and this is the last one: set another first")
	}
	return events, nil
}

func decideEnrol(s State, c Enrol) ([]event.Data, error) {
	switch {
	case slices.ContainsFunc(s.Sessions, func(o Session) bool { return o.ID == c.Start.Session }):
		return nil, nil
	case s.Guarded():
		return nil, event.Refuse(CodeSecondFactor, "a second step is set: come in by it")
	case c.From != s.Hash:
		return nil, event.Refuse(CodeNotProved, "the password was changed meanwhile")
	case c.Start.Kind != Browser || c.Start.From != "" || c.Start.Grant != "":
		return nil, event.RefuseField(CodeUnknownCode, "kind", "a browser at the door")
	}
	// What she sets is her second step for this once: the session rests on it, so nothing else is asked of her.
	c.Start.SecondStep = false
	begun, err := decideStart(s, c.Start)
	if err != nil {
		return nil, err
	}
	var set []event.Data
	if c.Passkey.Passkey.ID != "" {
		set, err = decidePasskey(s, c.Passkey)
	} else {
		set, err = decideSecond(s, c.Second)
	}
	if err != nil {
		return nil, err
	}
	return append(set, begun...), nil
}
