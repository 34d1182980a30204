package browsertest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/domain/person"
	"mkr/handlers"
)

// smallPhone is the least that has to do: 360 by 740, with a finger and no keys.
var smallPhone = [2]int64{360, 740}

// onAPhone is somebody with a phone of her own at an installation.
func (b *bed) onAPhone(t *testing.T, username string) *visitor {
	t.Helper()
	v := visitAt(t, b)
	v.hold(b.sessionOf(t, username))
	v.size(smallPhone)
	_, err := chromedp.Call(v.ctx, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true, MaxTouchPoints: 5})
	ok(t, err)
	v.finger = true
	return v
}

// reach brings a thing to the middle of the screen and tells where it is: [x, y, width, height], or what keeps a finger
// from it.
const reach = `(() => {
	const e = document.querySelector(%s);
	const near = e.getBoundingClientRect();
	if (near.top < 0 || near.bottom > innerHeight - 80) e.scrollIntoView({ block: "center", behavior: "instant" });
	const r = [...e.getClientRects()].find((r) => r.width > 0);
	if (!r) return { why: "it is not seen" };
	const x = r.left + r.width / 2, y = r.top + r.height / 2, top = document.elementFromPoint(x, y);
	if (!top || !(e.contains(top) || top.contains(e) || [...(e.labels ?? [])].some((l) => l.contains(top)))) return { why: "it lies under " + (top?.outerHTML.slice(0, 120) ?? "nothing") };
	return { why: "", at: [x, y, r.width, r.height] };
})()`

// tap touches the middle of a thing. What is pressed has to be wide and high enough for a finger, and under nothing else.
func (v *visitor) tap(selector string) {
	v.t.Helper()
	type place struct {
		Why string     `json:"why"`
		At  [4]float64 `json:"at"`
	}
	p := eval[place](v, fmt.Sprintf(reach, quoted([]any{selector})...))
	if p.Why != "" {
		v.fail("touching "+selector, fmt.Errorf("%s", p.Why))
	}
	if p.At[2] < 24 || p.At[3] < 24 {
		v.t.Errorf("%s: %s is %.0f by %.0f: less than a finger needs", v.here(), selector, p.At[2], p.At[3])
	}
	if strings.HasSuffix(selector, "button.primary") && p.At[3] < 44 {
		v.t.Errorf("%s: the main button is %.0f high", v.here(), p.At[3])
	}
	v.touch(p.At[0], p.At[1])
}

// inSight makes sure that what is said now is on the screen, without scrolling.
func (v *visitor) inSight(selector string) {
	v.t.Helper()
	if !eval[bool](v, fmt.Sprintf(`(() => { const r = document.querySelector(%s)?.getBoundingClientRect(); return !!r && r.top >= 0 && r.bottom <= innerHeight; })()`, quoted([]any{selector})...)) {
		v.t.Errorf("%s: %s is out of sight", v.here(), selector)
	}
}

// receives files the form and sees the receipt.
func (v *visitor) receives() string {
	v.t.Helper()
	v.fits(v.here())
	at := v.file()
	v.inSight("#receipt")
	v.fits(at)
	return at
}

// errs sends the form and finds its mistake: the summary has the focus, and its line leads to the field.
func (v *visitor) errs(field string) {
	v.t.Helper()
	v.click(`main form[data-form] .buttons button.primary`)
	v.until(`document.activeElement?.matches(".errors") && document.querySelector(%s)?.closest(".field").querySelector(".error")`, named(field))
	v.inSight(".errors")
	v.fits(v.here())
	v.click(fmt.Sprintf(`.errors a[href="#%s"]`, eval[string](v, fmt.Sprintf(`document.querySelector(%s).id`, quoted([]any{named(field)})...))))
	v.until(`document.activeElement?.matches(%s)`, named(field))
	v.inSight(named(field))
}

