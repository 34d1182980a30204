package handlers

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/domain/retention"
	"mkr/internal/vault"
	"mkr/projections"
	"mkr/projections/looks"
)

// IdentityProof is how it was established who asks.
type IdentityProof string

// Enum lists the values of a coded input.
func (IdentityProof) Enum() []any { return values(accesslog.Identities) }

// AskReport asks for the report: nobody is told who another person is.
type AskReport struct {
	Identity IdentityProof `json:"identity" required:"true" label:"identity_proof"`
}

// PersonReport is what is kept of a person, for herself (law 124/2024, the right of access): made for one answer, and kept
// nowhere. It covers the cases that whoever makes it answers for.
type PersonReport struct {
	Person    string            `json:"person"`
	MadeAt    time.Time         `json:"made_at"`
	By        string            `json:"by"` // institution
	Fields    map[string]string `json:"fields"`
	Sex       string            `json:"sex,omitempty"`
	Merged    []ReportRecord    `json:"merged,omitempty"` // what other records of hers say of her
	Cases     []ReportCase      `json:"cases"`
	Readers   []ReportReader    `json:"readers"`    // institutions whose people read what is sealed of her
	Elsewhere []string          `json:"elsewhere"`  // data classes with texts about her that the maker may not open
	KeptUntil time.Time         `json:"kept_until"` // zero while a case is open
	Term      retention.Term    `json:"term"`
	Holds     []person.Hold     `json:"holds"`
}

// ReportRecord is what one record that was merged with hers says of her.
type ReportRecord struct {
	Person string            `json:"person"`
	Fields map[string]string `json:"fields"`
	Sex    string            `json:"sex,omitempty"`
}

// ReportCase is her part in one case, the institutions that work in it, and what is written there under her key.
type ReportCase struct {
	PersonCase
	Institutions []string     `json:"institutions"`
	Consents     int          `json:"consents"`
	Texts        []ReportText `json:"texts"`
}

// ReportText is one text about her.
type ReportText struct {
	At          time.Time `json:"at"`
	Institution string    `json:"institution"`
	Type        string    `json:"type"`
	Field       string    `json:"field"`
	Text        string    `json:"text"`
}

// ReportReader says how often an institution's people opened what is sealed of her, and when last.
type ReportReader struct {
	Institution string    `json:"institution"`
	Times       int       `json:"times"`
	Last        time.Time `json:"last"`
}

// ReportPerson makes the report. That it was made is recorded in the caller's own stream before she reads a word.
func (s *Service) ReportPerson(ctx context.Context, c Caller, caseID, id string, in AskReport) (PersonReport, error) {
	if err := required(in); err != nil {
		return PersonReport{}, err
	}
	if !slices.Contains(accesslog.Identities, string(in.Identity)) {
		return PersonReport{}, &InputError{Field: "identity", Code: person.CodeUnknownValue, Text: "how it was established who asks"}
	}
	st, _, err := s.judgePerson(ctx, c, caseID, id, access.ReportPerson)
	if err != nil {
		s.recordRefusal(ctx, c, string(access.ReportPerson), event.StreamName(event.CaseCategory, caseID), NewKey(), err)
		return PersonReport{}, err
	}
	if err := s.needRaisedScreen(ctx, c); err != nil { // it leaves the house, as a bundle does
		return PersonReport{}, err
	}
	ps, err := s.personState(ctx, id)
	if err != nil {
		return PersonReport{}, err
	}
	if ps.Shredded {
		return PersonReport{}, event.Refuse(person.CodeErased, "the person's data was erased")
	}
	records, err := s.reportRecords(ctx, c, st, ps, in)
	if err != nil {
		return PersonReport{}, err
	}
	first := records[0].record
	out := PersonReport{
		Person: id, MadeAt: s.Clock.Now().UTC(), By: c.Institution, Sex: ps.Sex, Cases: []ReportCase{}, Readers: []ReportReader{},
		Elsewhere: []string{}, KeptUntil: first.KeptUntil, Term: first.Term, Holds: []person.Hold{},
	}
	hidden := access.FieldSet(0)
	readers := map[string]*ReportReader{}
	for n, of := range records {
		fields := map[string]string{}
		if err := s.openEach(ctx, of.state.Details, of.state.Person, s.fieldsFor(c, of.in), &hidden, func(path string, _ person.Sealed, text string) { fields[path] = text }); err != nil {
			return PersonReport{}, err
		}
		if n == 0 {
			out.Fields = fields
		} else {
			out.Merged = append(out.Merged, ReportRecord{Person: of.state.Person, Fields: fields, Sex: of.state.Sex})
		}
		out.Holds = append(out.Holds, of.record.Holds...)
		switch until := of.record.KeptUntil; {
		case until.IsZero(), out.KeptUntil.IsZero():
			out.KeptUntil = time.Time{}
		case until.After(out.KeptUntil):
			out.KeptUntil, out.Term = until, of.record.Term
		}
		for _, part := range of.record.Cases {
			one, err := s.reportCase(ctx, c, part, of.state.Person, &hidden)
			if err != nil {
				return PersonReport{}, err
			}
			out.Cases = append(out.Cases, one)
			if err := s.countReaders(ctx, c, part.Case, of.state.Person, readers); err != nil {
				return PersonReport{}, err
			}
		}
	}
	for _, r := range readers {
		out.Readers = append(out.Readers, *r)
	}
	slices.SortFunc(out.Readers, func(a, b ReportReader) int { return strings.Compare(a.Institution, b.Institution) })
	if n := hidden.Names(); n != nil {
		out.Elsewhere = n
	}
	return out, nil
}

