package handlers

import (
	"context"
	"unicode/utf8"

	"mkr/domain/access"
	"mkr/domain/account"
	"mkr/domain/event"
	"mkr/domain/person"
)

// A token acts as its account does. An administrator who could make one would be everybody; so he offers it, and the account's
// holder takes it or not.
type (
	// OfferToken is the administrator's part.
	OfferToken struct {
		Label string `json:"label" required:"true" maxLength:"60" label:"token_label" description:"For which system; no name of a person."`
		Days  int    `json:"days" required:"true" minimum:"1" maximum:"366"`
	}
	// WithdrawOffer takes an offer back that was not taken yet.
	WithdrawOffer struct {
		Offer string `json:"offer" required:"true"`
	}
	// TakeOffer and RefuseOffer are the holder's answers; which offer, the address says.
	TakeOffer struct{}
	// RefuseOffer is a no.
	RefuseOffer struct{}
)

// maxLabel bounds a token's label, in characters.
const maxLabel = 60

func (in *OfferToken) account(w *accountWork) (account.Command, error) {
	label, err := person.CheckLine("label", person.PlainOf(in.Label))
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(label.Reveal()) > maxLabel {
		return nil, &InputError{Field: "label", Code: "too_long", Text: "at most 60 characters"}
	}
	return account.OfferToken{Offer: derive(w.env.Key, "offer").String(), Label: label.Reveal(), Days: in.Days, By: w.caller.Account}, nil
}

func (in *WithdrawOffer) account(*accountWork) (account.Command, error) {
	return account.EndOffer{Offer: in.Offer, Reason: account.OfferWithdrawn}, nil
}

// OfferLine is a token that waits for its holder's answer.
type OfferLine struct {
	Offer string `json:"offer"`
	Label string `json:"label"`
	Days  int    `json:"days"`
}

func offerLines(st account.State) []OfferLine {
	out := []OfferLine{}
	for _, o := range st.Offers {
		out = append(out, OfferLine{o.ID, o.Label, o.Days})
	}
	return out
}

// MyOffers lists the tokens that the caller may take.
func (s *Service) MyOffers(ctx context.Context, c Caller) ([]OfferLine, error) {
	if v := access.Judge(c.Actor(), access.ManageOwnAccount, access.Facts{Own: true}); !v.Allow {
		return nil, &DeniedError{Action: string(access.ManageOwnAccount), Code: v.Code}
	}
	st, err := s.accountState(ctx, c.Account)
	return offerLines(st), err
}

// TakeToken is the holder's yes: it makes the token, which is in this answer only; a retry shows it again for two minutes. She
// proves first who she is.
func (s *Service) TakeToken(ctx context.Context, c Caller, offer string, env Envelope) (AccountReceipt, error) {
	v := access.Judge(c.Actor(), access.ManageOwnAccount, access.Facts{Own: true})
	if !v.Allow {
		return AccountReceipt{}, &DeniedError{Action: string(access.ManageOwnAccount), Code: v.Code}
	}
	secret, err := s.shown.get(c.Account, env.Key, newToken)
	if err != nil {
		return AccountReceipt{}, err
	}
	cmd := account.TakeToken{Offer: offer, Session: derive(env.Key, "session").String(), TokenHash: hashToken(secret), Wall: s.Clock.Wall().UTC()}
	r, err := run(ctx, s, c, env.about("account.take_token", offer), decision[account.State]{
		stream: event.StreamName(event.AccountCategory, c.Account), evolve: account.Evolve,
		judge:  func(account.State) (string, error) { return v.Basis, s.NeedRaised(ctx, c) },
		decide: answerOffer(offer, cmd),
	})
	if err != nil {
		return AccountReceipt{}, err
	}
	r.ID = c.Account
	return s.receiptWith(ctx, r, secret)
}

// RefuseToken is the holder's no.
func (s *Service) RefuseToken(ctx context.Context, c Caller, offer string, env Envelope) (Receipt, error) {
	v := access.Judge(c.Actor(), access.ManageOwnAccount, access.Facts{Own: true})
	if !v.Allow {
		return Receipt{}, &DeniedError{Action: string(access.ManageOwnAccount), Code: v.Code}
	}
	cmd := account.EndOffer{Offer: offer, Reason: account.OfferRefused}
	r, err := run(ctx, s, c, env.about("account.refuse_token", offer), decision[account.State]{
		stream: event.StreamName(event.AccountCategory, c.Account), evolve: account.Evolve,
		judge:  func(account.State) (string, error) { return v.Basis, nil },
		decide: answerOffer(offer, cmd),
	})
	if err != nil {
		return r, err
	}
	r.ID = c.Account
	return r, s.Await(ctx, r.Position)
}

// answerOffer decides a command about an offer. One that does not stand, for another answered it or it never was, is not there.
func answerOffer(offer string, cmd account.Command) func(account.State, event.Moment) ([]event.Data, error) {
	return func(st account.State, m event.Moment) ([]event.Data, error) {
		if _, there := st.Offered(offer); !there {
			return nil, ErrNotFound
		}
		return account.Decide(st, cmd, m)
	}
}
