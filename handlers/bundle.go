package handlers

import (
	"context"
	"slices"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/internal/eventlog"
	"mkr/internal/ledger"
	"mkr/projections/timeline"
)

// BundleAsk says which bundle is wanted. With At and Size it is the same bundle, byte for byte, whenever it is asked for: while the rights
// of its maker and its recipient, and the keys of its people, are the same.
type BundleAsk struct {
	Case      string
	Recipient string // id of the institution that it is for; "" for nobody in particular
	At        At     // how far the history goes; zero: to now
	Size      uint64 // of the checkpoint that it is proved under; 0 lets the ledger choose
	Language  string
}

// BundleView is what the readable part of a bundle is made of. Its texts are in the clear: it is made for one file, and kept nowhere.
type BundleView struct {
	Case      CaseView
	Recipient string
	Role      string // as which the policy judged the recipient; "" for nobody in particular
	Maker     Caller
	Language  string
	People    []BundlePerson
	Entries   []BundleEntry
	Events    int // stored events, clocks among them
	Position  uint64
	Size      uint64 // of the checkpoint that it is proved under
	Root      string
	Verifier  string   // public key
	Cosigned  []string // witnesses who have signed that checkpoint
	Proved    int      // opened texts that the stored bytes prove
	Stated    int      // and those that they cannot
}

// BundlePerson is somebody in the case, with what the file says of her.
type BundlePerson struct {
	casefile.PersonLink
	Texts []BundleText
}

// BundleEntry is an entry of the case's history. One that is not for the recipient says only between which others it stands.
type BundleEntry struct {
	timeline.Entry
	Texts  []BundleText
	Closed bool
}

// BundleText is a text in the clear or, where it is withheld, why.
type BundleText struct {
	Field    string
	Class    string // data class
	Text     string
	Withheld string // one of the Withheld codes; "" where the text is here
}

// Why a text is not in a bundle.
const (
	WithheldUnnamed   = "unnamed"   // the file is for nobody in particular
	WithheldRecipient = "recipient" // the policy does not open this class of data to the recipient in this case
	WithheldBetween   = "between"   // it is between two others, or for those who answer for the case
	WithheldMaker     = "maker"     // whoever made the file may not open it
	WithheldErased    = "erased"    // the key was destroyed
)

// Withholdings lists them.
var Withholdings = []string{WithheldUnnamed, WithheldRecipient, WithheldBetween, WithheldMaker, WithheldErased}

// Document renders the readable part, as HTML up to the end of its body.
type Document func(BundleView) ([]byte, error)

// Bundle makes a self-contained file of a case: a document, its events, the texts that are opened in it, and the proof that all this is
// the signed history. A text is open where the policy opens it both to the caller and to the recipient, and says why where it is not.
// What was opened, and that the file was made, is recorded in the caller's own stream before she gets it.
func (s *Service) Bundle(ctx context.Context, c Caller, ask BundleAsk, document Document) ([]byte, error) {
	h, err := s.bundleHistory(ctx, c, ask.Case)
	if err != nil {
		return nil, err
	}
	if err := s.needRaisedScreen(ctx, c); err != nil {
		return nil, err
	}
	to, err := s.bundleRecipient(ctx, h, ask.Recipient)
	if err != nil {
		return nil, err
	}
	view := BundleView{Recipient: ask.Recipient, Role: to.Role, Maker: c, Language: ask.Language}
	until := lastOf(h.all, ask.At)
	if until == 0 { // nothing had happened yet
		return nil, ErrNotFound
	}
	if view.Case, err = h.Case(ctx, At{Position: until}); err != nil {
		return nil, err
	}
	view.Position = view.Case.Position
	if !s.guards(to, h.real) {
		view.Case.Restriction = s.restrictionFor(to, h.real, view.Case.State)
	}
	o := opener{h: h, to: to, until: until}
	if err := o.read(ctx, view.Case.Persons); err != nil {
		return nil, err
	}
	view.People, view.Entries = o.people, o.entries
	parts, err := s.prove(ctx, h.id, until, ask.Size, o)
	if err != nil {
		return nil, ledgerError(err)
	}
	view.Events = len(parts.Events)
	for _, text := range parts.Openings {
		if len(text.Salt) > 0 {
			view.Proved++
		} else {
			view.Stated++
		}
	}
	view.Size, view.Root, view.Verifier = parts.Under.Size, parts.Under.Root.String(), s.Ledger.Verifier().String()
	for _, w := range s.Ledger.CosignedBy(parts.Under) {
		view.Cosigned = append(view.Cosigned, w.Name)
	}
	page, err := document(view)
	if err != nil {
		return nil, err
	}
	file, err := s.Ledger.Bundle(page, ledger.Manifest{Stream: event.StreamName(event.CaseCategory, ask.Case), Recipient: ask.Recipient}, parts)
	if err != nil {
		return nil, err
	}
	if len(o.opened.Fields) > 0 {
		o.opened.Case = ask.Case
		if err := s.recordAccess(ctx, c, o.opened); err != nil {
			return nil, err
		}
	}
	if err := s.recordAccess(ctx, c, accesslog.Exported{Case: ask.Case, Recipient: ask.Recipient, Position: view.Position, Events: parts.Under.Size}); err != nil {
		return nil, err
	}
	return file, nil
}

