package handlers

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/internal/blobs"
	"mkr/internal/vault"
)

// A file comes in two steps (decision 27): its bytes are encrypted as they come and stored, and what opens them is handed back to
// whoever sent them, sealed; then a command attaches it to the case, like any other entry.

// uploadLife is how long an upload waits to be attached.
const uploadLife = time.Hour

const duringUpload = "file, being attached: "

// Upload is what attaches a file that was stored: for this caller, to this case, within the hour.
type Upload struct {
	Upload  string `json:"upload"`
	Media   string `json:"media"`
	Size    int    `json:"size" description:"Of what is attached unless the original is asked for."`
	Cleaned bool   `json:"cleaned,omitempty" description:"The image held more than its picture: place, time, device. It is attached without, unless the original is asked for."`
}

type uploaded struct {
	Case     string      `json:"case"`
	File     storedFile  `json:"file"`
	Original *storedFile `json:"original,omitempty"` // as it came, where that is another
	Media    string      `json:"media"`
	Until    time.Time   `json:"until"`
}

// storedFile opens what was stored, and says how much it is.
type storedFile struct {
	Hash string `json:"hash"`
	Key  []byte `json:"key"`
	Size int    `json:"size"`
}

func storedAs(s blobs.Sealed) storedFile { return storedFile{s.Hash, s.Key, s.Size} }

// uploadLimits bound what one account can fill the disk with.
type uploadLimits struct {
	mu sync.Mutex
	by map[string]*rate.Limiter
}

const (
	uploadsAtOnce = 30
	uploadEvery   = time.Minute
)

func (l *uploadLimits) allow(account string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.by == nil || len(l.by) > maxHeads {
		l.by = map[string]*rate.Limiter{}
	}
	lim, ok := l.by[account]
	if !ok {
		lim = rate.NewLimiter(rate.Every(uploadEvery), uploadsAtOnce)
		l.by[account] = lim
	}
	return lim.AllowN(now, 1)
}

// sniffed is what the first bytes of a file say that it is; who sends it is not asked. It is "" for what is not taken in.
func sniffed(head []byte) string {
	media, _, _ := strings.Cut(http.DetectContentType(head), ";")
	if !slices.Contains(casefile.FileTypes, media) {
		return ""
	}
	return media
}

// UploadFile stores a file for a case that the caller may write in, and looks at it before anybody can attach it (decision 37). Who may
// not is told before a byte is read. name is what its sender calls it, if anything: it must fit what the bytes are, and is not kept.
func (s *Service) UploadFile(ctx context.Context, c Caller, caseID, name string, r io.Reader) (Upload, error) {
	a, _ := ActionNamed("file.attach")
	st, _, err := s.caseState(ctx, caseID, At{})
	if err == nil {
		_, err = s.judgeAction(c, a, "", st)
	}
	if err != nil {
		s.recordRefusal(ctx, c, a.Name, event.StreamName(event.CaseCategory, caseID), NewKey(), err)
		return Upload{}, err
	}
	if !s.uploads.allow(c.Account, s.Clock.Wall()) {
		return Upload{}, ErrTooManyTries
	}
	buffered := bufio.NewReaderSize(r, 512)
	head, err := buffered.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return Upload{}, &InputError{Field: "upload", Code: "file_broken", Text: "the file did not come whole"}
	}
	if len(head) == 0 {
		return Upload{}, &InputError{Field: "upload", Code: "required", Text: "is required"}
	}
	media := sniffed(head)
	if media == "" {
		return Upload{}, &InputError{Field: "upload", Code: "file_type", Text: "a PDF, or a JPEG, PNG or WebP image"}
	}
	if !named(name, media) {
		return Upload{}, &InputError{Field: "upload", Code: "file_name", Text: "its name says that it is of another kind"}
	}
	sealed, err := blobs.Seal(ctx, s.Files, buffered, casefile.MaxFile)
	switch {
	case errors.Is(err, blobs.ErrTooLarge):
		return Upload{}, &InputError{Field: "upload", Code: "file_size", Text: "at most 20 MiB"}
	case err != nil:
		return Upload{}, err
	}
	clean, err := s.lookAt(ctx, c, media, sealed)
	if err != nil {
		s.dropFile(ctx, sealed.Hash)
		return Upload{}, err
	}
	u := uploaded{Case: caseID, File: storedAs(clean), Media: media, Until: s.Clock.Wall().Add(uploadLife)}
	if clean.Hash != sealed.Hash {
		original := storedAs(sealed)
		u.Original = &original
	}
	body, err := json.Marshal(u)
	if err != nil {
		return Upload{}, err
	}
	token, err := s.sealFor(duringUpload+c.Account, body)
	// The mark before the point is the same for the same file: a form that is sent twice is one request (UploadMark). What the second
	// time has stored is swept like any upload that nobody attached: taken away at once, it could be attached yet, and be named by an
	// event without being there.
	return Upload{Upload: s.fingerprint("file", sealed.Plain) + "." + token, Media: media, Size: clean.Size, Cleaned: u.Original != nil}, err
}

// UploadMark is the part of an Upload that is the same when the same file is sent again.
func UploadMark(upload string) string {
	mark, _, _ := strings.Cut(upload, ".")
	return mark
}

