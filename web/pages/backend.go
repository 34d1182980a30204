package pages

import (
	"context"
	"io"
	"time"

	"mkr/domain/deadline"
	"mkr/domain/meeting"
	"mkr/domain/person"
	"mkr/domain/retention"
	"mkr/handlers"
	"mkr/projections/activities"
	"mkr/projections/aid"
	"mkr/projections/board"
	"mkr/projections/deadlines"
	"mkr/projections/directory"
	"mkr/projections/hearings"
	"mkr/projections/inbox"
	"mkr/projections/indicators"
	"mkr/projections/meetings"
	"mkr/projections/outbox"
	"mkr/projections/register"
	"mkr/projections/reviews"
)

// Service is what the pages ask of handlers; *handlers.Service is it. Every method takes the caller first and judges
// what she may.
type Service interface {
	SignIn(ctx context.Context, in handlers.SignIn, remote string) (token string, c handlers.Caller, err error)
	SignInFirst(ctx context.Context, waiting string, own person.Plain, remote string) (token string, c handlers.Caller, err error)
	SignInCode(ctx context.Context, waiting, code, remote string) (string, handlers.Caller, error)
	EndMyOtherSessions(ctx context.Context, c handlers.Caller, env handlers.Envelope) (int, error)
	AgainEnrolment(ctx context.Context, waiting string) (handlers.Enrolment, error)
	EnrolCode(ctx context.Context, waiting, code, remote string) (recovery []string, token string, c handlers.Caller, err error)
	EnrolPasskey(ctx context.Context, waiting string, label person.Plain, answer []byte, remote string) (token string, c handlers.Caller, err error)
	LastSecondStep(ctx context.Context, c handlers.Caller) (bool, error)
	HasSecondFactor(ctx context.Context, c handlers.Caller) (set bool, left int, err error)
	BeginSecondFactor(ctx context.Context, c handlers.Caller, old person.Plain) (handlers.SecondFactorSetup, error)
	AgainSecondFactor(c handlers.Caller, sealed string) (handlers.SecondFactorSetup, error)
	ConfirmSecondFactor(ctx context.Context, c handlers.Caller, sealed, code string, env handlers.Envelope) ([]string, handlers.Receipt, error)
	RemoveSecondFactor(ctx context.Context, c handlers.Caller, old person.Plain, code string, env handlers.Envelope) error
	Enter(c handlers.Caller) (leave func(), err error)
	EachPerson(ctx context.Context, c handlers.Caller, a handlers.PersonAction, of []handlers.PersonOf, in handlers.PersonInput, env handlers.Envelope) (done int, refused []handlers.PersonRefused, last handlers.Receipt, err error)
	NeedRaised(ctx context.Context, c handlers.Caller) error
	AskStepUp(ctx context.Context, c handlers.Caller) (handlers.StepUpAsk, error)
	StepUp(ctx context.Context, c handlers.Caller, proof handlers.StepUpProof, env handlers.Envelope) (time.Time, error)
	MyOffers(ctx context.Context, c handlers.Caller) ([]handlers.OfferLine, error)
	TakeToken(ctx context.Context, c handlers.Caller, offer string, env handlers.Envelope) (handlers.AccountReceipt, error)
	RefuseToken(ctx context.Context, c handlers.Caller, offer string, env handlers.Envelope) (handlers.Receipt, error)
	HasPasskeys() (origin string, ok bool)
	AskForPasskey(door string) (handlers.PasskeyQuestion, error)
	SignInPasskey(ctx context.Context, door string, in handlers.PasskeyAnswer, remote string) (token string, c handlers.Caller, err error)
	AskForOwnPasskey(ctx context.Context, c handlers.Caller) (q handlers.PasskeyQuestion, ok bool, err error)
	AskToAddPasskey(ctx context.Context, c handlers.Caller) (handlers.PasskeyQuestion, error)
	AddPasskey(ctx context.Context, c handlers.Caller, label person.Plain, in handlers.PasskeyAnswer, env handlers.Envelope) (handlers.Receipt, error)
	RemovePasskey(ctx context.Context, c handlers.Caller, id string, env handlers.Envelope) (handlers.Receipt, error)
	IdentityProviders() []handlers.IdentityProvider
	AskIdentity(ctx context.Context, provider, next string) (handlers.IdentityQuestion, error)
	SignInIdentity(ctx context.Context, in handlers.IdentityAnswer, remote string) (token string, c handlers.Caller, next string, err error)
	AskToRaise(ctx context.Context, c handlers.Caller, provider string, w handlers.WaitingRaise) (handlers.IdentityQuestion, error)
	WaitsToRaise(c handlers.Caller, waiting string) (handlers.WaitingRaise, bool)
	RaiseByIdentity(ctx context.Context, c handlers.Caller, in handlers.IdentityAnswer) error
	EndByProvider(ctx context.Context, provider, token, remote string) error
	AskToLink(ctx context.Context, c handlers.Caller, provider string) (handlers.IdentityQuestion, error)
	LinkIdentity(ctx context.Context, c handlers.Caller, in handlers.IdentityAnswer) (handlers.Receipt, error)
	UnlinkIdentity(ctx context.Context, c handlers.Caller, provider string, env handlers.Envelope) (handlers.Receipt, error)
	MyIdentities(ctx context.Context, c handlers.Caller) ([]handlers.IdentityLine, error)
	MyPasskeys(ctx context.Context, c handlers.Caller) ([]handlers.PasskeyLine, error)
	MyRoles(ctx context.Context, c handlers.Caller) (handlers.OwnRoles, error)
	GiveBackRole(ctx context.Context, c handlers.Caller, grant string, env handlers.Envelope) (handlers.Receipt, error)
	ActAs(ctx context.Context, c handlers.Caller, grant string) (token string, now handlers.Caller, err error)
	Recoveries(ctx context.Context, c handlers.Caller) ([]handlers.AccountRow, error)
	AuthenticateBrowser(ctx context.Context, token, mark string) (handlers.Caller, error)
	Touch(c handlers.Caller) string
	Fresh(c handlers.Caller, mark string) bool
	IdleAfter() time.Duration
	EndIdle(ctx context.Context, c handlers.Caller) error
	DraftKeys(c handlers.Caller, browser string) []byte
	Holder(c handlers.Caller) string
	Carry(holder string, form []byte) (string, error)
	Carried(c handlers.Caller, sealed string) ([]byte, error)
	SignOut(ctx context.Context, c handlers.Caller) error
	Me(ctx context.Context, c handlers.Caller) (string, error)
	ChooseLanguage(ctx context.Context, c handlers.Caller, language string) error
	ChangePassword(ctx context.Context, c handlers.Caller, old, new person.Plain, env handlers.Envelope) error

	Board(ctx context.Context, c handlers.Caller, q handlers.ListQuery) (handlers.List[board.Row], error)
	FiguresAt(ctx context.Context, c handlers.Caller, at handlers.At) (handlers.Figures, error)
	SeenAs(ctx context.Context, c handlers.Caller, account string, at handlers.At) (handlers.SeenAs, error)
	Film(ctx context.Context, c handlers.Caller, from handlers.At) (*handlers.Film, error)
	Moment(ctx context.Context, at handlers.At) (handlers.Moment, error)
	Changes(ctx context.Context, c handlers.Caller, topic string, q handlers.ListQuery, from, to handlers.At) ([]handlers.RowChange, error)
	Recent(ctx context.Context, c handlers.Caller, n int) ([]handlers.News, error)
	Inbox(ctx context.Context, c handlers.Caller, q handlers.ListQuery) (handlers.List[inbox.Task], error)
	Outbox(ctx context.Context, c handlers.Caller, q handlers.ListQuery) (handlers.List[outbox.Item], error)
	Deadlines(ctx context.Context, c handlers.Caller, q handlers.ListQuery) (handlers.List[deadlines.Item], error)
	Orders(ctx context.Context, c handlers.Caller, q handlers.OrdersQuery) (handlers.List[handlers.OrderRow], error)
	Workload(ctx context.Context, c handlers.Caller) (handlers.WorkloadView, error)
	OpenCalendar(ctx context.Context, c handlers.Caller, env handlers.Envelope) (handlers.AccountReceipt, error)
	Calendar(ctx context.Context, secret string) ([]hearings.Item, handlers.Caller, error)
	Hearings(ctx context.Context, c handlers.Caller, q handlers.ListQuery, from, until time.Time) (handlers.List[hearings.Item], error)
	Register(ctx context.Context, c handlers.Caller, q handlers.ListQuery) (handlers.List[register.Entry], error)

	Case(ctx context.Context, c handlers.Caller, id string, at handlers.At) (handlers.CaseView, error)
	History(ctx context.Context, c handlers.Caller, id string) (handlers.History, error)
	OpenFields(ctx context.Context, c handlers.Caller, caseID string, want handlers.Want) (handlers.Opened, error)
	OpenCase(ctx context.Context, c handlers.Caller, in handlers.OpenCase, env handlers.Envelope) (handlers.Receipt, error)
	Do(ctx context.Context, c handlers.Caller, caseID string, a handlers.CaseAction, target string, in handlers.Input, env handlers.Envelope) (handlers.Receipt, error)
	Clocks(ctx context.Context, c handlers.Caller, caseID string, a handlers.CaseAction, target string) (handlers.Clocks, error)
	Preview(ctx context.Context, c handlers.Caller, caseID string, a handlers.CaseAction, target string, in handlers.Input) (handlers.Preview, error)
	Sent(ctx context.Context, c handlers.Caller, caseID, referral string) (handlers.Sent, error)
	OpenSent(ctx context.Context, c handlers.Caller, caseID, referral string) (handlers.Opened, error)
	HandOver(ctx context.Context, c handlers.Caller, caseID, transfer string) (handlers.HandOver, error)
	PreviewHandOver(ctx context.Context, c handlers.Caller, caseID, transfer string, in *handlers.HandOverTransfer) (handlers.HandOver, error)
	OpenHandOver(ctx context.Context, c handlers.Caller, caseID, transfer string) (handlers.Opened, error)
	Household(ctx context.Context, c handlers.Caller, caseID string) (handlers.HouseholdView, error)
	LinkCase(ctx context.Context, c handlers.Caller, caseID string, in handlers.LinkCase, env handlers.Envelope) (handlers.Receipt, error)
	UnlinkCase(ctx context.Context, c handlers.Caller, caseID string, in handlers.UnlinkCase, env handlers.Envelope) (handlers.Receipt, error)
	BreakGlass(ctx context.Context, c handlers.Caller, in handlers.BreakGlass, env handlers.Envelope) (handlers.EmergencyReceipt, error)
	Reviews(ctx context.Context, c handlers.Caller, q handlers.ListQuery) (handlers.List[reviews.Row], error)
	Looks(ctx context.Context, c handlers.Caller, caseID string, q handlers.ListQuery) (handlers.List[handlers.Look], error)
	People(ctx context.Context, c handlers.Caller, caseID string) ([]handlers.StaffMember, error)
	UploadFile(ctx context.Context, c handlers.Caller, caseID, name string, r io.Reader) (handlers.Upload, error)
	OpenFile(ctx context.Context, c handlers.Caller, caseID, id string) (handlers.OpenedFile, error)
	Person(ctx context.Context, c handlers.Caller, caseID, id string) (handlers.PersonRecord, error)
	DoPerson(ctx context.Context, c handlers.Caller, caseID, id string, a handlers.PersonAction, in handlers.PersonInput, env handlers.Envelope) (handlers.Receipt, error)
	SamePersons(ctx context.Context, c handlers.Caller, caseID string) (map[string][]handlers.SamePerson, error)
	MergeCandidates(ctx context.Context, c handlers.Caller, caseID, id, code string) (handlers.Candidates, error)
	MergePerson(ctx context.Context, c handlers.Caller, caseID, id string, in handlers.MergePerson, env handlers.Envelope) (handlers.Receipt, error)
	UnmergePerson(ctx context.Context, c handlers.Caller, caseID, id string, in handlers.UnmergePerson, env handlers.Envelope) (handlers.Receipt, error)
	ReportPerson(ctx context.Context, c handlers.Caller, caseID, id string, in handlers.AskReport) (handlers.PersonReport, error)
	Flags(ctx context.Context, c handlers.Caller, q handlers.ListQuery) (handlers.List[handlers.Flag], error)
	FlagsWaiting(ctx context.Context, c handlers.Caller) (waiting, overdue int, err error)
	FlagRules(ctx context.Context, c handlers.Caller) (handlers.FlagRules, error)
	Flag(ctx context.Context, c handlers.Caller, id string) (handlers.FlagView, error)
	AnswerFlag(ctx context.Context, c handlers.Caller, id string, in handlers.AnswerFlag, env handlers.Envelope) (handlers.Receipt, error)
	Erasures(ctx context.Context, c handlers.Caller, q handlers.ListQuery) (handlers.List[handlers.ErasureRow], error)
	RetentionSchedule() retention.Schedule
	SearchPersons(ctx context.Context, c handlers.Caller, in handlers.SearchPersons) (handlers.PersonsFound, error)
	Await(ctx context.Context, position uint64) error
	Position() uint64

	Rules(ctx context.Context, c handlers.Caller, year int) (handlers.RulesView, error)
	RulePacks() deadline.Packs
	LoadPack(ctx context.Context, c handlers.Caller, in handlers.LoadPack, env handlers.Envelope) (handlers.Receipt, error)
	LoadCalendar(ctx context.Context, c handlers.Caller, in handlers.LoadCalendar, env handlers.Envelope) (handlers.Receipt, error)
	Bounces(ctx context.Context, c handlers.Caller, at handlers.At) (handlers.BouncesView, error)
	Advise(ctx context.Context, c handlers.Caller, service string, at handlers.At) (handlers.List[handlers.Advice], error)
	Colleagues(ctx context.Context, c handlers.Caller, institution string) (handlers.List[handlers.Colleague], error)
	Institutions(ctx context.Context) (handlers.List[directory.Row], error)
	Duty(ctx context.Context, c handlers.Caller, institution string) (handlers.DutyView, error)
	Institution(ctx context.Context, id string) (handlers.InstitutionView, error)
	RegisterInstitution(ctx context.Context, c handlers.Caller, in handlers.RegisterInstitution, env handlers.Envelope) (handlers.Receipt, error)
	DoInstitution(ctx context.Context, c handlers.Caller, id string, a handlers.InstitutionAction, in handlers.InstitutionInput, env handlers.Envelope) (handlers.Receipt, error)

	AccountList(ctx context.Context, c handlers.Caller, q handlers.ListQuery) (handlers.List[handlers.AccountRow], error)
	Account(ctx context.Context, c handlers.Caller, id string) (handlers.AccountView, error)
	AddAccount(ctx context.Context, c handlers.Caller, in handlers.OpenAccount, env handlers.Envelope) (handlers.AccountReceipt, error)
	DoAccount(ctx context.Context, c handlers.Caller, id string, a handlers.AccountAction, in handlers.AccountInput, env handlers.Envelope) (handlers.AccountReceipt, error)
	MySessions(ctx context.Context, c handlers.Caller) ([]handlers.SessionLine, error)
	FailedTries(ctx context.Context, c handlers.Caller) ([]handlers.FailedTry, error)
	EndMySession(ctx context.Context, c handlers.Caller, in handlers.EndSession, env handlers.Envelope) (handlers.Receipt, error)

	NewestCheckpoint(ctx context.Context) (handlers.Checkpoint, error)
	MayBundle(ctx context.Context, c handlers.Caller, id string) (handlers.CaseView, error)
	Bundle(ctx context.Context, c handlers.Caller, ask handlers.BundleAsk, document handlers.Document) ([]byte, error)
	ProveEvent(ctx context.Context, c handlers.Caller, name string, size uint64) (handlers.Proof, error)

	Applications(ctx context.Context, c handlers.Caller, q handlers.ListQuery) (handlers.List[aid.Row], error)
	SubmitApplication(ctx context.Context, c handlers.Caller, in handlers.SubmitApplication, env handlers.Envelope) (handlers.Receipt, error)
	DecideApplication(ctx context.Context, c handlers.Caller, id string, in handlers.DecideApplication, env handlers.Envelope) (handlers.Receipt, error)
	TakeBackPayment(ctx context.Context, c handlers.Caller, id string, in handlers.TakeBackPayment, env handlers.Envelope) (handlers.Receipt, error)
	EndApplication(ctx context.Context, c handlers.Caller, id string, in handlers.EndApplication, env handlers.Envelope) (handlers.Receipt, error)
	MarkApplicationInError(ctx context.Context, c handlers.Caller, id string, in handlers.MarkApplication, env handlers.Envelope) (handlers.Receipt, error)
	OpenApplicant(ctx context.Context, c handlers.Caller, id string) (handlers.OpenedFields, error)
	PayAid(ctx context.Context, c handlers.Caller, id string, in handlers.PayAid, env handlers.Envelope) (handlers.Receipt, error)

	Meetings(ctx context.Context, c handlers.Caller, q handlers.ListQuery) (handlers.List[meetings.Row], error)
	MeetingsOn(ctx context.Context, c handlers.Caller, caseID string) ([]meetings.Row, error)
	Meeting(ctx context.Context, c handlers.Caller, id string) (handlers.MeetingView, error)
	MissingMembers(ctx context.Context, st meeting.State) ([]meeting.Gap, error)
	AgendaProposals(ctx context.Context, c handlers.Caller, id string) (handlers.AgendaView, error)
	ScheduleMeeting(ctx context.Context, c handlers.Caller, in handlers.ScheduleMeeting, env handlers.Envelope) (handlers.Receipt, error)
	DoMeeting(ctx context.Context, c handlers.Caller, id string, a handlers.MeetingAction, in handlers.MeetingInput, env handlers.Envelope) (handlers.Receipt, error)
	Activities(ctx context.Context, c handlers.Caller, q handlers.ListQuery) (handlers.List[activities.Row], error)
	RecordActivity(ctx context.Context, c handlers.Caller, in handlers.RecordActivity, env handlers.Envelope) (handlers.Receipt, error)
	Indicators(ctx context.Context, c handlers.Caller, year int, at handlers.At) (handlers.IndicatorsView, error)
	IndicatorTrend(ctx context.Context, c handlers.Caller, year int, code string, at handlers.At) ([]handlers.YearFigure, error)
	CountedThings(ctx context.Context, c handlers.Caller, year int, code string, at handlers.At) (handlers.List[indicators.Row], error)
}

var _ Service = (*handlers.Service)(nil)
