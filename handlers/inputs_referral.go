package handlers

import (
	"context"
	"errors"
	"slices"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/internal/vault"
	accountview "mkr/projections/accounts"
)

// Bodies of the referral loop.
type (
	// CreateReferral asks an institution for a service.
	CreateReferral struct {
		Timed
		To        string       `json:"to" required:"true" ask:"institution" description:"Institution id of the receiver."`
		Service   ServiceCode  `json:"service" required:"true"`
		Urgency   Urgency      `json:"urgency" required:"true"`
		Reason    person.Plain `json:"reason" required:"true" ask:"textarea" description:"Why; sealed, read by the receiver only."`
		RespondBy time.Time    `json:"respond_by,omitzero" ask:"datetime" fold:"yes" description:"Answer asked for by, if sooner than the rule."`
		Consent   string       `json:"consent,omitempty" ask:"consent" description:"Consent it rests on; or give basis."`
		Basis     LegalBasis   `json:"basis,omitempty" fold:"consent" description:"Legal basis, when there is no consent."`
		Previous  string       `json:"previous,omitempty" ask:"returned_referral" fold:"yes" description:"The declined or failed referral that this one replaces."`
		Attention string       `json:"attention,omitempty" ask:"colleague" fold:"yes" description:"Account of the receiver that it is meant for; its inbox is shared all the same."`
		Via       Means        `json:"via,omitempty" fold:"yes" description:"It was made outside mkr, at occurred_at, and is written down here."`
		Place     bool         `json:"place,omitempty" label:"keep_place" description:"Keep one of the receiver's free places for it, until the answer is due. For shelters and residential care."`
		Draft     bool         `json:"draft,omitempty" fold:"yes"`
	}
	// Nothing is the body of a step that needs no more words.
	Nothing struct {
		Timed
		make func(target string) casefile.Command
	}
	// Made is the body of a step that makes a thing and needs no more words.
	Made struct {
		Timed
		make func(id string) casefile.Command
	}
	// DeclineReferral says no, and why.
	DeclineReferral struct {
		Timed
		Reason DeclineReason `json:"reason" required:"true"`
		Note   person.Plain  `json:"note,omitzero" ask:"textarea"`
	}
	// HoldReferral lets it wait.
	HoldReferral struct {
		Timed
		Kind HoldKind     `json:"kind" required:"true"`
		Note person.Plain `json:"note,omitzero" ask:"textarea"`
	}
	// ScheduleReferral fixes an appointment.
	ScheduleReferral struct {
		Timed
		Appointment time.Time `json:"appointment" required:"true" ask:"datetime"`
	}
	// CompleteReferral closes the loop.
	CompleteReferral struct {
		Timed
		Outcome Outcome       `json:"outcome" required:"true"`
		Why     OutcomeReason `json:"why,omitempty" label:"outcome_why" description:"Required when it did not help, or only in part."`
		Note    person.Plain  `json:"note,omitzero" ask:"textarea"`
	}
	// FailReferral says that it could not be done.
	FailReferral struct {
		Timed
		Reason FailReason   `json:"reason" required:"true"`
		Note   person.Plain `json:"note,omitzero" ask:"textarea"`
	}
	// CancelReferral takes it back, or asks for that.
	CancelReferral struct {
		Timed
		Reason CancelReason `json:"reason" required:"true"`
	}
	// SendBackReferral asks the institution that said no once more, after the lead's review.
	SendBackReferral struct {
		Timed
		Note person.Plain `json:"note" required:"true" ask:"textarea" label:"send_back_note" description:"Why once more; sealed."`
	}
	// RerouteReferral asks another institution for what came back, in one step.
	RerouteReferral struct {
		Timed
		To        string       `json:"to" required:"true" ask:"institution" description:"Institution id of the next receiver."`
		Reason    person.Plain `json:"reason,omitzero" ask:"textarea" label:"reroute_reason" description:"Why; sealed. Empty: what the first referral said."`
		Urgency   Urgency      `json:"urgency,omitempty" fold:"yes" description:"Empty: that of the first referral."`
		Consent   string       `json:"consent,omitempty" ask:"consent" fold:"yes" description:"Empty, without basis: what the first referral rests on."`
		Basis     LegalBasis   `json:"basis,omitempty" fold:"yes"`
		Attention string       `json:"attention,omitempty" ask:"colleague" description:"Account of the receiver that it is meant for."`
	}
	// AddressReferral says which colleague of the receiver it is meant for.
	AddressReferral struct {
		Timed
		Attention string `json:"attention,omitempty" ask:"colleague" description:"Account of the receiver; empty: whoever is there."`
	}
	// RefuseCancellation says that the service has begun and goes on.
	RefuseCancellation struct {
		Timed
		Note person.Plain `json:"note,omitzero" ask:"textarea"`
	}
	// WriteMessage is a word between the two sides of a referral.
	WriteMessage struct {
		Timed
		Text person.Plain `json:"text" required:"true" ask:"textarea" label:"message" description:"Sealed."`
	}
	// SettleReferral answers a referral that came back.
	SettleReferral struct {
		Timed
		Way SettleWay `json:"way" required:"true"`
	}
	// ReportService tells of help given.
	ReportService struct {
		Timed
		Service  ServiceCode `json:"service" required:"true"`
		Sessions int         `json:"sessions" required:"true" minimum:"1" maximum:"1000"`
	}
)

