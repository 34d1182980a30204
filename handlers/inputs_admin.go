package handlers

import (
	"time"

	"mkr/domain/access"
	"mkr/domain/account"
	"mkr/domain/directory"
	"mkr/domain/event"
	"mkr/domain/person"
)

// Coded inputs of administration.
type (
	InstitutionKind string
	Sector          string
	Spoken          string
	SuspendReason   string
	LockReason      string
	Role            string
	Language        string
)

// Enum lists the values of a coded input.
func (InstitutionKind) Enum() []any { return values(directory.Kinds) }
func (Sector) Enum() []any          { return values(directory.Sectors) }
func (Spoken) Enum() []any          { return values(directory.Languages) }
func (SuspendReason) Enum() []any   { return values(directory.SuspendReasons) }
func (LockReason) Enum() []any      { return values(account.LockReasons) }
func (Language) Enum() []any        { return values(account.Languages) }

// Enum lists the roles that a person may have.
func (Role) Enum() []any {
	var out []any
	for _, r := range access.Roles {
		if r != access.System {
			out = append(out, r)
		}
	}
	return out
}

// InstitutionInput is the body of one thing that can be done to an institution.
type InstitutionInput interface {
	institution(now time.Time) directory.Command
}

// Bodies of what is done to an institution. Everything in them is public.
type (
	// InstitutionDetails are its public facts, as a whole.
	InstitutionDetails struct {
		NameSQ     string   `json:"name_sq" required:"true" maxLength:"160"`
		NameEN     string   `json:"name_en" required:"true" maxLength:"160"`
		ShortSQ    string   `json:"short_sq,omitempty" maxLength:"40" description:"The short name for lists; in both languages or in none."`
		ShortEN    string   `json:"short_en,omitempty" maxLength:"40"`
		Phone      string   `json:"phone,omitempty" maxLength:"200"`
		Hours      string   `json:"hours,omitempty" maxLength:"200"`
		Address    string   `json:"address,omitempty" maxLength:"200" label:"public_address" description:"Never of a shelter."`
		Languages  []Spoken `json:"languages,omitempty"`
		OnPlatform bool     `json:"on_platform,omitempty" description:"Its people use mkr. If not, the sender of a referral records its answers."`
	}
	// RegisterInstitution begins one.
	RegisterInstitution struct {
		Kind   InstitutionKind `json:"kind" required:"true" label:"institution_kind"`
		Sector Sector          `json:"sector" required:"true"`
		InstitutionDetails
	}
	// OfferService adds a service, or renews what is said of it: that it is so was made sure of now.
	OfferService struct {
		Service   ServiceCode `json:"service" required:"true"`
		MinAge    int         `json:"min_age,omitempty" minimum:"0" maximum:"120"`
		MaxAge    int         `json:"max_age,omitempty" minimum:"0" maximum:"120"`
		Languages []Spoken    `json:"languages,omitempty"`
	}
	// WithdrawService ends one.
	WithdrawService struct {
		Service ServiceCode `json:"service" required:"true" ask:"offered"`
	}
	// ReportCapacity says how many places a service has, and how many are free now. None free is a number too.
	ReportCapacity struct {
		Service   ServiceCode `json:"service" required:"true" ask:"offered"`
		Total     *int        `json:"total" required:"true" minimum:"0" maximum:"10000"`
		Available *int        `json:"available" required:"true" minimum:"0" maximum:"10000"`
	}
	// SuspendInstitution takes it out of use for a time.
	SuspendInstitution struct {
		Reason SuspendReason `json:"reason" required:"true" label:"why"`
	}
	// ReinstateInstitution ends that.
	ReinstateInstitution struct{}
	// SetShift puts a shift on the duty roster.
	SetShift struct {
		Rung    DutyRung  `json:"rung" required:"true" description:"Whom silence reaches first, second, third."`
		Account string    `json:"account,omitempty" ask:"colleague" label:"duty_account" description:"Account of the institution's own; empty: whoever is at the desk."`
		Days    []Weekday `json:"days,omitempty" description:"Of every week; or give on."`
		On      string    `json:"on,omitempty" ask:"date" label:"duty_on" description:"One day, 2026-11-28; it takes the place of the shifts of the week on its rung."`
		From    string    `json:"from" required:"true" ask:"clock" label:"duty_from" description:"16:00"`
		Until   string    `json:"until" required:"true" ask:"clock" label:"duty_until" description:"08:00; when it is not after from, it is of the next day."`

		shift string
	}
	// EndShift takes one off it.
	EndShift struct {
		Shift string `json:"shift" required:"true" ask:"shift"`
	}
)

