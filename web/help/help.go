package help

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"mkr/docs/guide"
	"mkr/web/i18n"
)

// Base is where the guide is served.
const Base = "/help"

// Page is one page of the guide in one language.
type Page struct {
	Name     string // the same in every language
	Title    string
	Lead     string // its first paragraph, as plain text
	Headings []Heading
	HTML     string // from the title on; made from our own files without raw HTML, so safe as it is
}

// Heading is one part of a page, the title not among them.
type Heading struct {
	ID, Text string
	Level    int
}

// Book is the whole guide. It is made by Load and read-only.
type Book struct {
	pages    map[i18n.Language]map[string]Page
	pictures map[string]picture
}

// markdown has no way to let raw HTML through: it is left out with a comment in its place, which a test refuses.
var markdown = goldmark.New(goldmark.WithExtensions(extension.Table), goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(tables{}, 100))))

// Load renders all pages. An error is a fault of the build.
func Load() (*Book, error) { return load(guide.Files) }

func load(files fs.FS) (*Book, error) {
	b := &Book{pages: map[i18n.Language]map[string]Page{}}
	var err error
	if b.pictures, err = pictures(files); err != nil {
		return nil, err
	}
	for _, l := range i18n.Languages {
		b.pages[l] = map[string]Page{}
	}
	for _, name := range slices.Concat(guide.Everybody, guide.Roles) {
		english, err := read(files, i18n.English, name)
		if err != nil {
			return nil, err
		}
		anchors := english.anchors()
		for _, l := range i18n.Languages {
			d, err := read(files, l, name)
			if err != nil {
				return nil, err
			}
			if b.pages[l][name], err = d.page(b, anchors); err != nil {
				return nil, fmt.Errorf("help: %s/%s.md: %w", l, name, err)
			}
		}
	}
	return b, nil
}

// Page finds a page by its name.
func (b *Book) Page(l i18n.Language, name string) (Page, bool) {
	p, ok := b.pages[l][name]
	return p, ok
}

// Pages gives pages by their names, in that order.
func (b *Book) Pages(l i18n.Language, names []string) []Page {
	out := make([]Page, 0, len(names))
	for _, name := range names {
		if p, ok := b.pages[l][name]; ok {
			out = append(out, p)
		}
	}
	return out
}

// Everybody gives the pages that all roles need.
func (b *Book) Everybody(l i18n.Language) []Page { return b.Pages(l, guide.Everybody) }

// Roles gives the roles' pages, the reader's own first.
func (b *Book) Roles(l i18n.Language, role string) []Page {
	names := slices.Clone(guide.Roles)
	if own := OfRole(role); slices.Contains(names, own) {
		names = slices.DeleteFunc(names, func(n string) bool { return n == own })
		names = slices.Insert(names, 0, own)
	}
	return b.Pages(l, names)
}

// Leads tells whether an address is a page of the guide, and its anchor a part of that page.
func (b *Book) Leads(address string) bool {
	to, anchor, _ := strings.Cut(address, "#")
	if to == Base {
		return anchor == ""
	}
	p, ok := b.pages[i18n.English][strings.TrimPrefix(to, Base+"/")]
	return ok && strings.HasPrefix(to, Base+"/") && (anchor == "" || slices.ContainsFunc(p.Headings, func(h Heading) bool { return h.ID == anchor }))
}

// OfRole names the page of a role.
func OfRole(role string) string { return strings.ReplaceAll(role, "_", "-") }

// document is one file, read.
type document struct {
	name   string
	lang   i18n.Language
	source []byte
	root   ast.Node
}

func read(files fs.FS, l i18n.Language, name string) (document, error) {
	source, err := fs.ReadFile(files, path.Join(string(l), name+".md"))
	if err != nil {
		return document{}, fmt.Errorf("help: %w", err)
	}
	return document{name: name, lang: l, source: source, root: markdown.Parser().Parse(text.NewReader(source))}, nil
}

// headings are those of the first level of the file, in order: the title is the first.
func (d document) headings() []*ast.Heading {
	var out []*ast.Heading
	for n := d.root.FirstChild(); n != nil; n = n.NextSibling() {
		if h, ok := n.(*ast.Heading); ok {
			out = append(out, h)
		}
	}
	return out
}

// anchors are the ids of the headings: their words in small letters with hyphens, numbered where two are the same.
func (d document) anchors() []string {
	var out []string
	for _, h := range d.headings() {
		words := strings.FieldsFunc(strings.ToLower(plain(h, d.source)), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
		id := strings.Join(words, "-")
		for n, base := 2, id; id == "" || slices.Contains(out, id); n++ {
			id = fmt.Sprintf("%s-%d", base, n)
		}
		out = append(out, id)
	}
	return out
}

// page renders the document.
func (d document) page(b *Book, anchors []string) (Page, error) {
	headings := d.headings()
	if len(headings) != len(anchors) || len(headings) == 0 {
		return Page{}, fmt.Errorf("%d headings, %d in English", len(headings), len(anchors))
	}
	p := Page{Name: d.name}
	for i, h := range headings {
		h.SetAttributeString("id", []byte(anchors[i]))
		if i == 0 {
			p.Title = plain(h, d.source)
			continue
		}
		p.Headings = append(p.Headings, Heading{ID: anchors[i], Text: plain(h, d.source), Level: h.Level})
	}
	if first, ok := headings[0].NextSibling().(*ast.Paragraph); ok {
		p.Lead = plain(first, d.source)
	}
	if err := d.lead(b); err != nil {
		return Page{}, err
	}
	d.nameTables()
	var html bytes.Buffer
	if err := markdown.Renderer().Render(&html, d.source, d.root); err != nil {
		return Page{}, err
	}
	p.HTML = html.String()
	return p, nil
}

// lead turns the links and pictures of the files into addresses of the web.
func (d document) lead(b *Book) error {
	return ast.Walk(d.root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link:
			to, anchor, _ := strings.Cut(string(n.Destination), "#")
			name, ok := strings.CutSuffix(to, ".md")
			if !ok || strings.Contains(name, "/") {
				return ast.WalkStop, fmt.Errorf("the link to %s leaves the guide", n.Destination)
			}
			n.Destination = []byte(Base + "/" + name)
			if anchor != "" {
				n.Destination = append(n.Destination, "#"+anchor...)
			}
		case *ast.Image:
			name := path.Join(string(d.lang), string(n.Destination))
			pic, ok := b.pictures[name]
			if !ok {
				return ast.WalkStop, fmt.Errorf("there is no picture %s", n.Destination)
			}
			n.Destination = []byte(Base + "/" + name)
			n.SetAttributeString("width", []byte(fmt.Sprint(pic.width)))
			n.SetAttributeString("height", []byte(fmt.Sprint(pic.height)))
			n.SetAttributeString("loading", []byte("lazy"))
		}
		return ast.WalkContinue, nil
	})
}

// plain is the text of a node without its marks.
func plain(n ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(source))
			if t.SoftLineBreak() {
				b.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}