// MayBundle judges whether the caller may make a file of the case, before she is asked for whom.
func (s *Service) MayBundle(ctx context.Context, c Caller, id string) (CaseView, error) {
	h, err := s.bundleHistory(ctx, c, id)
	if err != nil {
		return CaseView{}, err
	}
	if err := s.NeedRaised(ctx, c); err != nil {
		return CaseView{}, err
	}
	return h.Case(ctx, At{})
}

func (s *Service) bundleHistory(ctx context.Context, c Caller, id string) (History, error) {
	h, err := s.History(ctx, c, id)
	if err != nil {
		return h, err
	}
	if v := access.Judge(c.Actor(), access.ExportCase, s.caseFacts(c, h.real)); !v.Allow {
		err = &DeniedError{Action: string(access.ExportCase), Code: v.Code}
		s.recordRefusal(ctx, c, string(access.ExportCase), event.StreamName(event.CaseCategory, id), NewKey(), err)
	}
	return h, err
}

// lastOf is the position of the last fact that at includes, 0 if there is none.
func lastOf(facts []event.Fact, at At) (position uint64) {
	for _, f := range facts {
		if at.includes(f) {
			position = f.Position
		}
	}
	return position
}

// bundleRecipient is whoever works on cases at the recipient, as the policy judges her. One who does not see the case herself
// is refused; whose part has ended sees it as it stood then: what she would be handed is more.
func (s *Service) bundleRecipient(ctx context.Context, h History, recipient string) (Caller, error) {
	if recipient == "" {
		return Caller{}, nil
	}
	refused := &InputError{Field: "recipient", Code: "recipient", Text: "an institution that sees this case itself"}
	list, err := s.Institutions(ctx)
	if err != nil {
		return Caller{}, err
	}
	for _, i := range list.Items {
		if i.Institution != recipient {
			continue
		}
		to, err := s.viewerOf(ctx, h.real, casefile.Referral{ReferralContent: casefile.ReferralContent{To: recipient}})
		if err != nil {
			return Caller{}, err
		}
		if roles := access.RolesOf(i.Kind); to.Role == "" && slices.Contains(roles, access.Auditor) {
			to.Role = access.Auditor
		}
		if access.Judge(to.Actor(), access.ListCase, s.caseFacts(to, h.real)).Allow {
			return to, nil
		}
	}
	return Caller{}, refused
}

// prove proves what a bundle holds under one checkpoint: the case's events up to a position, the events of other streams out of
// which a text is opened, and the texts.
func (s *Service) prove(ctx context.Context, id string, until, size uint64, o opener) (p ledger.Parts, err error) {
	stored, err := s.Log.ReadStream(ctx, event.StreamName(event.CaseCategory, id), 0)
	if err != nil {
		return p, err
	}
	stored = slices.DeleteFunc(stored, func(e eventlog.Recorded) bool { return uint64(e.Position) > until })
	if len(stored) == 0 {
		return p, ledger.ErrUnknown
	}
	last, err := s.Ledger.FindPosition(ctx, stored[len(stored)-1].Position)
	if err != nil {
		return p, err
	}
	if p.Under, err = s.Ledger.Covering(ctx, last); size > 0 {
		p.Under, err = s.Ledger.SignedAt(size)
	}
	if err != nil {
		return p, err
	}
	if p.Events, err = s.proveAll(ctx, p.Under, stored, o.closed); err != nil {
		return p, err
	}
	var others []eventlog.Recorded
	for _, stream := range o.streams() {
		events, err := s.Log.ReadStream(ctx, stream, 0)
		if err != nil {
			return p, err
		}
		for _, e := range events {
			if o.holds[stream][e.ID.String()] {
				others = append(others, e)
			}
		}
	}
	slices.SortFunc(others, func(a, b eventlog.Recorded) int { return int(a.Position) - int(b.Position) })
	p.Others, err = s.proveAll(ctx, p.Under, others, nil)
	p.Openings = o.openings
	return p, err
}

func (s *Service) proveAll(ctx context.Context, under ledger.Signed, stored []eventlog.Recorded, closed map[string]bool) (out []ledger.BundleEvent, err error) {
	for _, e := range stored {
		leaf, err := s.Ledger.FindPosition(ctx, e.Position)
		if err != nil {
			return nil, err
		}
		p, err := s.Ledger.Prove(e, leaf, under)
		if err != nil {
			return nil, err
		}
		b := ledger.BundleEvent{Header: p.Header, Index: p.Index, Path: p.Path}
		switch {
		case !closed[e.ID.String()]:
			b.Open, b.Data, b.Meta = true, e.Data, e.Meta
		case casefile.Confidential(e.Type): // its type alone would say that somebody is kept out
			b = b.Blind()
		}
		out = append(out, b)
	}
	return out, nil
}
