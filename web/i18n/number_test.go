package i18n

import (
	"math"
	"strings"
	"sync"
	"testing"
)

func TestNumbersAreWrittenAsTheLanguageWritesThem(t *testing.T) {
	sq, en := For(Albanian, nil), For(English, nil)
	const nb = "\u00a0"
	for _, c := range []struct{ name, sq, wantSQ, en, wantEN string }{
		{"none", sq.Number(0), "0", en.Number(0), "0"},
		{"hundreds", sq.Number(999), "999", en.Number(999), "999"},
		{"thousand", sq.Number(1000), "1" + nb + "000", en.Number(1000), "1,000"},
		{"million", sq.Number(1_000_000), "1" + nb + "000" + nb + "000", en.Number(1_000_000), "1,000,000"},
		{"negative", sq.Number(-1234), "−1" + nb + "234", en.Number(-1234), "−1,234"},
		{"position", sq.Position(8123), "8" + nb + "123", en.Position(8123), "8,123"},
		{"greatest position", sq.Position(math.MaxUint64), strings.ReplaceAll("18 446 744 073 709 551 615", " ", nb), en.Position(math.MaxUint64), "18,446,744,073,709,551,615"},
		{"decimal", sq.Decimal("1234.5"), "1" + nb + "234,5", en.Decimal("1234.5"), "1,234.5"},
		{"decimals are kept", sq.Decimal("12.50"), "12,50", en.Decimal("12.50"), "12.50"},
		{"whole decimal", sq.Decimal("30"), "30", en.Decimal("30"), "30"},
		{"percent", sq.Percent("12.5"), "12,5%", en.Percent("12.5"), "12.5%"},
		{"percent of a tenth", sq.Percent("0.1"), "0,1%", en.Percent("0.1"), "0.1%"},
		{"negative percent", sq.Percent("-29"), "−29%", en.Percent("-29"), "−29%"},
		{"no number", sq.Decimal("many"), "many", en.Percent(""), ""},
		{"group", sq.Group(), nb, en.Group(), ","},
	} {
		if c.sq != c.wantSQ || c.en != c.wantEN {
			t.Errorf("%s: %q and %q, want %q and %q", c.name, c.sq, c.en, c.wantSQ, c.wantEN)
		}
	}
}

// TestOneAndMany: only one is one; what merely ends in one is many, in both languages.
func TestOneAndMany(t *testing.T) {
	sq, en := For(Albanian, nil), For(English, nil)
	for n, want := range map[int][2]string{
		0: {"0 rreshta", "0 rows"}, 1: {"1 rresht", "1 row"}, 2: {"2 rreshta", "2 rows"}, 11: {"11 rreshta", "11 rows"}, 21: {"21 rreshta", "21 rows"},
		101: {"101 rreshta", "101 rows"}, -1: {"−1 rresht", "−1 row"}, 1_000_000: {"1\u00a0000\u00a0000 rreshta", "1,000,000 rows"},
	} {
		if a, b := sq.N("list.total", n), en.N("list.total", n); a != want[0] || b != want[1] {
			t.Errorf("%d: %q and %q, want %q and %q", n, a, b, want[0], want[1])
		}
	}
}

// TestALocaleIsShared: pages of many requests write with the same Locale at the same time.
func TestALocaleIsShared(t *testing.T) {
	l := For(Albanian, nil)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 200 {
				if got := l.N("list.total", 1200); got != "1\u00a0200 rreshta" {
					t.Errorf("%q", got)
					return
				}
			}
		})
	}
	all.Wait()
}