func (in *InstitutionDetails) details() directory.Details {
	return directory.Details{
		Name: directory.Text{SQ: in.NameSQ, EN: in.NameEN}, AlternateName: directory.Text{SQ: in.ShortSQ, EN: in.ShortEN}, Phone: in.Phone, Hours: in.Hours, Address: in.Address,
		Languages: texts(in.Languages), OnPlatform: in.OnPlatform,
	}
}

func (in *InstitutionDetails) institution(time.Time) directory.Command {
	return directory.ChangeDetails{Details: in.details()}
}

func (in *OfferService) institution(now time.Time) directory.Command {
	return directory.OfferService{Offer: directory.Offer{Service: string(in.Service), MinAge: in.MinAge, MaxAge: in.MaxAge, Languages: texts(in.Languages), AssuredAt: now}}
}

func (in *WithdrawService) institution(time.Time) directory.Command {
	return directory.WithdrawService{Service: string(in.Service)}
}

func (in *ReportCapacity) institution(time.Time) directory.Command {
	return directory.ReportCapacity{Service: string(in.Service), Total: *in.Total, Available: *in.Available}
}

func (in *SuspendInstitution) institution(time.Time) directory.Command {
	return directory.Suspend{Reason: string(in.Reason)}
}

func (in *SetShift) institution(time.Time) directory.Command {
	return directory.SetShift{Shift: directory.Shift{Shift: in.shift, Rung: string(in.Rung), Account: in.Account, Days: texts(in.Days), On: in.On, From: in.From, Until: in.Until}}
}

func (in *EndShift) institution(time.Time) directory.Command {
	return directory.EndShift{Shift: in.Shift}
}

func (in *ReinstateInstitution) institution(time.Time) directory.Command {
	return directory.Reinstate{}
}

// InstitutionAction is one thing that can be done to an institution, below /api/v1/institutions/{id}/.
type InstitutionAction struct {
	Name, Path string
	New        func() InstitutionInput
}

// reportCapacity is the one action on an institution that its own people may do.
const reportCapacity = "institution.report_capacity"

// The actions on its roster, which are its own people's too.
const (
	setShift = "institution.set_shift"
	endShift = "institution.end_shift"
)

// InstitutionActions is the table of them, in the order in which a page offers them.
var InstitutionActions = []InstitutionAction{
	{reportCapacity, "capacity", func() InstitutionInput { return &ReportCapacity{} }},
	{"institution.offer_service", "services", func() InstitutionInput { return &OfferService{} }},
	{"institution.withdraw_service", "services/withdraw", func() InstitutionInput { return &WithdrawService{} }},
	{setShift, "duty", func() InstitutionInput { return &SetShift{} }},
	{endShift, "duty/end", func() InstitutionInput { return &EndShift{} }},
	{"institution.change_details", "details", func() InstitutionInput { return &InstitutionDetails{} }},
	{"institution.suspend", "suspend", func() InstitutionInput { return &SuspendInstitution{} }},
	{"institution.reinstate", "reinstate", func() InstitutionInput { return &ReinstateInstitution{} }},
}

// OpenAccount is what an administrator fills in; the first password is made for her.
type OpenAccount struct {
	Institution string       `json:"institution" required:"true" ask:"institution"`
	Role        Role         `json:"role" required:"true" label:"account_role"`
	Display     person.Plain `json:"display" required:"true"`
	Username    person.Plain `json:"username" required:"true"`
	Language    Language     `json:"language,omitempty"`
	Until       time.Time    `json:"until,omitzero" ask:"datetime" label:"term_until" fold:"yes" description:"The account's last instant; empty: without an end."`
}

