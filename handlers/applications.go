package handlers

import (
	"context"
	"reflect"

	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/application"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/projections"
	"mkr/projections/aid"
)

// Coded inputs about requests for aid.
type (
	ApplicationKind string
	DecisionOutcome string
	AidRefusal      string
	AidEnd          string
	AidError        string
)

// Enum lists the values of a coded input.
func (ApplicationKind) Enum() []any { return values(application.Kinds) }
func (DecisionOutcome) Enum() []any { return values(application.Outcomes) }
func (AidRefusal) Enum() []any      { return values(application.RefuseReasons) }
func (AidEnd) Enum() []any          { return values(application.EndReasons) }
func (AidError) Enum() []any        { return values(application.ErrorReasons) }

// SubmitApplication hands a family's request to its commission.
type SubmitApplication struct {
	Kind   ApplicationKind `json:"kind" required:"true"`
	Family NewPerson       `json:"family" required:"true" description:"Who asks."`
}

// SubmitApplication registers the family, sealed, and its request.
func (s *Service) SubmitApplication(ctx context.Context, c Caller, in SubmitApplication, env Envelope) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	id, family := derive(env.Key, "id").String(), derive(env.Key, "family").String()
	return s.applicationRun(ctx, c, id, "application.submit", access.SubmitApplication, env, func(st application.State, m event.Moment) ([]event.Data, error) {
		p := &preparation{Service: s, caller: c, key: env.Key, body: env.Body}
		if _, err := p.registerPerson(ctx, family, in.Family); err != nil {
			return nil, err
		}
		return application.Decide(st, application.Submit{Application: id, Kind: string(in.Kind), Subject: family}, m)
	})
}

// DecideApplication is the commission's answer.
type DecideApplication struct {
	Timed
	Outcome DecisionOutcome `json:"outcome" required:"true"`
	Reason  AidRefusal      `json:"reason,omitempty" label:"refuse_reason"`
}

// DecideApplication records it.
func (s *Service) DecideApplication(ctx context.Context, c Caller, id string, in DecideApplication, env Envelope) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	env.OccurredAt = orTime(env.OccurredAt, in.OccurredAt)
	return s.applicationCommand(ctx, c, id, "application.decide", env, application.DecideOn{Outcome: string(in.Outcome), Reason: string(in.Reason)})
}

// PayAid records a month's aid.
type PayAid struct {
	Timed
	Period string `json:"period" required:"true" description:"The month, YYYY-MM."`
	Lek    int    `json:"lek" required:"true" minimum:"1" maximum:"10000000"`
}

// PayAid records it.
func (s *Service) PayAid(ctx context.Context, c Caller, id string, in PayAid, env Envelope) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	env.OccurredAt = orTime(env.OccurredAt, in.OccurredAt)
	return s.applicationCommand(ctx, c, id, "application.pay_aid", env, application.PayAid{Period: in.Period, Lek: in.Lek})
}

// TakeBackPayment says that the payment for a month was entered wrongly.
type TakeBackPayment struct {
	Period string   `json:"period" required:"true" description:"The month, YYYY-MM."`
	Reason AidError `json:"reason" required:"true" label:"coded_reason"`
}

// TakeBackPayment records it; the payment counts nowhere from then on.
func (s *Service) TakeBackPayment(ctx context.Context, c Caller, id string, in TakeBackPayment, env Envelope) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	return s.applicationCommand(ctx, c, id, "application.take_back", env, application.TakeBackPayment{Period: in.Period, Reason: string(in.Reason)})
}

// EndApplication closes a granted request.
type EndApplication struct {
	Timed
	Reason AidEnd `json:"reason" required:"true" label:"coded_reason"`
}

// EndApplication records it.
func (s *Service) EndApplication(ctx context.Context, c Caller, id string, in EndApplication, env Envelope) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	env.OccurredAt = orTime(env.OccurredAt, in.OccurredAt)
	return s.applicationCommand(ctx, c, id, "application.end", env, application.End{Reason: string(in.Reason)})
}

// MarkApplication says that a request was entered in error.
type MarkApplication struct {
	Reason AidError `json:"reason" required:"true" label:"coded_reason"`
}

// MarkApplicationInError takes a request out of every count; its entries stay.
func (s *Service) MarkApplicationInError(ctx context.Context, c Caller, id string, in MarkApplication, env Envelope) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	return s.applicationCommand(ctx, c, id, "application.mark_in_error", env, application.MarkInError{Reason: string(in.Reason)})
}

// OpenFamily asks who it is that a request is from: of one request there is nothing to choose.
type OpenFamily struct{}

// OpenApplicant opens what is known of the family that asks, for whoever decides on its request. As with the people of a
// case, the opening is recorded in her access stream before she reads a word; if it cannot be, nothing opens.
func (s *Service) OpenApplicant(ctx context.Context, c Caller, id string) (OpenedFields, error) {
	out, err := s.openApplicant(ctx, c, id)
	if err != nil {
		s.recordRefusal(ctx, c, "application.open", event.StreamName(event.ApplicationCategory, id), NewKey(), err)
	}
	return out, err
}

