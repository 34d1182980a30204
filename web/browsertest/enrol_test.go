package browsertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/hotp"

	"mkr/domain/access"
)

// Where a second step is required, one is chosen at the door on a phone: codes by one, a passkey by another. Both go on to where they
// wanted, and a password alone lets neither in again.
func TestTheSecondStepIsChosenAtTheDoor(t *testing.T) {
	b := newEmptyBed(t)
	b.app.Service().SecondStep = true
	wait := func(username string) *visitor {
		v := visitAt(t, b)
		v.base = strings.Replace(v.base, "127.0.0.1", "localhost", 1)
		_, err := chromedp.Call(v.ctx, webauthn.Enable, webauthn.EnableParams{})
		ok(t, err)
		_, err = chromedp.Call(v.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}})
		ok(t, err)
		v.size([2]int64{360, 780})
		v.enters(username)
		return v
	}
	look := func(v *visitor, name string) {
		t.Helper()
		v.accessible(name)
		v.fits(name)
		if dir := os.Getenv("MKR_PICTURES"); dir != "" {
			shot, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
			ok(t, err)
			ok(t, os.WriteFile(filepath.Join(dir, name+".png"), shot, 0o644))
		}
	}

	v := wait(access.Police)
	v.seen.expect(`status of 422`)
	look(v, "enrol")
	secret := strings.ReplaceAll(v.text("output.code"), " ", "")
	v.write("code", "000000")
	v.press(`form[action="/signin/enrol"] button.primary`)
	look(v, "enrol-wrong")
	code, err := hotp.GenerateCode(secret, uint64(time.Now().Unix()/30))
	ok(t, err)
	v.write("code", code)
	v.press(`form[action="/signin/enrol"] button.primary`)
	look(v, "enrol-recovery")
	if at := v.press(`form[action="/signin/on"] button`); at != "/meetings" {
		t.Errorf("the codes lead on to %s: %s", at, v.text("main"))
	}

	const makes, signs = `form[action="/signin/enrol/passkey"] [data-sign]`, `form[action="/signin/passkey"] [data-sign]`
	v = wait(access.Shelter)
	v.until(`document.querySelector(%s)`, `form[action="/signin/enrol/passkey"]:not([hidden])`)
	v.write("label", "telefoni i punës")
	if at := v.press(makes); at != "/meetings" {
		t.Fatalf("the passkey leads on to %s: %s", at, v.text("main"))
	}
	v.open("/account")
	if v.count(`form[action$="/remove"]`) != 0 || !strings.Contains(v.text(`section[aria-labelledby="passkeys"]`), words(t).T("passkey.stays")) {
		t.Error("the only one can be removed")
	}
	look(v, "enrol-account")
	eval[bool](v, `document.getElementById("me").showPopover() ?? true`)
	v.press(`form[action="/signout"] button`)
	v.enters(access.Shelter)
	v.until(`document.querySelector(%s)`, `form[action="/signin/passkey"]:not([hidden])`)
	look(v, "enrol-key-needed")
	if at := v.press(signs); at != "/meetings" {
		t.Errorf("the key leads on to %s: %s", at, v.text("main"))
	}
}

// enters brings a name and a password of the first day to the door, on the way to the meetings.
func (v *visitor) enters(username string) {
	v.t.Helper()
	v.open("/signin?next=%2Fmeetings")
	v.write("username", username)
	v.write("password", "dita e parë "+username)
	v.press(`form[action="/signin"] button.primary`)
}