// AccountInput is the body of one thing that an administrator can do to an account.
type AccountInput interface {
	account(*accountWork) (account.Command, error)
}

// Bodies of what is done to an account.
type (
	// LockAccount keeps its holder out.
	LockAccount struct {
		Reason LockReason `json:"reason" required:"true" label:"why"`
	}
	// UnlockAccount lets her in again.
	UnlockAccount struct{}
	// AskRecovery says that the holder cannot get in any more. A second person has to agree.
	AskRecovery struct{}
	// GrantRecovery is the second person's yes: it makes a new first password, ends every session and removes the second factor.
	GrantRecovery struct{}
	// RefuseRecovery ends what was asked.
	RefuseRecovery struct{}
	// EndSession ends a session, or revokes a token.
	EndSession struct {
		Session string `json:"session" required:"true"`
	}
)

// givesPower marks what lets somebody do, or do for longer, what she could not do: whoever finds a screen open cannot. What takes power away
// never waits for a proof.
type givesPower interface{ givesPower() }

func (*AskRecovery) givesPower()   {}
func (*GrantRecovery) givesPower() {}
func (*GrantRole) givesPower()     {}
func (*SetTerm) givesPower()       {}
func (*OfferToken) givesPower()    {}
func (*UnlockAccount) givesPower() {}

// AccountAction is one thing that an administrator can do to an account, below /api/v1/accounts/{id}/.
type AccountAction struct {
	Name, Path string
	New        func() AccountInput
	Policy     access.Action // what the policy judges; "" is ManageAccounts
}

// AccountActions is the table of them, in the order in which a page offers them.
var AccountActions = []AccountAction{
	{"account.ask_recovery", "recovery", func() AccountInput { return &AskRecovery{} }, ""},
	{"account.grant_recovery", "recovery/grant", func() AccountInput { return &GrantRecovery{} }, access.AgreeToRecovery},
	{"account.refuse_recovery", "recovery/refuse", func() AccountInput { return &RefuseRecovery{} }, access.AgreeToRecovery},
	{"account.grant_role", "roles", func() AccountInput { return &GrantRole{} }, ""},
	{"account.end_grant", "roles/end", func() AccountInput { return &EndGrant{} }, ""},
	{"account.set_term", "term", func() AccountInput { return &SetTerm{} }, ""},
	{"account.offer_token", "tokens", func() AccountInput { return &OfferToken{} }, access.OfferTokens},
	{"account.withdraw_offer", "tokens/withdraw", func() AccountInput { return &WithdrawOffer{} }, access.OfferTokens},
	{"account.lock", "lock", func() AccountInput { return &LockAccount{} }, ""},
	{"account.unlock", "unlock", func() AccountInput { return &UnlockAccount{} }, ""},
	{"account.end_session", "sessions/end", func() AccountInput { return &EndSession{} }, ""},
}

func (in *LockAccount) account(w *accountWork) (account.Command, error) {
	if w.id == w.caller.Account { // or nobody might be left to unlock it
		return nil, event.Refuse("account.own", "nobody locks her own account")
	}
	return account.Lock{Reason: string(in.Reason)}, nil
}

func (in *UnlockAccount) account(*accountWork) (account.Command, error) {
	return account.Unlock{}, nil
}

func (in *AskRecovery) account(w *accountWork) (account.Command, error) {
	return account.AskRecovery{By: w.caller.Account}, nil
}

func (in *GrantRecovery) account(w *accountWork) (account.Command, error) {
	hash, err := w.password()
	return account.GrantRecovery{By: w.caller.Account, Hash: hash}, err
}

func (in *RefuseRecovery) account(w *accountWork) (account.Command, error) {
	return account.RefuseRecovery{By: w.caller.Account}, nil
}

func (in *EndSession) account(*accountWork) (account.Command, error) {
	return account.EndSession{Session: in.Session, Reason: account.Revoked}, nil
}
