package handlers

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/register"
)

// OpenCase is intake: the body of POST /cases. The first person is the one the case is about.
type OpenCase struct {
	Timed
	Kind     Kind        `json:"kind" required:"true"`
	Channel  Channel     `json:"channel" required:"true"`
	Violence []Violence  `json:"violence,omitempty"`
	Persons  []NewPerson `json:"persons" required:"true" minItems:"1" maxItems:"30"`
	Regime   string      `json:"regime,omitempty" ask:"regime" fold:"yes" description:"Id of the rule pack that governs its terms of law, if not the one that governs cases of its kind today."`
}

// OpenCase opens a case: the persons' streams first, sealed, then the number in the register, then the case
// itself. Each step derives its ids from the command's key, so a retry after a crash between two of them goes on
// where it stopped.
func (s *Service) OpenCase(ctx context.Context, c Caller, in OpenCase, env Envelope) (Receipt, error) {
	r, err := s.openCase(ctx, c, in, env)
	if err != nil {
		s.recordRefusal(ctx, c, string(access.OpenCase), "", env.Key, err)
	}
	return r, err
}

func (s *Service) openCase(ctx context.Context, c Caller, in OpenCase, env Envelope) (Receipt, error) {
	if env.Key == uuid.Nil {
		return Receipt{}, &InputError{Field: "Idempotency-Key", Code: "required", Text: "a UUID is required"}
	}
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	if err := checkIntake(in); err != nil {
		return Receipt{}, err
	}
	verdict := access.Judge(c.Actor(), access.OpenCase, access.Facts{Kind: string(in.Kind), Standing: access.None})
	if !verdict.Allow {
		return Receipt{}, &DeniedError{Action: string(access.OpenCase), Code: verdict.Code}
	}
	if env.OccurredAt.IsZero() {
		env.OccurredAt = in.OccurredAt
	}
	id := derive(env.Key, "id").String()
	lead, err := s.leadFor(ctx, string(in.Kind))
	if err != nil {
		return Receipt{}, err
	}

	cases, err := s.decider(ctx)
	if err != nil {
		return Receipt{}, err
	}
	var code string
	d := s.caseDecision(c, id)
	d.judge = func(casefile.State) (string, error) { return verdict.Basis, nil }
	d.decide = func(st casefile.State, m event.Moment) ([]event.Data, error) {
		cmd := casefile.OpenCase{Case: id, Kind: string(in.Kind), Channel: string(in.Channel), Regime: in.Regime, Violence: texts(in.Violence), Lead: lead, Opener: c.Institution}
		for i, p := range in.Persons {
			cmd.Persons = append(cmd.Persons, casefile.PersonLink{Person: derive(env.Key, fmt.Sprintf("person/%d", i)).String(), Role: string(p.Role), Relation: string(p.Relation), Sex: string(p.Sex), Minor: minorAt(p, m.Now)})
		}
		// A trial first: nothing is stored, and no number is taken, for an intake that would be refused.
		cmd.Code = "TRIAL-0000-0000"
		if _, err := cases.Decide(st, cmd, m); err != nil {
			return nil, err
		}
		prep := &preparation{Service: s, caller: c, key: env.Key, body: env.Body, caseID: id}
		for i, p := range in.Persons {
			if _, err := prep.registerPerson(ctx, cmd.Persons[i].Person, p); err != nil {
				return nil, inPerson(i, err)
			}
		}
		taken, err := s.takeNumber(ctx, c, id, string(in.Kind), m)
		if err != nil {
			return nil, err
		}
		code, cmd.Code = taken, taken
		return cases.Decide(st, cmd, m)
	}
	r, err := run(ctx, s, c, env, d)
	if err != nil {
		return r, err
	}
	if code == "" { // a retry: the case says which code it has
		st, _, err := s.caseState(ctx, id, At{})
		if err != nil {
			return r, err
		}
		code = st.Code
	}
	r.Case, r.Code, r.ID = id, code, id
	return r, nil
}

