package pages

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/projections/timeline"
)

const (
	uploadField = "upload"
	// keptField holds a file that came with a form which was refused: it need not be chosen again.
	keptField = uploadField + "_kept"
	attach    = "/do/file.attach"
)

// fileTime is how long a file may take, either way: a scan over a poor line.
const fileTime = 10 * time.Minute

// bodyLimit bounds what is posted. A file is counted again where it is read.
func bodyLimit(r *http.Request) int64 {
	if isMultipart(r) && strings.HasSuffix(r.URL.Path, attach) {
		return casefile.MaxFile + maxBody
	}
	return maxBody
}

func isMultipart(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
}

// readForm reads what was posted. A file goes as it comes to where it is sealed, and what attaches it takes its place in the form; what
// is wrong with the file is told with the rest of the form.
func (p *Pages) readForm(w http.ResponseWriter, r *http.Request, c handlers.Caller) (wrongFile, err error) {
	if !isMultipart(r) || !strings.HasSuffix(r.URL.Path, attach) || c.Account == "" {
		return nil, r.ParseForm()
	}
	control := http.NewResponseController(w)
	until := time.Now().Add(fileTime)
	_, _ = control.SetReadDeadline(until), control.SetWriteDeadline(until) // where it cannot be moved the usual one stands
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, errBadForm
	}
	form, left := url.Values{}, int64(maxBody)
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, formError(err)
		}
		if part.FileName() != "" && part.FormName() == uploadField {
			if wrongFile = p.takeFile(r, c, part, form); wrongFile != nil && !isInput(wrongFile) {
				return nil, wrongFile
			}
			continue
		}
		value, err := io.ReadAll(io.LimitReader(part, left+1))
		if err != nil {
			return nil, formError(err)
		}
		if left -= int64(len(value)); left < 0 {
			return nil, &http.MaxBytesError{Limit: maxBody}
		}
		if part.FormName() != uploadField { // no file was chosen
			form.Add(part.FormName(), string(value))
		}
	}
	if kept := form.Get(keptField); kept != "" && !form.Has(uploadField) && wrongFile == nil {
		form.Set(uploadField, kept)
	}
	form.Del(keptField)
	r.PostForm, r.Form = form, form
	return wrongFile, nil
}

func (p *Pages) takeFile(r *http.Request, c handlers.Caller, part *multipart.Part, form url.Values) error {
	up, err := p.Service.UploadFile(r.Context(), c, r.PathValue("id"), part.FileName(), part)
	if err != nil {
		_, _ = io.Copy(io.Discard, part) // the fields after it are wanted still
		return err
	}
	form.Set(uploadField, up.Upload)
	return nil
}

// formError: a body that is too large says so itself; any other fault is a form that did not come whole.
func formError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return err
	}
	return errBadForm
}

func isInput(err error) bool {
	var input *handlers.InputError
	return errors.As(err, &input)
}

// openFile gives a file of a case to its reader, once that is on record. An image is shown in a page of its own that may do nothing; all
// else is for the reader's own disk.
func (p *Pages) openFile(w http.ResponseWriter, r *http.Request, v view) error {
	f, err := p.Service.OpenFile(r.Context(), v.Caller, r.PathValue("id"), r.PathValue("file"))
	if err != nil {
		return err
	}
	defer f.Content.Close()
	WriteFile(w, f)
	return nil
}

// extensions of what is taken in: the name that a file is saved under tells what it is, and of whom nothing.
var extensions = map[string]string{"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}

// WriteFile answers with a file that was opened.
func WriteFile(w http.ResponseWriter, f handlers.OpenedFile) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(fileTime))
	disposition, media := "attachment", f.Media
	extension, known := extensions[f.Media]
	if !known {
		media = "application/octet-stream"
	}
	if strings.HasPrefix(media, "image/") {
		disposition = "inline"
	}
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", disposition+`; filename="`+strings.ReplaceAll(f.Kind, "_", "-")+extension+`"`)
	h.Set("Content-Security-Policy", "default-src 'none'; object-src 'none'; base-uri 'none'; sandbox; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Length", strconv.Itoa(f.Size))
	if _, err := io.Copy(w, f.Content); err != nil {
		panic(http.ErrAbortHandler) // nobody must take half a file, or an altered one, for a whole one
	}
}

// files are what was attached.
func (s summarizer) files() section {
	out := section{Key: "files"}
	for _, f := range slices.Backward(s.c.Files) {
		i := item{
			ID: casefile.TargetFile + "-" + f.ID, Title: s.Code("file_kind", f.Kind), Struck: f.InError, Done: f.InError,
			Lines: []string{join(s.DateTime(f.At), s.Who(f.By), s.Code("file_class", f.Class)), strings.ToUpper(strings.TrimPrefix(extensions[f.Media], ".")) + " · " + strconv.Itoa((f.Size+1023)/1024) + " KiB"},
		}
		if strings.HasPrefix(f.Media, "image/") && !f.Cleaned {
			i.Lines = append(i.Lines, s.T("file.as_it_came"))
		}
		if slices.Contains(s.c.Opens, f.Class) {
			i.File = f.ID
		}
		out.Items = append(out.Items, i)
	}
	return out
}

// titled names, for each file that the reader may open, the event that holds its sealed title: it opens where the file is listed.
func titled(sections []section, entries []timeline.Entry) {
	events := map[string]string{} // by file
	for _, e := range entries {
		if e.Type == (casefile.FileAttached{}).EventType() && len(e.Sealed) > 0 {
			events[e.Target] = e.EventID
		}
	}
	for _, part := range sections {
		for n := range part.Items {
			if i := &part.Items[n]; i.File != "" {
				i.Entry = events[i.File]
			}
		}
	}
}