// reported is one record that a report covers, by a case of it that the maker answers for.
type reported struct {
	in     casefile.State
	state  person.State
	record PersonRecord
}

// reportRecords are the record that is asked for and those that were merged with it, of cases that the maker answers for. That each is
// reported is on record when it returns.
func (s *Service) reportRecords(ctx context.Context, c Caller, st casefile.State, ps person.State, in AskReport) ([]reported, error) {
	out := []reported{{in: st, state: ps}}
	same, err := s.samePerson(ctx, c, ps.Person)
	if err != nil {
		return nil, err
	}
	for _, o := range same {
		of, ok, err := s.mergedCase(ctx, c, o.Person, access.ReportPerson)
		if err != nil {
			return nil, err
		}
		if !ok || o.Erased {
			continue
		}
		state, err := s.personState(ctx, o.Person)
		if err != nil {
			return nil, err
		}
		if state.Shredded { // since the view
			continue
		}
		out = append(out, reported{in: of, state: state})
	}
	for n := range out {
		if out[n].record, err = s.Person(ctx, c, out[n].in.ID, out[n].state.Person); err != nil {
			return nil, err
		}
		for _, part := range out[n].record.Cases {
			if err := s.recordAccess(ctx, c, accesslog.Reported{Case: part.Case, Person: out[n].state.Person, Identity: string(in.Identity)}); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func (s *Service) reportCase(ctx context.Context, c Caller, of PersonCase, id string, hidden *access.FieldSet) (ReportCase, error) {
	out := ReportCase{PersonCase: of, Institutions: []string{}, Texts: []ReportText{}}
	st, facts, err := s.caseState(ctx, of.Case, At{})
	if err != nil {
		return out, err
	}
	for _, p := range st.Participants {
		out.Institutions = append(out.Institutions, p.Institution)
	}
	for _, consent := range st.Consents {
		if consent.Person == id {
			out.Consents++
		}
	}
	granted := s.fieldsFor(c, st)
	for _, f := range facts {
		may := granted
		if !s.mayRead(c, st, f) {
			may = 0
		}
		err := s.openEach(ctx, f.Data, id, may, hidden, func(path string, v person.Sealed, text string) {
			if v.Ref == f.Meta.CommandID {
				out.Texts = append(out.Texts, ReportText{At: f.Meta.OccurredAt, Institution: f.Meta.Institution, Type: f.Type, Field: path, Text: text})
			}
		})
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// openEach opens what is sealed under a person's key within a payload; what may not be opened is counted among hidden.
func (s *Service) openEach(ctx context.Context, payload any, id string, granted access.FieldSet, hidden *access.FieldSet, take func(path string, v person.Sealed, text string)) (err error) {
	section := ""
	if d, ok := payload.(event.Data); ok {
		section = sectionOf(d)
	}
	eachSealed(reflect.ValueOf(payload), func(path string, v person.Sealed) {
		group := access.GroupOf(v.Field, section)
		switch {
		case err != nil || v.Subject != id:
		case !granted.Has(group):
			*hidden |= group & access.FieldsNamed(access.DataClasses) // the key of a file is no data of hers
		default:
			var text string
			if text, err = s.Vault.Open(ctx, v); errors.Is(err, vault.ErrShredded) {
				err = nil // erased a moment ago: there is nothing of it any more
			} else if err == nil {
				take(path, v, text)
			}
		}
	})
	return err
}

// countReaders adds who opened what is sealed of her in one case.
func (s *Service) countReaders(ctx context.Context, c Caller, caseID, id string, readers map[string]*ReportReader) error {
	q := projections.Query{Topic: projections.Looks, Case: caseID, Status: looks.Opened, Sort: projections.ByNewest, Limit: projections.MaxLimit, Account: c.Account, NoTotal: true}
	for {
		page, err := s.Views.List(ctx, q)
		if err != nil {
			return viewError(err)
		}
		for _, row := range page.Rows {
			l, err := projections.As[looks.Row](row)
			if err != nil {
				return err
			}
			if !slices.Contains(l.Persons, id) {
				continue
			}
			r := readers[l.Institution]
			if r == nil {
				r = &ReportReader{Institution: l.Institution, Last: l.At}
				readers[l.Institution] = r
			}
			r.Times++
			if l.At.After(r.Last) {
				r.Last = l.At
			}
		}
		if q.After = page.Next; q.After == "" {
			return nil
		}
	}
}
