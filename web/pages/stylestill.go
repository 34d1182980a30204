package pages

import (
	"bytes"
	"context"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// still shows pages' own templates as samples: their names begin with a word of their own, so that several stand on one page;
// scripts stay away, what scripts reveal is shown, their links lead nowhere and their forms file nothing.
func still(name string, samples ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for i, sample := range samples {
			own := name
			if i > 0 {
				own += "-" + strconv.Itoa(i+1)
			}
			var html bytes.Buffer
			if err := sample.Render(ctx, &html); err != nil {
				return err
			}
			text := lower.Replace(scripted.ReplaceAllString(html.String(), ""))
			if !strings.Contains(text, " popover ") { // but the head of a page is shown as it is
				text = inside.Replace(text)
			}
			if _, err := io.WriteString(w, `<div class="stack">`+tagged.ReplaceAllStringFunc(text, func(tag string) string { return leading.ReplaceAllString(stillTag(own, tag), ` href="#`+name+`"`) })+`</div>`); err != nil {
				return err
			}
		}
		return nil
	})
}

// A sample is no part of the plan of the page that it stands on: it brings no first heading and no landmarks.
var (
	lower  = strings.NewReplacer(`<h1 id="`, `<h3 class="as-title" id="`, `<h1>`, `<h3 class="as-title">`, `<h1 class="`, `<h3 class="as-title `, `</h1>`, `</h3>`, `<aside`, `<div role="group"`, `</aside>`, `</div>`)
	inside = strings.NewReplacer(`<nav`, `<div role="group"`, `</nav>`, `</div>`)
)

var (
	scripted  = regexp.MustCompile(`(?s)<script.*?</script>|<noscript>.*?</noscript>`)
	tagged    = regexp.MustCompile(`<[a-z][^>]*>`)
	landmark  = regexp.MustCompile(`^<(section|form)\b`)
	labelled  = regexp.MustCompile(` aria-label(ledby)?="[^"]*"`)
	named     = regexp.MustCompile(` (id|for|aria-labelledby|aria-describedby|aria-controls|popovertarget|list)="([^"]+)"`)
	towards   = regexp.MustCompile(`(="|url\()#([\w-]+)`)
	leading   = regexp.MustCompile(` href="[/?][^"]*"( download)?`)
	sending   = regexp.MustCompile(` (form)?action="[^"]*"`)
	hooks     = regexp.MustCompile(` data-([a-z]+(?:-[a-z]+)*)(="[^"]*")?`)
	standsFor = regexp.MustCompile(`^(label|state|is|sort|story|auto)$`) // what the styles go by
)

func stillTag(name, tag string) string {
	tag = named.ReplaceAllStringFunc(tag, func(a string) string {
		m := named.FindStringSubmatch(a)
		words := strings.Fields(m[2])
		for i, w := range words {
			words[i] = name + "-" + w
		}
		return " " + m[1] + `="` + strings.Join(words, " ") + `"`
	})
	tag = towards.ReplaceAllString(tag, "${1}#"+name+"-$2")
	tag = sending.ReplaceAllString(tag, ` ${1}action="/styleguide"`)
	hooked := false
	tag = hooks.ReplaceAllStringFunc(tag, func(a string) string {
		if standsFor.MatchString(hooks.FindStringSubmatch(a)[1]) {
			return a
		}
		hooked = true
		return ""
	})
	if hooked || strings.Contains(tag, `class="player"`) {
		tag = strings.Replace(tag, " hidden>", ">", 1)
	}
	if landmark.MatchString(tag) {
		tag = labelled.ReplaceAllString(tag, "")
	}
	return strings.NewReplacer(" autofocus", "", ` role="alert"`, "", ` role="status"`, "", ` role="search"`, "", ` target="_blank"`, "", `role="region"`, `role="group"`).Replace(tag)
}

// shown is a part of a chapter: a name, the key of its words, and samples of it.
func shown(id, key string, samples ...templ.Component) specimen {
	return specimen{ID: id, Key: key, Show: still(id, samples...)}
}