func (s *Service) openApplicant(ctx context.Context, c Caller, id string) (OpenedFields, error) {
	if _, err := uuid.Parse(id); err != nil {
		return OpenedFields{}, ErrNotFound
	}
	stream := event.StreamName(event.ApplicationCategory, id)
	own, err := s.tookIn(ctx, c, stream)
	if err != nil {
		return OpenedFields{}, err
	}
	if v := access.Judge(c.Actor(), access.DecideApplication, access.Facts{Own: own}); !v.Allow {
		if access.Judge(c.Actor(), access.DecideApplication, access.Facts{Own: true}).Allow {
			return OpenedFields{}, ErrNotFound // another's
		}
		return OpenedFields{}, &DeniedError{Action: "application.open", Code: v.Code}
	}
	facts, err := s.facts(ctx, stream)
	if err != nil {
		return OpenedFields{}, err
	}
	var st application.State
	for _, f := range facts {
		st = application.Evolve(st, f.Data)
	}
	if st.Status == application.NotSubmitted {
		return OpenedFields{}, ErrNotFound
	}
	family, err := s.personState(ctx, st.Subject)
	if err != nil {
		return OpenedFields{}, err
	}
	var sealed []sealedAt
	var names []string
	eachSealed(reflect.ValueOf(family.Details), func(path string, v person.Sealed) {
		sealed, names = append(sealed, sealedAt{id: st.Subject, path: path, value: v}), append(names, path)
	})
	if err := s.recordAccess(ctx, c, accesslog.Opened{Persons: []string{st.Subject}, Fields: names}); err != nil {
		return OpenedFields{}, err
	}
	opened, err := s.openAll(ctx, sealed, []string{st.Subject})
	if err != nil {
		return OpenedFields{}, err
	}
	return opened[0], nil
}

func (s *Service) applicationCommand(ctx context.Context, c Caller, id, name string, env Envelope, cmd application.Command) (Receipt, error) {
	if _, err := uuid.Parse(id); err != nil {
		return Receipt{}, ErrNotFound
	}
	return s.applicationRun(ctx, c, id, name, access.DecideApplication, env, func(st application.State, m event.Moment) ([]event.Data, error) {
		if st.Status == application.NotSubmitted {
			return nil, ErrNotFound
		}
		return application.Decide(st, cmd, m)
	})
}

func (s *Service) applicationRun(ctx context.Context, c Caller, id, name string, action access.Action, env Envelope, decide func(application.State, event.Moment) ([]event.Data, error)) (Receipt, error) {
	stream := event.StreamName(event.ApplicationCategory, id)
	own, err := s.tookIn(ctx, c, stream)
	if err != nil {
		return Receipt{}, err
	}
	v := access.Judge(c.Actor(), action, access.Facts{Own: own})
	r, err := Receipt{}, error(&DeniedError{Action: name, Code: v.Code})
	if !v.Allow && access.Judge(c.Actor(), action, access.Facts{Own: true}).Allow {
		err = ErrNotFound // she has such work, and this is another's
	}
	if v.Allow {
		r, err = run(ctx, s, c, env.about(name, ""), decision[application.State]{
			stream: stream, evolve: application.Evolve, decide: decide,
			judge: func(application.State) (string, error) { return v.Basis, nil },
		})
	}
	if err != nil {
		s.recordRefusal(ctx, c, name, stream, env.Key, err)
	}
	r.ID = id
	return r, err
}

// tookIn tells whether an application is the caller's institution's own: it was handed in there, or nowhere yet.
func (s *Service) tookIn(ctx context.Context, c Caller, stream string) (bool, error) {
	facts, err := s.facts(ctx, stream)
	if err != nil {
		return false, err
	}
	return len(facts) == 0 || c.Institution != "" && facts[0].Meta.Institution == c.Institution, nil
}

// Applications lists the requests that the caller may see, newest first.
func (s *Service) Applications(ctx context.Context, c Caller, q ListQuery) (List[aid.Row], error) {
	pq := projections.Query{Topic: projections.Aid, Kind: q.Kind, Status: q.Status, Sort: projections.ByNewest, After: q.After, Limit: q.Limit}
	if !access.Judge(c.Actor(), access.ViewApplication, access.Facts{}).Allow {
		if v := access.Judge(c.Actor(), access.ViewApplication, access.Facts{Own: true}); !v.Allow || c.Institution == "" {
			return List[aid.Row]{}, &DeniedError{Action: string(access.ViewApplication), Code: v.Code}
		}
		pq.Visible = c.Institution
	}
	return rowsOf[aid.Row](ctx, s, pq)
}
