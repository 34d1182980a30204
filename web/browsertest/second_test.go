package browsertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/hotp"

	"mkr/domain/access"
	"mkr/domain/person"
	"mkr/handlers"
)

// A holder sets a second step with nothing but the screen, and comes in through it; by keyboard, without a fault of access.
func TestASecondStepInTheBrowser(t *testing.T) {
	b := use(t)
	const password = "një fjalëkalim i gjatë për hapin e dytë"
	username := "u-" + handlers.NewKey().String()
	_, err := b.app.Service().OpenAccount(t.Context(), handlers.Shell(), handlers.NewAccount{
		Institution: b.as(t, coordinator).Institution, Role: access.Coordinator, Username: person.PlainOf(username),
		Display: person.PlainOf(b.invent("Hapi")), Password: person.PlainOf(password),
	}, handlers.Envelope{Key: handlers.NewKey()})
	ok(t, err)
	enter := func() *visitor {
		v := visit(t)
		v.open("/signin")
		v.write("username", username)
		v.write("password", password)
		v.press(`form[action="/signin"] button.primary`)
		return v
	}
	v := enter()
	look := func(name string) {
		t.Helper()
		v.accessible(name)
		dir := os.Getenv("MKR_PICTURES")
		if dir == "" {
			return
		}
		for size, s := range map[string][2]int64{"": desk, "-phone": phone} {
			v.size(s)
			shot, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
			ok(t, err)
			ok(t, os.WriteFile(filepath.Join(dir, name+size+".png"), shot, 0o644))
		}
		v.size(desk)
	}
	v.open("/account/second")
	look("second-begin")
	v.write("old", password)
	v.send()
	look("second-setup")
	secret := strings.ReplaceAll(v.text("output.code"), " ", "")
	code := func(at time.Time) string {
		c, err := hotp.GenerateCode(secret, uint64(at.Unix()/30))
		ok(t, err)
		return c
	}
	v.write("code", code(time.Now()))
	v.send()
	look("second-recovery")
	recovery := v.text(".codes li")
	v = enter()
	v.seen.expect(`status of 422`)
	look("second-door")
	v.write("code", "000000")
	v.press(`form[action="/signin/code"] button.primary`)
	look("second-door-wrong")
	v.write("code", recovery)
	if at := v.press(`form[action="/signin/code"] button.primary`); at != "/board" {
		t.Errorf("a recovery code leads to %s", at)
	}
	v.open("/account")
	look("second-account")
}
