package account

import (
	"slices"
	"time"

	"mkr/domain/event"
)

// A token acts as its account does, so nobody makes one for an account that is another's: an administrator offers it, for
// which system and for how long, and the account's holder, who proves once more who she is, takes it. Both are on record.
type (
	// TokenOffered: the holder may take a token. It is worth nothing until she does.
	TokenOffered struct {
		Offer string `json:"offer"`
		Label string `json:"label"`
		Days  int    `json:"days"`
		By    string `json:"by"`
	}
	// TokenOfferEnded: it was taken, refused by the holder, or withdrawn by an administrator.
	TokenOfferEnded struct {
		Offer  string `json:"offer"`
		Reason string `json:"reason"`
	}
)

// EventType is the stored name.
func (TokenOffered) EventType() string { return "account.token_offered" }

// EventType is the stored name.
func (TokenOfferEnded) EventType() string { return "account.token_offer_ended" }

// Reasons for which an offer ends.
const (
	OfferTaken     = "taken"
	OfferRefused   = "refused"
	OfferWithdrawn = "withdrawn"
)

// OfferReasons are those that a command may give.
var OfferReasons = []string{OfferRefused, OfferWithdrawn}

// Codes of refusals. They are API.
const (
	CodeNoOffer  = "account.no_such_offer"
	CodeOwnOffer = "account.own_offer"
)

// Offer is a token that the holder may take.
type Offer struct {
	ID, Label string
	Days      int
	By        string
}

type (
	// OfferToken is an administrator's; never for her own account.
	OfferToken struct {
		Offer, Label string
		Days         int
		By           string
	}
	// TakeToken is the holder's yes: the session begins.
	TakeToken struct {
		Offer, Session, TokenHash string
		Wall                      time.Time
	}
	// EndOffer is the holder's no, or the administrator's second thought.
	EndOffer struct{ Offer, Reason string }
)

func (OfferToken) command() {}
func (TakeToken) command()  {}
func (EndOffer) command()   {}

// Offered finds an offer that stands.
func (s State) Offered(id string) (Offer, bool) {
	i := slices.IndexFunc(s.Offers, func(o Offer) bool { return o.ID == id })
	if i < 0 {
		return Offer{}, false
	}
	return s.Offers[i], true
}

func offerEvents() []event.Entry {
	return []event.Entry{
		event.Type[TokenOffered]("An administrator offered the holder a token for a partner system."),
		event.Type[TokenOfferEnded]("The offer of a token was taken, refused or withdrawn."),
	}
}

func evolveOffer(s State, d event.Data) State {
	switch e := d.(type) {
	case TokenOffered:
		s.Offers = append(slices.Clip(s.Offers), Offer{ID: e.Offer, Label: e.Label, Days: e.Days, By: e.By})
	case TokenOfferEnded:
		s.Offers = slices.DeleteFunc(slices.Clone(s.Offers), func(o Offer) bool { return o.ID == e.Offer })
	}
	return s
}

const day = 24 * time.Hour

func decideOffer(s State, c Command) ([]event.Data, error) {
	switch c := c.(type) {
	case OfferToken:
		switch _, there := s.Offered(c.Offer); {
		case there:
			return nil, nil
		case s.Locked:
			return nil, event.Refuse(CodeLocked, "the account is locked")
		case c.By == "" || c.By == s.Account:
			return nil, event.Refuse(CodeOwnOffer, "nobody offers herself a token: it takes two people")
		case c.Offer == "" || c.Label == "":
			return nil, event.RefuseField(CodeMissing, "label", "for which system it is")
		case c.Days < 1 || time.Duration(c.Days)*day > MaxLife[Token]:
			return nil, event.RefuseField(CodeExpiry, "days", "from 1 to 366 days")
		}
		return []event.Data{TokenOffered(c)}, nil
	case TakeToken:
		if slices.ContainsFunc(s.Sessions, func(o Session) bool { return o.ID == c.Session }) {
			return nil, nil
		}
		offer, there := s.Offered(c.Offer)
		if !there {
			return nil, event.Refuse(CodeNoOffer, "no such token is offered")
		}
		started, err := decideStart(s, StartSession{
			Session: c.Session, Kind: Token, TokenHash: c.TokenHash, Label: offer.Label, Wall: c.Wall, ExpiresAt: c.Wall.Add(time.Duration(offer.Days) * day),
		})
		if err != nil {
			return nil, err
		}
		return append([]event.Data{TokenOfferEnded{Offer: c.Offer, Reason: OfferTaken}}, started...), nil
	case EndOffer:
		if !slices.Contains(OfferReasons, c.Reason) {
			return nil, event.RefuseField(CodeUnknownCode, "reason", "not a known reason")
		}
		if _, there := s.Offered(c.Offer); !there {
			return nil, nil
		}
		return []event.Data{TokenOfferEnded(c)}, nil
	}
	return nil, nil
}
