package browsertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"mkr/domain/access"
	"mkr/domain/person"
	"mkr/handlers"
)

// A holder adds a passkey, comes in by it, proves by it who she is, and removes it: in a real browser, with a device of the browser's
// own. At an address in numbers, for which browsers have no keys, nothing of it is offered.
func TestAPasskeyInTheBrowser(t *testing.T) {
	b := use(t)
	const password = "një fjalëkalim i gjatë për çelësin"
	username := "u-" + handlers.NewKey().String()
	_, err := b.app.Service().OpenAccount(t.Context(), handlers.Shell(), handlers.NewAccount{
		Institution: b.as(t, coordinator).Institution, Role: access.Coordinator, Username: person.PlainOf(username),
		Display: person.PlainOf(b.invent("Çelësi")), Password: person.PlainOf(password),
	}, handlers.Envelope{Key: handlers.NewKey()})
	ok(t, err)
	v := visit(t)
	look := func(name string) {
		t.Helper()
		v.accessible(name)
		if dir := os.Getenv("MKR_PICTURES"); dir != "" {
			for size, s := range map[string][2]int64{"": desk, "-phone": phone} {
				v.size(s)
				shot, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
				ok(t, err)
				ok(t, os.WriteFile(filepath.Join(dir, name+size+".png"), shot, 0o644))
			}
			v.size(desk)
		}
	}
	const enter, sign = `form[action="/signin/passkey"]`, ` [data-sign]`
	v.open("/signin")
	if v.count(enter+":not([hidden])") != 0 {
		t.Error("a key is asked for at an address that has none")
	}
	v.base = strings.Replace(v.base, "127.0.0.1", "localhost", 1)
	_, err = chromedp.Call(v.ctx, webauthn.Enable, webauthn.EnableParams{})
	ok(t, err)
	_, err = chromedp.Call(v.ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
	ok(t, err)

	v.open("/signin")
	v.write("username", username)
	v.write("password", password)
	v.press(`form[action="/signin"] button.primary`)
	v.seen.expect(`status of 403`) // the question who it is
	v.open("/account/passkeys/new")
	v.write("old", password)
	v.press(`form[action="/account/raise"] button.primary`)
	look("passkey-new")
	v.write("label", "telefoni i punës")
	if at := v.press(`form[action="/account/passkeys"]` + sign); at != "/account" {
		t.Fatalf("the new key leads to %s: %s", at, v.text("main"))
	}
	if !strings.Contains(v.text(`section[aria-labelledby="passkeys"]`), "telefoni i punës") {
		t.Fatal("the account does not show the key")
	}
	look("passkey-account")

	eval[bool](v, `document.getElementById("me").showPopover() ?? true`)
	v.press(`form[action="/signout"] button`)
	v.open("/signin")
	v.until(`document.querySelector(%s)`, enter+":not([hidden])")
	look("passkey-door")
	if at := v.press(enter + sign); at != "/board" {
		t.Fatalf("the key leads to %s: %s", at, v.text("main"))
	}
	v.open("/account")
	v.press(`form[action$="/remove"] button`)
	v.until(`document.querySelector(%s)`, `form[action="/account/raise"][data-passkey]:not([hidden])`)
	look("passkey-raise")
	if at := v.press(`form[action="/account/raise"][data-passkey]` + sign); at != "/account" {
		t.Fatalf("the proof leads to %s: %s", at, v.text("main"))
	}
	if strings.Contains(v.text(`section[aria-labelledby="passkeys"]`), "telefoni i punës") {
		t.Error("the key is still there")
	}
}