func checkIntake(in OpenCase) error {
	if n := len(in.Persons); n == 0 || n > 30 {
		return &InputError{Field: "persons", Code: "count", Text: "between 1 and 30 persons"}
	}
	if in.Kind != casefile.DomesticViolence && in.Kind != casefile.ChildProtection {
		return &InputError{Field: "kind", Code: "unknown_value", Text: "domestic_violence or child_protection"}
	}
	return nil
}

// inPerson says in which of the persons the field at fault is.
func inPerson(i int, err error) error {
	if r, ok := asRefusal(err); ok && r.Field != "" {
		return event.RefuseField(r.Code, fmt.Sprintf("persons[%d].%s", i, r.Field), r.Text)
	}
	return err
}

// takeNumber takes the next number of the year's register, or finds the one that the case has taken before.
func (s *Service) takeNumber(ctx context.Context, c Caller, caseID, kind string, m event.Moment) (string, error) {
	year := m.OccurredAt.In(s.Zone).Year()
	var code string
	d := decision[register.State]{
		stream: event.StreamName(event.RegisterCategory, register.Name(kind, year)),
		evolve: register.Evolve,
		judge:  func(register.State) (string, error) { return "notification", nil },
		decide: func(st register.State, m event.Moment) ([]event.Data, error) {
			if taken, ok := st.CodeOf(caseID); ok {
				code = taken
				return nil, nil
			}
			events, err := register.Decide(st, register.TakeNumber{Case: caseID, Kind: kind, Year: year}, m)
			if len(events) == 1 {
				code = events[0].(register.NumberTaken).Code
			}
			return events, err
		},
	}
	env := Envelope{Key: DeriveKey("register", caseID), OccurredAt: m.OccurredAt}
	r, err := run(ctx, s, c, env, d)
	if err == nil && r.Duplicate && code == "" {
		f, err := foldStream(ctx, s, d)
		if err != nil {
			return "", err
		}
		code, _ = f.state.CodeOf(caseID)
	}
	return code, err
}

// At says as of when a question is asked: a position, an instant, or (zero) now.
type At struct {
	Position uint64
	Time     time.Time
}

// IsZero tells whether it is now.
func (a At) IsZero() bool { return a.Position == 0 && a.Time.IsZero() }

func (a At) includes(f event.Fact) bool {
	return (a.Position == 0 || f.Position <= a.Position) && (a.Time.IsZero() || !f.RecordedAt.After(a.Time))
}

// caseState folds a case as it stood, and returns the facts it was folded from.
func (s *Service) caseState(ctx context.Context, id string, at At) (casefile.State, []event.Fact, error) {
	if _, err := uuid.Parse(id); err != nil {
		return casefile.State{}, nil, ErrNotFound
	}
	recorded, err := s.Log.ReadStream(ctx, event.StreamName(event.CaseCategory, id), 0)
	if err != nil {
		return casefile.State{}, nil, logError(err)
	}
	if len(recorded) > 0 {
		s.decoy.Store(&recorded)
	} else if like := s.decoy.Load(); like != nil {
		// Whoever asks for a case that there is not waits as long as for one that is not hers: a case is read out and folded, the one that
		// somebody asked for last, and forgotten.
		facts, err := s.decode(*like)
		if err != nil {
			return casefile.State{}, nil, err
		}
		_, _ = foldCase(facts, at)
		return casefile.State{}, nil, nil
	}
	facts, err := s.decode(recorded)
	if err != nil {
		return casefile.State{}, nil, err
	}
	st, facts := foldCase(facts, at)
	return st, facts, nil
}

// foldCase folds the facts up to at, and returns those it folded.
func foldCase(facts []event.Fact, at At) (casefile.State, []event.Fact) {
	if n := slices.IndexFunc(facts, func(f event.Fact) bool { return !at.includes(f) }); n >= 0 {
		facts = facts[:n]
	}
	return casefile.Fold(casefile.State{}, dataOf(facts)...), facts
}