// The main job of each role is done with a finger on a small phone: a case is opened by the police, who forget the name
// first and tap twice in the end, and is referred; the shelter counts its places and accepts into one; the doctor answers
// and writes a note; the coordinator answers for a deadline that passed in silence and calls a meeting.
func TestWorkWithAFingerOnASmallPhone(t *testing.T) {
	var old handlers.Receipt
	var asked string
	b := newEmptyBed(t, func(b *bed) {
		for kind, service := range map[string]string{directory.Shelter: "shelter", directory.Medical: "health"} {
			id := handlers.DeriveKey("institution", kind).String()
			_, err := b.app.Service().InstitutionCommand(t.Context(), handlers.Shell(), id, directory.OfferService{Offer: directory.Offer{Service: service, AssuredAt: visitDay.AddDate(0, 0, -3)}}, key())
			ok(t, err)
		}
		officer := b.as(t, access.Police)
		old = b.newCase(t, officer, casefile.DomesticViolence)
		asked = b.step(t, officer, old.Case, "referral.create", "", &handlers.CreateReferral{
			To: b.as(t, access.Medical).Institution, Service: "health", Urgency: "routine", Reason: person.PlainOf(b.secret("Plagë në kokë")), Basis: "law_9669_art_8",
		}).ID
	})
	w := words(t)
	shelterHouse := b.as(t, access.Shelter).Institution

	keeper := b.onAPhone(t, access.Shelter)
	keeper.open("/institutions/" + shelterHouse)
	keeper.press(`main a[href$="institution.report_capacity"], main a[href*="institution.report_capacity?"]`)
	keeper.write("total", "5")
	keeper.errs("available")
	keeper.write("available", "2")
	keeper.receives()

	officer := b.onAPhone(t, access.Police)
	officer.open("/board")
	officer.press(`main a[href="/cases/new"]`)
	officer.choose("kind", casefile.DomesticViolence)
	officer.choose("channel", "police_129")
	officer.check("violence", "physical")
	officer.choose("persons[0].role", casefile.Survivor)
	officer.errs("persons[0].name")
	officer.write("persons[0].name", b.invent("Lule"))
	eval[bool](officer, `!!(document.querySelector("main").dataset.left = "yes")`)
	officer.click(`main form[data-form] .buttons button.primary`)
	officer.again(`main form[data-form] .buttons button.primary`)
	officer.until(`document.querySelector("main:not([data-left]) #receipt") && document.readyState === "complete"`)
	id := strings.TrimPrefix(officer.here(), "/cases/")
	officer.inSight("#receipt")
	officer.act("referral.create", "")
	officer.choose("to", shelterHouse)
	officer.choose("service", "shelter")
	officer.choose("urgency", "urgent")
	officer.choose("basis", "law_9669_art_8")
	officer.check("place", "yes")
	officer.errs("reason")
	officer.write("reason", b.secret("Nuk ka ku të flejë sonte"))
	officer.receives()
	officer.open("/board")
	if n := officer.count("#board [data-key]"); n != 2 { // yesterday's, and hers
		t.Errorf("%d cases stand on the board: two taps opened two", n)
	}

	keeper.open("/inbox")
	keeper.press(taskOf(id) + " th a")
	keeper.act("referral.accept", keeper.there())
	keeper.receives()
	keeper.shows("referrals", w.Code("status", "accepted"))

	doctor := b.onAPhone(t, access.Medical)
	doctor.open("/inbox")
	doctor.press(taskOf(old.Case) + " th a")
	doctor.act("referral.accept", asked)
	doctor.receives()
	doctor.act("note.write", "")
	doctor.choose("section", "health")
	doctor.errs("text")
	doctor.write("text", b.secret("Katër qepje, pa tronditje"))
	doctor.receives()

	boss := b.onAPhone(t, access.Coordinator)
	boss.open("/cases/" + old.Case)
	boss.act("deadline.acknowledge", boss.target("deadline.acknowledge"))
	boss.write("note", b.secret("Vlerësimi bëhet sot pasdite"))
	boss.choose("answer", "acting")
	boss.receives()
	boss.open("/meetings")
	boss.press(`main a[href="/meetings/new"]`)
	boss.choose("kind", "etn")
	boss.choose("place", "municipality")
	boss.errs("when")
	boss.when("when", soon(3))
	boss.receives()
}

// again taps once more where the finger is still: the page may have gone already.
func (v *visitor) again(selector string) {
	v.t.Helper()
	at, err := tryEval[[]float64](v, fmt.Sprintf(`(() => { const r = document.querySelector(%s)?.getBoundingClientRect(); return r ? [r.left + r.width / 2, r.top + r.height / 2] : []; })()`, quoted([]any{selector})...))
	if err != nil || len(at) == 0 {
		return
	}
	v.touch(at[0], at[1])
}

// touch sets a finger down and lifts it. A page that goes away under the finger may never say that it felt it, and the browser then answers
// nothing: whoever needs to know waits for what the touch brings about.
func (v *visitor) touch(x, y float64) {
	v.t.Helper()
	for _, e := range []input.DispatchTouchEventParams{{Type: "touchStart", TouchPoints: []*input.TouchPoint{{X: x, Y: y}}}, {Type: "touchEnd", TouchPoints: []*input.TouchPoint{}}} {
		ctx, cancel := context.WithTimeout(v.ctx, patience/10)
		_, err := chromedp.Call(ctx, input.DispatchTouchEvent, e)
		cancel()
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			v.t.Logf("a touch: %v", err)
		}
	}
}