func (s *Service) uploadOf(c Caller, caseID, upload string) (uploaded, error) {
	var u uploaded
	_, token, _ := strings.Cut(upload, ".")
	body, err := s.openFor(duringUpload+c.Account, token)
	if err == nil {
		err = json.Unmarshal(body, &u)
	}
	if err != nil || u.Case != caseID || !s.Clock.Wall().Before(u.Until) {
		return u, &InputError{Field: "upload", Code: "file_again", Text: "send the file once more"}
	}
	return u, nil
}

// FileKind and FileClass are coded inputs.
type (
	FileKind  string
	FileClass string
)

// Enum lists the values of a coded input.
func (FileKind) Enum() []any { return values(casefile.FileKinds) }

// Enum lists the values of a coded input.
func (FileClass) Enum() []any { return values(casefile.FileClasses) }

// AttachFile attaches a file that was uploaded.
type AttachFile struct {
	Timed
	Upload   string       `json:"upload" required:"true" ask:"file" label:"file" description:"A PDF or an image, at most 20 MiB."`
	Kind     FileKind     `json:"kind" required:"true" label:"file_kind"`
	Class    FileClass    `json:"class" required:"true" label:"file_class" description:"Who may open it follows from this."`
	Title    person.Plain `json:"title,omitzero" label:"file_title" description:"Sealed; what it is, in a few words."`
	Original bool         `json:"original,omitempty" label:"file_original" description:"An image exactly as it came, with what its device wrote into it: place, time, device. Only where that is evidence."`
	Consent  string       `json:"consent,omitempty" ask:"consent" fold:"yes" description:"Whose signed form it is."`
}

// policy: the health section is medicine's alone, in files as in notes.
func (in *AttachFile) policy() []access.Action {
	if in.Class == "health" {
		return one(access.WriteHealthNote)
	}
	return one(access.WriteNote)
}

func (in *AttachFile) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	u, err := p.uploadOf(p.caller, p.caseID, in.Upload)
	if err != nil {
		return nil, err
	}
	file := u.File
	if in.Original && u.Original != nil {
		file = *u.Original
	}
	key, err := p.seal(ctx, p.subject, p.key, person.FieldFileKey, person.PlainOf(base64.StdEncoding.EncodeToString(file.Key)))
	if err != nil {
		return nil, err
	}
	return casefile.AttachFile{
		File: p.newID(), Kind: string(in.Kind), Class: string(in.Class), Media: u.Media, Hash: file.Hash, Size: file.Size, Key: key,
		Cleaned: strings.HasPrefix(u.Media, "image/") && !in.Original, Title: p.text(ctx, person.FieldTitle, in.Title), Consent: in.Consent,
	}, nil
}

// OpenedFile is a file in the clear, to be read once and closed.
type OpenedFile struct {
	Media, Kind string
	Size        int
	Content     io.ReadCloser
}

// OpenFileAsk is the body of OpenFile: which file, the address says.
type OpenFileAsk struct{}

// OpenFile opens a file of a case, where the policy grants the caller its class. That she did is recorded before she reads a byte, in
// her own stream; if it cannot be, nothing opens.
func (s *Service) OpenFile(ctx context.Context, c Caller, caseID, id string) (OpenedFile, error) {
	st, facts, err := s.caseState(ctx, caseID, At{})
	if err == nil {
		err = s.judgeSight(c, st)
	}
	stream := event.StreamName(event.CaseCategory, caseID)
	if err != nil {
		s.recordRefusal(ctx, c, string(access.OpenFields), stream, NewKey(), err)
		return OpenedFile{}, err
	}
	f, fact, there := attached(facts, id)
	if !there || !s.mayRead(c, st, fact) {
		return OpenedFile{}, ErrNotFound
	}
	if !s.fieldsFor(c, st).Has(access.FieldsNamed([]string{f.Class})) {
		err := &DeniedError{Action: string(access.OpenFields), Code: access.CodeNotForRole}
		s.recordRefusal(ctx, c, string(access.OpenFields), stream, NewKey(), err)
		return OpenedFile{}, err
	}
	if f.Key.Ref != fact.Meta.CommandID { // a key that was moved here opens nothing
		return OpenedFile{}, ErrNotFound
	}
	if err := s.recordAccess(ctx, c, accesslog.Opened{Case: caseID, Entries: []string{fact.ID}, Fields: []string{"file"}}); err != nil {
		return OpenedFile{}, err
	}
	key, err := s.Vault.Open(ctx, f.Key)
	if errors.Is(err, vault.ErrShredded) {
		return OpenedFile{}, event.Refuse("file.erased", "the file was erased with the person's data")
	}
	if err != nil {
		return OpenedFile{}, err
	}
	raw, err := base64.StdEncoding.DecodeString(key)
	if err != nil {
		return OpenedFile{}, err
	}
	content, err := blobs.Open(ctx, s.Files, f.Hash, raw)
	return OpenedFile{Media: f.Media, Kind: f.Kind, Size: f.Size, Content: content}, err
}

// attached finds a file and the event that attached it.
func attached(facts []event.Fact, id string) (casefile.FileAttached, event.Fact, bool) {
	for _, f := range facts {
		if e, ok := f.Data.(casefile.FileAttached); ok && e.File == id {
			return e, f, true
		}
	}
	return casefile.FileAttached{}, event.Fact{}, false
}
