package browsertest

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/web/i18n"
)

// TestPictures writes pictures of the pages into the folder of MKR_PICTURES, for people to look at. Those of the README
// are among them: board-en.png, case-en.png and replay-en.png.
func TestPictures(t *testing.T) {
	dir := os.Getenv("MKR_PICTURES")
	if dir == "" {
		t.Skip("MKR_PICTURES names no folder for them")
	}
	b := use(t)
	rich := b.richCase(t)
	for _, l := range i18n.Languages {
		door := visit(t)
		door.speak(l)
		boss := signedIn(t, coordinator)
		boss.speak(l)
		helper := signedIn(t, ngo)
		helper.speak(l)
		for _, p := range []struct {
			name string
			v    *visitor
			path string
			size [2]int64
			dark bool
		}{
			{"sign-in", door, "/signin", desk, false},
			{"guide", door, "/guide", desk, false},
			{"board", boss, "/board", desk, false},
			{"board-dark", boss, "/board", desk, true},
			{"board-wall", boss, "/board?wall", desk, false},
			{"board-phone", boss, "/board", phone, false},
			{"case", boss, "/cases/" + rich, desk, false},
			{"case-dark", boss, "/cases/" + rich, desk, true},
			{"case-phone", boss, "/cases/" + rich, phone, false},
			{"refer", boss, "/cases/" + rich + "/do/referral.create", desk, false},
			{"replay", boss, fmt.Sprintf("/cases/%s/replay?step=%d", rich, b.steps(t, boss, rich)*2/3), desk, false},
			{"deadlines", boss, "/deadlines", desk, false},
			{"indicators", boss, "/indicators/2014", desk, false},
			{"meetings", boss, "/meetings", desk, false},
			{"register", boss, "/register", desk, false},
			{"inbox", helper, "/inbox", desk, false},
			{"outbox", boss, "/outbox", desk, false},
			{"inbox-phone", helper, "/inbox", phone, false},
			{"intake", boss, "/cases/new", desk, false},
		} {
			p.v.size(p.size)
			p.v.dark(p.dark)
			p.v.open(p.path)
			if p.v.count("#stand[data-topics]:not([data-topics=''],[data-still])") > 0 {
				p.v.follows()
			}
			shot, err := chromedp.Run(p.v.ctx, chromedp.CaptureScreenshot())
			ok(t, err)
			small, err := reduced(shot)
			ok(t, err)
			ok(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%s.png", p.name, l)), small, 0o644))
		}
	}
}

// Sizes of screens.
var (
	desk  = [2]int64{1366, 900}
	phone = [2]int64{360, 780}
)

func (v *visitor) size(s [2]int64) {
	v.t.Helper()
	_, err := chromedp.Call(v.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: s[0], Height: s[1], DeviceScaleFactor: 1, Mobile: s[0] < 600})
	ok(v.t, err)
}

func (v *visitor) dark(yes bool) {
	v.t.Helper()
	scheme := "light"
	if yes {
		scheme = "dark"
	}
	_, err := chromedp.Call(v.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
	ok(v.t, err)
}

// richCase is the demo's open case of violence about which the most is to be told.
func (b *bed) richCase(t *testing.T) string {
	t.Helper()
	boss := b.as(t, coordinator)
	list, err := b.app.Service().Board(t.Context(), boss, handlers.ListQuery{Kind: casefile.DomesticViolence, Limit: 200})
	ok(t, err)
	best, most := "", -1
	for _, r := range list.Items {
		c, err := b.app.Service().Case(t.Context(), boss, r.Case, handlers.At{})
		ok(t, err)
		n := 0
		for _, k := range []int{len(c.Referrals), len(c.Orders), len(c.Plan.Actions), len(c.Hearings) + len(c.Visits), len(c.Assessments), len(c.Consents)} {
			n += min(k, 3) + 2*min(k, 1) // of everything something
		}
		if n > most {
			best, most = r.Case, n
		}
	}
	return best
}

// steps is how many events a case has in its replay.
func (b *bed) steps(t *testing.T, v *visitor, caseID string) int {
	t.Helper()
	line, err := b.app.Service().Timeline(t.Context(), v.Caller, caseID, handlers.At{})
	ok(t, err)
	return len(line.Entries)
}

// reduced makes a picture a third of its size: its 256 most frequent colours are kept, and every other becomes the
// nearest of them. Pages have few colours; the rest are the edges of letters.
func reduced(shot []byte) ([]byte, error) {
	full, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		return nil, err
	}
	count := map[color.NRGBA]int{}
	at := func(x, y int) color.NRGBA { return color.NRGBAModel.Convert(full.At(x, y)).(color.NRGBA) }
	area := full.Bounds()
	for y := range area.Dy() {
		for x := range area.Dx() {
			count[at(x, y)]++
		}
	}
	// A small mark in a colour of its own counts for more than the many greys of the letters' edges.
	weight := func(c color.NRGBA) int { return count[c] * (1 + int(max(c.R, c.G, c.B)) - int(min(c.R, c.G, c.B))) }
	all := slices.SortedFunc(maps.Keys(count), func(a, b color.NRGBA) int { return weight(b) - weight(a) })
	palette := color.Palette{}
	for _, c := range all[:min(256, len(all))] {
		palette = append(palette, c)
	}
	place := map[color.NRGBA]uint8{}
	out := image.NewPaletted(area, palette)
	for y := range area.Dy() {
		for x := range area.Dx() {
			c := at(x, y)
			i, known := place[c]
			if !known {
				i = uint8(palette.Index(c))
				place[c] = i
			}
			out.SetColorIndex(x, y, i)
		}
	}
	var small bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&small, out)
	return small.Bytes(), err
}
