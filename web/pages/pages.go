package pages

import (
	"fmt"
	"net/http"
	"time"

	"github.com/rs/zerolog"

	"mkr/domain/deadline"
	"mkr/handlers"
	"mkr/web/help"
	"mkr/web/i18n"
	"mkr/web/static"
)

// Config is what the pages stand on.
type Config struct {
	Service       Service
	Demo          *Demo            // nil: no accounts are shown on the sign-in page
	SecureCookies bool             // the site is served over TLS
	Speed         float64          // how fast the work's clock runs; 0 means 1
	Now           func() time.Time // the work's clock
	Zone          *time.Location   // Europe/Tirane
	Logger        zerolog.Logger
}

// Demo lists invented accounts that the sign-in page of a demo offers.
type Demo struct{ Accounts []DemoAccount }

// DemoAccount is one of them. Its password is no secret.
type DemoAccount struct {
	Role, Username, Password string
	Institution              handlers.Text
}

// Pages serves the web. It is made by New and safe for concurrent use.
type Pages struct {
	Config
	assets  *static.Assets
	rules   rules
	brought int // packs that came with the program
	locales map[i18n.Language]*i18n.Locale
	book    *help.Book
	handler http.Handler
	mux     *router
}

// New makes the pages. An error is a fault of the build or of the configuration.
func New(c Config) (*Pages, error) {
	if c.Service == nil || c.Now == nil || c.Zone == nil {
		return nil, fmt.Errorf("pages: Service, Now and Zone are required")
	}
	if c.Speed == 0 {
		c.Speed = 1
	}
	assets, err := static.Load()
	if err != nil {
		return nil, err
	}
	packs, err := deadline.Embedded()
	if err != nil {
		return nil, err
	}
	book, err := help.Load()
	if err != nil {
		return nil, err
	}
	p := &Pages{Config: c, assets: assets, rules: titles(packs), brought: len(packs.All()), book: book, locales: map[i18n.Language]*i18n.Locale{}}
	for _, l := range i18n.Languages {
		p.locales[l] = i18n.For(l, c.Zone)
	}
	p.mux = &router{ServeMux: http.NewServeMux()}
	p.routes(p.mux)
	own := http.NewCrossOriginProtection()
	own.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.fail(w, r, p.view(r, handlers.Caller{}), errForeignForm)
	}))
	p.handler = p.secure(answerSent(own.Handler(p.mux)))
	return p, nil
}

// ServeHTTP answers any request that is not for the API or the socket.
func (p *Pages) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.handler.ServeHTTP(w, r) }

// routes is the whole map of the web.
func (p *Pages) routes(mux *router) {
	mux.Handle("GET /static/", p.assets)

	open := func(pattern string, f page) { mux.Handle(pattern, p.anyone(f)) }
	open("GET /signin", p.signInPage)
	open("POST /signin", p.signIn)
	open("POST /language", p.chooseLanguage)
	open("GET /guide", p.guide)
	open("GET /", p.start)
	mux.Handle("GET /calendar/{file}", http.HandlerFunc(p.calendar))
	if p.Demo != nil {
		open("GET /styleguide", p.styleguide)
		open("GET /styleguide/{chapter}", p.styleguide)
		open("GET /styleguide/sheet", p.sampleSheet)
	}
	p.helpRoutes(mux, open)

	only := func(pattern string, f page) { mux.Handle(pattern, p.signedIn(f)) }
	p.sessionRoutes(only)
	p.secondRoutes(open, only)
	p.passkeyRoutes(open, only)
	p.identityRoutes(open, only)
	only("POST /tour/end", p.endTour)
	only("GET /account", p.account)
	only("POST /account/password", p.changePassword)
	only("POST /account/calendar", p.openCalendar)

	only("GET /board", p.board)
	only("GET /board/rows/{key}", p.boardRow)
	only("GET /board/figures", p.boardFigures)
	only("GET /board/ticker", p.tickerPart)
	only("GET /inbox", p.inbox)
	only("GET /inbox/rows/{key}", p.inboxRow)
	only("GET /outbox", p.outbox)
	only("GET /outbox/rows/{key}", p.outboxRow)
	only("GET /deadlines", p.deadlines)
	only("GET /deadlines/rows/{key}", p.deadlineRow)
	only("GET /register", p.register)
	only("GET /register/file", p.registerFile)
	only("GET /compare", p.compare)
	only("GET /cases/{id}/compare", p.compareCase)

	only("GET /cases/new", p.newCase)
	only("POST /cases", p.openCase)
	only("POST /cases/new/candidates", p.candidatesPart)
	only("GET /cases/{id}", p.casePage)
	only("POST /cases/{id}/open", p.openFields)
	only("POST /cases/{id}/files/{file}", p.openFile)
	only("GET /cases/{id}/replay", p.replay)
	only("GET /cases/{id}/do/{action}", p.actionForm)
	only("POST /cases/{id}/do/{action}", p.doAction)

	only("GET /cases/{id}/referrals/{referral}/sent", p.sent)
	only("POST /cases/{id}/referrals/{referral}/sent", p.openSent)
	only("GET /cases/{id}/transfers/{transfer}/sheet", p.sheet)
	only("POST /cases/{id}/transfers/{transfer}/sheet", p.openSheet)
	only("GET /cases/{id}/household", p.linkForm)
	only("POST /cases/{id}/household", p.linkCase)
	only("GET /cases/{id}/household/end", p.unlinkForm)
	only("POST /cases/{id}/household/end", p.unlinkCase)

	only("GET /institutions", p.institutions)
	p.rulesRoutes(only)
	only("GET /bounces", p.bounces)
	p.houseRoutes(only)
	p.courtRoutes(only)
	p.institutionRoutes(only)
	p.aidRoutes(only)
	p.adminRoutes(only)
	p.auditRoutes(only)
	p.safeguardRoutes(only)
	p.personRoutes(only)
	p.flagRoutes(only)
	p.searchRoutes(only)
}
