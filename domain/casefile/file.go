package casefile

import "mkr/domain/event"

// FileKinds are what a file of a case is.
var FileKinds = []string{"court_decision", "medical_report", "photograph", "consent_form", "police_report", "school_report", "letter", "other"}

// FileClasses are the groups of sealed fields that a file's reader must be given: as of a text of the same content.
var FileClasses = []string{"identity", "contact", "health", "narrative", "legal"}

// MaxFile bounds a file, in bytes: a scan of some dozen pages.
const MaxFile = 20 << 20

// FileTypes are the kinds of content that are taken in, as found in their first bytes and never as their sender calls them: none of
// them runs anything.
var FileTypes = []string{"application/pdf", "image/jpeg", "image/png", "image/webp"}

// attachFile puts a file on record whose ciphertext is stored already. What it is, the handler found in its bytes.
func (t *decision) attachFile(c AttachFile) error {
	if err := t.fresh("file", c.File); err != nil {
		return err
	}
	if err := coded("kind", c.Kind, FileKinds); err != nil {
		return err
	}
	if err := coded("class", c.Class, FileClasses); err != nil {
		return err
	}
	if err := coded("content", c.Media, FileTypes); err != nil {
		return err
	}
	if c.Kind == "medical_report" && c.Class != "health" {
		return event.RefuseField(CodeFileClass, "class", "a medical report is of the health section")
	}
	if err := required("content", c.Key); err != nil {
		return err
	}
	if c.Size < 1 || c.Size > MaxFile {
		return event.RefuseField(CodeFileSize, "content", "at most 20 MiB, and not empty")
	}
	if len(c.Hash) != 64 {
		return event.RefuseField(CodeFileHash, "content", "the SHA-256 of the stored bytes, in hex")
	}
	if c.Consent != "" && !has(t.s.Consents, func(v Consent) bool { return v.ID == c.Consent }) {
		return event.RefuseField(CodeEntryUnknown, "consent", "there is no such consent")
	}
	t.add(FileAttached{
		File: c.File, Kind: c.Kind, Class: c.Class, Media: c.Media, Size: c.Size, Hash: c.Hash, Key: c.Key, Cleaned: c.Cleaned, Title: c.Title, Consent: c.Consent, By: t.by(), At: t.at(),
	})
	return nil
}

// File finds one by its id.
func (s State) File(id string) (File, bool) {
	return find(s.Files, func(f File) bool { return f.ID == id })
}
