package help

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"mkr/docs/guide"
	"mkr/domain/access"
	"mkr/web/i18n"
)

func book(t *testing.T) *Book {
	t.Helper()
	b, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestNothingIsLeftOver: every file of the guide is a page that is listed.
func TestNothingIsLeftOver(t *testing.T) {
	listed := slices.Concat(guide.Everybody, guide.Roles)
	for _, l := range i18n.Languages {
		names, err := fs.Glob(guide.Files, string(l)+"/*.md")
		if err != nil || len(names) != len(listed) {
			t.Errorf("%s has %d pages, %d are listed (%v)", l, len(names), len(listed), err)
		}
	}
}

// TestEveryRoleHasItsPage: whoever may sign in finds a page of her own.
func TestEveryRoleHasItsPage(t *testing.T) {
	b := book(t)
	for _, role := range access.Roles {
		if role == access.System { // nobody signs in as the house itself
			continue
		}
		for _, l := range i18n.Languages {
			pages := b.Roles(l, role)
			if len(pages) != len(guide.Roles) || pages[0].Name != OfRole(role) {
				t.Errorf("%s has no page in %s", role, l)
			}
		}
	}
}

// TestLanguagesTellTheSame: a page has the same headings, steps, rows, links and pictures in both languages, one for one.
func TestLanguagesTellTheSame(t *testing.T) {
	b := book(t)
	shape := regexp.MustCompile(`<(h[1-6]|ol|ul|li|tr|img|table|blockquote|pre|a)\b`)
	anchor := regexp.MustCompile(` id="([^"]*)"`)
	for name, sq := range b.pages[i18n.Albanian] {
		en := b.pages[i18n.English][name]
		for what, re := range map[string]*regexp.Regexp{"parts": shape, "anchors": anchor} {
			if a, c := re.FindAllString(sq.HTML, -1), re.FindAllString(en.HTML, -1); !slices.Equal(a, c) {
				t.Errorf("%s: the %s differ:\n%v\n%v", name, what, a, c)
			}
		}
		if sq.Title == en.Title || sq.Lead == "" || en.Lead == "" || len(sq.Headings) < 2 {
			t.Errorf("%s: %q and %q, %d parts", name, sq.Title, en.Title, len(sq.Headings))
		}
	}
}

// TestPicturesAreSmallAndShown: each is small, all are small together, and each is on some page.
func TestPicturesAreSmallAndShown(t *testing.T) {
	const each, together = 40 << 10, 1 << 20
	b := book(t)
	sum := 0
	for name, p := range b.pictures {
		sum += len(p.body)
		if len(p.body) > each {
			t.Errorf("%s has %d bytes", name, len(p.body))
		}
		shown := false
		for _, pages := range b.pages {
			for _, page := range pages {
				shown = shown || strings.Contains(page.HTML, `src="`+Base+"/"+name+`"`)
			}
		}
		if !shown {
			t.Errorf("%s is on no page", name)
		}
	}
	if len(b.pictures) == 0 || sum > together {
		t.Errorf("%d pictures of %d bytes together", len(b.pictures), sum)
	}
}

// TestNoRawHTML: what goldmark leaves out it leaves a comment for.
func TestNoRawHTML(t *testing.T) {
	for l, pages := range book(t).pages {
		for name, p := range pages {
			if strings.Contains(p.HTML, "<!--") || strings.Contains(p.HTML, "style=") {
				t.Errorf("%s/%s.md holds HTML, or what the pages' policy forbids", l, name)
			}
		}
	}
}

// TestLinksLead: every link of the guide leads to a page of it, and to a part that is there.
func TestLinksLead(t *testing.T) {
	link := regexp.MustCompile(`href="([^"]*)"`)
	b := book(t)
	for l, pages := range b.pages {
		for name, p := range pages {
			for _, m := range link.FindAllStringSubmatch(p.HTML, -1) {
				if !b.Leads(m[1]) {
					t.Errorf("%s/%s.md leads to %s, which is not there", l, name, m[1])
				}
			}
		}
	}
	if b.Leads("/help/nowhere") || b.Leads("/help/board#nowhere") || b.Leads("/board") {
		t.Error("every link leads somewhere: the test could not fail")
	}
}

// TestTheScreensSayWhatTheGuideQuotes: what is bold is a word of the screens, as they have it in that language.
func TestTheScreensSayWhatTheGuideQuotes(t *testing.T) {
	quoted := regexp.MustCompile(`<strong>([^<]*)</strong>`)
	unescape := strings.NewReplacer("&quot;", `"`, "&amp;", "&", "&#39;", "'")
	for l, pages := range book(t).pages {
		texts := i18n.For(l, nil).Texts()
		for i, s := range texts {
			texts[i] = bare(s)
		}
		n := 0
		for name, p := range pages {
			for _, m := range quoted.FindAllStringSubmatch(p.HTML, -1) {
				n++
				if !slices.Contains(texts, bare(unescape.Replace(m[1]))) {
					t.Errorf("%s/%s.md quotes %q: no screen says so", l, name, m[1])
				}
			}
		}
		if n < 20 {
			t.Errorf("%s quotes only %d words of the screens", l, n)
		}
	}
}

// bare is a label without what follows it on a screen.
func bare(s string) string { return strings.TrimRight(s, ":…") }

// TestFaultsOfTheBuildAreFound: Load refuses a guide that is not whole.
func TestFaultsOfTheBuildAreFound(t *testing.T) {
	for what, change := range map[string]func(fstest.MapFS){
		"a page is missing":  func(f fstest.MapFS) { delete(f, "sq/board.md") },
		"a heading too many": func(f fstest.MapFS) { f["sq/board.md"].Data = append(f["sq/board.md"].Data, "\n## Tjetër\n"...) },
		"a picture that is not there": func(f fstest.MapFS) {
			f["sq/board.md"].Data = append(f["sq/board.md"].Data, "\n![x](../images/sq/no.png)\n"...)
		},
		"a link that leaves": func(f fstest.MapFS) {
			f["sq/board.md"].Data = append(f["sq/board.md"].Data, "\n[x](https://example.org)\n"...)
		},
	} {
		copied := fstest.MapFS{}
		err := fs.WalkDir(guide.Files, ".", func(p string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				var data []byte
				data, err = fs.ReadFile(guide.Files, p)
				copied[p] = &fstest.MapFile{Data: data}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := load(copied); err != nil {
			t.Fatal(err)
		}
		change(copied)
		if _, err := load(copied); err == nil {
			t.Errorf("%s, and the guide loads", what)
		}
	}
}