func (in *CreateReferral) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	to, err := p.dutyFacts(ctx, "to", in.To)
	if err != nil {
		return nil, err
	}
	if !to.gives(string(in.Service)) {
		return nil, &InputError{Field: "service", Code: "not_offered", Text: "the institution does not list this service in the directory"}
	}
	return casefile.CreateReferral{
		Referral: p.newID(), To: in.To, Service: string(in.Service), Urgency: string(in.Urgency),
		Reason: p.text(ctx, person.FieldReason, in.Reason), Consent: in.Consent, Basis: string(in.Basis), RespondBy: in.RespondBy.UTC(),
		Previous: in.Previous, Draft: in.Draft, ToPrivate: to.Private, OffPlatform: to.OffPlatform, Via: string(in.Via), Attention: in.Attention, Place: in.Place,
	}, p.colleague(ctx, in.To, in.Attention)
}

func (in *RerouteReferral) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	to, err := p.dutyFacts(ctx, "to", in.To)
	if err != nil {
		return nil, err
	}
	if r, _ := p.state.Referral(p.target); !to.gives(r.Service) {
		return nil, &InputError{Field: "to", Code: "not_offered", Text: "the institution does not list this service in the directory"}
	}
	reason := in.Reason
	if reason.IsZero() {
		if reason, err = p.firstReason(ctx); err != nil {
			return nil, err
		}
	}
	return casefile.RerouteReferral{
		Referral: p.newID(), Previous: p.target, To: in.To, Urgency: string(in.Urgency), Reason: p.text(ctx, person.FieldReason, reason),
		Consent: in.Consent, Basis: string(in.Basis), ToPrivate: to.Private, OffPlatform: to.OffPlatform, Attention: in.Attention,
	}, p.colleague(ctx, in.To, in.Attention)
}

// firstReason is what the referral that came back said, for whoever may read it; it is not shown, only sealed anew for
// the next one, since a sealed text opens nowhere but in its own place. Nothing, when it may not be read or was erased:
// then it has to be said again.
func (p *preparation) firstReason(ctx context.Context) (person.Plain, error) {
	r, ok := p.state.Referral(p.target)
	if !ok || !p.fieldsFor(p.caller, p.state).Has(access.GroupOf(r.Reason.Field, "")) {
		return person.Plain{}, nil
	}
	text, err := p.Vault.Open(ctx, r.Reason)
	if errors.Is(err, vault.ErrShredded) {
		return person.Plain{}, nil
	}
	return person.PlainOf(text), err
}

// colleague checks that an account is one of the institution's that works on cases. No account is nobody in particular.
func (p *preparation) colleague(ctx context.Context, institution, account string) error {
	if account == "" {
		return nil
	}
	known, err := p.colleagues(ctx, institution)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(known, func(a accountview.Row) bool { return a.Account == account }) {
		return &InputError{Field: "attention", Code: "unknown_colleague", Text: "no such colleague at the receiver"}
	}
	return nil
}

func (in *AddressReferral) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	r, _ := p.state.Referral(p.target)
	return casefile.AddressReferral{Referral: p.target, Attention: in.Attention}, p.colleague(ctx, r.To, in.Attention)
}

func (in *RefuseCancellation) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.RefuseCancellation{Referral: p.target, Note: p.text(ctx, person.FieldNote, in.Note)}, nil
}

func (in *Nothing) command(_ context.Context, p *preparation) (casefile.Command, error) {
	return in.make(p.target), nil
}

func (in *Made) command(_ context.Context, p *preparation) (casefile.Command, error) {
	return in.make(p.newID()), nil
}

func (in *DeclineReferral) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.DeclineReferral{Referral: p.target, Reason: string(in.Reason), Note: p.text(ctx, person.FieldNote, in.Note)}, nil
}

func (in *HoldReferral) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.HoldReferral{Referral: p.target, Kind: string(in.Kind), Note: p.text(ctx, person.FieldNote, in.Note)}, nil
}

func (in *ScheduleReferral) command(_ context.Context, p *preparation) (casefile.Command, error) {
	return casefile.ScheduleReferral{Referral: p.target, Appointment: in.Appointment.UTC()}, nil
}

func (in *CompleteReferral) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.CompleteReferral{Referral: p.target, Outcome: string(in.Outcome), Why: string(in.Why), Note: p.text(ctx, person.FieldNote, in.Note)}, nil
}

func (in *FailReferral) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.FailReferral{Referral: p.target, Reason: string(in.Reason), Note: p.text(ctx, person.FieldNote, in.Note)}, nil
}

func (in *CancelReferral) command(_ context.Context, p *preparation) (casefile.Command, error) {
	return casefile.CancelReferral{Referral: p.target, Reason: string(in.Reason)}, nil
}

func (in *SendBackReferral) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.SendBackReferral{Referral: p.target, Note: p.text(ctx, person.FieldNote, in.Note)}, nil
}

func (in *WriteMessage) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.WriteMessage{Message: p.newID(), Referral: p.target, Text: p.text(ctx, person.FieldNote, in.Text)}, nil
}

func (in *SettleReferral) command(_ context.Context, p *preparation) (casefile.Command, error) {
	return casefile.SettleReferral{Referral: p.target, Way: string(in.Way)}, nil
}

func (in *ReportService) command(_ context.Context, p *preparation) (casefile.Command, error) {
	return casefile.ReportService{Referral: p.target, Service: string(in.Service), Sessions: in.Sessions}, nil
}
