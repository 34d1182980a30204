package pages

import (
	"github.com/a-h/templ"

	"net/http"
	"net/url"

	"mkr/domain/access"
	"mkr/domain/account"
	"mkr/domain/directory"
	"mkr/handlers"
	"mkr/projections/board"
	rows "mkr/projections/directory"
	"mkr/web/help"
)

// problemSpecimen are the pages that say why there is no page.
func (v view) problemSpecimen() templ.Component {
	var out []templ.Component
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable} {
		one, id := v, ""
		switch status {
		case http.StatusForbidden:
			one.Path, one.Because = "/cases/s1/do/note.write", "access.not_for_role"
		case http.StatusConflict:
			one.Because = "other"
		case http.StatusRequestEntityTooLarge:
			one.Because = "too_large"
		case http.StatusTooManyRequests:
			one.Because = "too_many_tries"
		case http.StatusInternalServerError:
			id = "0199f5c2"
		}
		out = append(out, problemView(one, status, id))
	}
	return still("problem", out...)
}

// frameSpecimen is what stands around every page: its head for who has signed in and who has not, its foot while it follows and
// while it cannot, and the wall's.
func (v view) frameSpecimen() templ.Component {
	lead := v.as(access.Coordinator)
	lead.Path = "/board"
	wall := lead
	wall.Wall = true
	div := []string{`<header`, `<div`, `</header`, `</div`, `<footer`, `<div`, `</footer`, `</div`}
	return templ.Join(
		altered(still("frame", top(lead)), div...),
		altered(still("stranger", top(v)), div...),
		altered(still("foot", foot(lead, stand{Position: 8124, Topics: []string{"board"}})), div...),
		wallSpecimen(wall, still("wall", boardView(wall, boardPage{Query: url.Values{}, Rows: []board.Row{v.sampleRows()[0].Row, v.sampleRows()[1].Row}, Figures: []figure{{Key: "strip.open", Count: 35, Path: "#frame"}, {Key: "strip.overdue", Count: 6, Path: "#frame", Alarm: true}}, Beyond: 33}))),
	)
}

func (v view) doorParts() []specimen {
	known := door{Username: "nje", Error: v.Refusal("wrong_credentials"), Next: "/board"}
	demo := &Demo{Accounts: []DemoAccount{{Role: access.Police, Username: "nje", Institution: handlers.Text{SQ: v.T("style.nobody"), EN: v.T("style.nobody")}}}}
	ways := []handlers.IdentityProvider{{ID: "agency", Name: handlers.Text{SQ: "AKSHI", EN: "AKSHI"}}}
	one := v.as(access.Coordinator)
	return []specimen{
		shown("signin", "signin.title", signInView(v, door{Demo: demo, Passkeys: "https://mkr.example", Providers: ways})),
		shown("refused", "form.check", signInView(v, known)),
		shown("ended", "again.title", signInView(v, door{Next: "/board"}), signInView(v, door{Next: "/board", Carried: "x", Providers: ways})),
		shown("code", "second.title", codeView(v, door{Pending: "x"}), codeView(v, door{Pending: "x", Error: v.Refusal("wrong_credentials")})),
		shown("first", "first.title", firstView(v, door{Pending: "x"})),
		shown("stepup", "stepup.title", stepUpView(one, stepUpPage{Field: v.codeField(), Next: "/board", Carried: "x", Demo: "supa-vuju", Passkey: passkeyForm{Origin: "https://mkr.example"}})),
		shown("kept", "form.kept", keptView(one, keptPage{Action: "/cases/s1/do/note.write", Fields: []option{{"reason", v.T("style.large")}}}), droppedView(one)),
		shown("emergency", "emergency.title", emergencyView(one, v.shortForm()), overView(one)),
	}
}

