package pages_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/internal/images/imagetest"
)

// posts sends a form in parts, as browsers do where a file is asked for.
func (br *browser) posts(t *testing.T, to string, form url.Values, name string, file []byte) answer {
	t.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for field, values := range form {
		for _, value := range values {
			ok(t, parts.WriteField(field, value))
		}
	}
	part, err := parts.CreateFormFile("upload", name)
	ok(t, err)
	_, err = part.Write(file)
	ok(t, err)
	ok(t, parts.Close())
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, br.b.server.URL+to, &body)
	ok(t, err)
	req.Header.Set("Content-Type", parts.FormDataContentType())
	res, err := br.client.Do(req)
	ok(t, err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	ok(t, err)
	return answer{status: res.StatusCode, path: res.Request.URL.Path, query: res.Request.URL.Query(), header: res.Header, body: string(data)}
}

var fileForm = regexp.MustCompile(`action="(/cases/[0-9a-f-]{36}/files/[0-9a-f-]{36})"`)

// A document is attached on the case's page: a form that is refused keeps the file; what was attached stands in the list without its
// title, and opens for those who may.
func TestADocumentIsAttached(t *testing.T) {
	b := newBed(t)
	id := b.open()
	br := b.signedIn("police")
	content := imagetest.PNG(bytes.Repeat([]byte("fotografi"), 40_000))
	page := br.get("/cases/" + id + "/do/file.attach")
	page.wants(t, `enctype="multipart/form-data"`, `type="file"`)
	page.lacks(t, `value="health"`)
	check(t, "the form", page)
	to, form := page.form(t)
	form.Set("kind", "photograph")
	form.Set("title", "Fotografi nga vendi")

	wrong := br.posts(t, to, form, "faqe.png", []byte("<!doctype html><script>alert(1)</script>"))
	if wrong.status != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, sq.T("refusal.file_type")) || !strings.Contains(wrong.body, "Fotografi nga vendi") {
		t.Fatalf("a page that calls itself an image: %d", wrong.status)
	}
	large := br.posts(t, to, form, "shumë.png", append(slices.Clone(content), make([]byte, casefile.MaxFile)...))
	if large.status != http.StatusUnprocessableEntity && large.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a file that is too large: %d", large.status)
	}
	named := br.posts(t, to, form, "fotografi.pdf", content)
	if named.status != http.StatusUnprocessableEntity || !strings.Contains(named.body, sq.T("refusal.file_name")) {
		t.Errorf("an image that calls itself a PDF: %d", named.status)
	}
	huge := br.posts(t, to, form, "shumë.png", append(slices.Clone(content), make([]byte, 2*casefile.MaxFile)...))
	if huge.status != http.StatusRequestEntityTooLarge || !strings.Contains(huge.body, sq.T("problem.413.text")) || !strings.Contains(huge.body, sq.T("problem.case")) {
		t.Errorf("a file that is not even read to its end: %d", huge.status)
	}
	refused := br.posts(t, to, form, "Drita Shembulli.png", content) // who may open it was not said
	if refused.status != http.StatusUnprocessableEntity || !strings.Contains(refused.body, sq.T("file.kept")) {
		t.Fatalf("%d: %s", refused.status, refused.body)
	}
	to, form = refused.form(t)
	form.Set("kind", "photograph")
	form.Set("title", "Fotografi nga vendi")
	form.Set("class", "narrative")
	filed := br.posts(t, to, form, "", nil)
	if filed.path != "/cases/"+id {
		t.Fatalf("%d at %s: %s", filed.status, filed.path, filed.body)
	}
	again := br.posts(t, to, form, "", nil)
	if again.path != "/cases/"+id {
		t.Errorf("sent twice: %d at %s", again.status, again.path)
	}
	list := br.get("/cases/" + id)
	if n := strings.Count(list.body, `id="file-`); n != 1 {
		t.Errorf("%d documents are listed", n)
	}
	list.wants(t, sq.Code("file_kind", "photograph"), "PNG", sq.T("file.open"))
	list.lacks(t, "Fotografi nga vendi", "Drita Shembulli")
	if strings.Contains(b.logs.String(), "Drita Shembulli") {
		t.Error("the log names the file")
	}
	title := regexp.MustCompile(`name="entry" value="([0-9a-f-]{36})"/?>\s*<button[^>]*>` + regexp.QuoteMeta(sq.T("file.open_title"))).FindStringSubmatch(list.body)
	if title == nil {
		t.Fatal("its title does not open where it is listed")
	}
	br.post("/cases/"+id+"/open", url.Values{"entry": {title[1]}}).wants(t, "Fotografi nga vendi")
	m := fileForm.FindStringSubmatch(list.body)
	got := br.post(m[1], url.Values{"command_key": {handlers.NewKey().String()}})
	if got.status != http.StatusOK || got.body != string(content) || got.header.Get("Content-Disposition") != `inline; filename="photograph.png"` ||
		got.header.Get("Content-Security-Policy") != "default-src 'none'; object-src 'none'; base-uri 'none'; sandbox; frame-ancestors 'none'" {
		t.Errorf("%d, %d bytes, %v", got.status, len(got.body), got.header)
	}
	if a := b.signedIn("ngo").post(m[1], url.Values{}); a.status != http.StatusNotFound {
		t.Errorf("who has no part in the case: %d", a.status)
	}
}