func (v view) accountParts() []specimen {
	one := v.as(access.Coordinator)
	line := handlers.RoleLine{Grant: "g1", Institution: directory.MunicipalityDV, Role: access.ChildWorker, Reason: "leave", From: v.in(-90), Until: v.in(9000)}
	current, later := line, line
	current.InForce, current.Current, line.InForce = true, true, true
	later.From = v.in(900)
	roles := roleRows([]handlers.RoleLine{current, line, later}, func(handlers.RoleLine) string { return "#roles" })
	person := handlers.AccountRow{Account: "a2", Username: "dy", Display: v.T("style.nobody"), Institution: directory.PoliceKind, Role: access.Police}
	kept := handlers.AccountView{AccountRow: person, Offers: []handlers.OfferLine{{Offer: "o1", Label: "HSDS", Days: 90}}}
	kept.RecoveryAsked = true
	offers := []offerRow{{OfferLine: kept.Offers[0], At: "#", Key: "k"}}
	linked := handlers.IdentityLine{Provider: "agency", Name: handlers.Text{SQ: "AKSHI", EN: "AKSHI"}, Linked: true, LinkedAt: v.in(-9000), UsedAt: v.in(-90)}
	free := linked
	free.Linked = false
	mine := accountPage{
		Name: v.T("style.nobody"), Sessions: append(v.sampleSessions(), sessionRows([]handlers.SessionLine{{Session: "c", Kind: account.Calendar, StartedAt: v.in(-9000), ExpiresAt: v.in(90000)}}, "#account")...), Form: v.shortForm(), Recovers: []recoveryRow{{AccountRow: person, At: "#"}}, Offers: offers,
		Roles: ownRoles{OwnRoles: handlers.OwnRoles{Institution: directory.MunicipalityDV, Role: access.Coordinator, Until: v.in(90000), Acting: true}, Rows: roles}, Passkeys: v.sampleKeys(),
		Identities: identitiesPart{{IdentityLine: linked}, {IdentityLine: free}}, Calendar: "https://mkr.example/calendar/AAAA.ics", CalendarMade: true,
	}
	return []specimen{
		{"account", "style.account", accountSpecimen(v, v.sampleSessions(), v.sampleKeys())},
		shown("mine", "account.title", accountView(one, mine)),
		shown("second", "second.panel", secondPanel(v, secondPart{Set: true, Left: 1}), secondPanel(v, secondPart{}), setupView(one, setupPage{Setup: handlers.SecondFactorSetup{Secret: "AAAA BBBB CCCC DDDD", URI: "otpauth://totp/mkr:sample?secret=AAAABBBBCCCCDDDD&issuer=mkr"}, Form: v.shortForm()}), recoveryView(one, []string{"a1b2-c3d4", "e5f6-a7b8"})),
		shown("another", "account.one", accountOfView(v.as(access.Administrator), accountOfPage{Account: kept, Sessions: v.sampleSessions(), Roles: roles})),
		shown("secret", "secret.copy", secretView(one, secretPage{Title: v.T("account.open"), What: v.T("signin.password"), Username: "nje", Receipt: handlers.AccountReceipt{Secret: "nje-dy-tre-kater"}}), secretView(one, secretPage{Title: v.T("account.open")})),
	}
}

// publicParts are the pages for everybody: the directory that needs no sign-in, an institution, and the users' guide.
func (v view) publicParts(book *help.Book) []specimen {
	offer := func(service string, assured int) rows.Service {
		return rows.Service{Offer: directory.Offer{Service: service, MinAge: 14, Languages: []string{"sq", "sgn"}, AssuredAt: v.in(assured)}}
	}
	beds := offer("shelter", -600000)
	beds.Capacity, beds.Total, beds.Available, beds.ReportedAt = true, 12, 3, v.in(-90)
	house := func(kind string, services ...rows.Service) rows.Row {
		name := v.Code("institution_kind", kind)
		return rows.Row{Institution: kind, Kind: kind, Sector: "public", Details: directory.Details{Name: directory.Text{SQ: name, EN: name}, Phone: "+355 52 000 000", Hours: "08:00-16:00", Languages: []string{"sq", "en"}, OnPlatform: true}, Services: services}
	}
	ngo, shelter := house(directory.NGO, offer("psychosocial", -900), offer("legal_aid", -900)), house(directory.Shelter, beds)
	ngo.Address = v.T("style.long")
	duty := handlers.DutyView{Institution: directory.NGO, Filed: true, Now: []handlers.OnDuty{{Rung: "officer", Account: "a1", Until: v.in(300)}},
		Shifts: []directory.Shift{{Shift: "h1", Rung: "officer", Account: "a1", From: "08:00", Until: "16:00", Days: directory.Weekdays}, {Shift: "h2", Rung: "deputy", On: "2026-11-28", From: "16:00", Until: "08:00"}},
		Gaps:   []directory.Gap{{From: v.in(600), Until: v.in(1200)}}}
	closed := shelter
	closed.Suspended, closed.Reason = true, "no_staff"
	own := v.as(access.NGO)
	own.Caller.Institution = directory.NGO
	first, _ := book.Page(v.Language(), help.OfRole(access.Police))
	return []specimen{
		shown("guide", "guide.title", guideView(v, guidePage{Rows: []rows.Row{ngo, shelter}, Needs: needs, Need: needs[0].Code}), guideView(v, guidePage{Needs: needs[:1]})),
		shown("house", "field.institution", institutionView(own, institutionPage{Row: ngo, Duty: duty, Todo: []todo{{v.T("institution.report_capacity"), "#house"}}}), institutionView(own, institutionPage{Row: closed}), institutionView(own, institutionPage{Row: house(directory.Court)})),
		shown("help", "help.title", helpContentsView(v.as(access.Police), book), helpPageView(v.as(access.Police), book, first)),
	}
}
