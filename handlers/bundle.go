package handlers

import (
	"context"
	"slices"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/event"
	"mkr/internal/eventlog"
	"mkr/internal/ledger"
	"mkr/projections/timeline"
)

// BundleAsk says which bundle is wanted. With At and Size it is the same bundle, byte for byte, whenever it is asked for.
type BundleAsk struct {
	Case      string
	Recipient string // id of the institution that it is for; "" for nobody in particular
	At        At     // how far the history goes; zero: to now
	Size      uint64 // of the checkpoint that it is proved under; 0 lets the ledger choose
	Language  string
}

// BundleView is what the readable part of a bundle is made of: coded values, no personal text.
type BundleView struct {
	Case      CaseView
	Recipient string
	Language  string
	Entries   []timeline.Entry
	Events    int // stored events, clocks among them
	Position  uint64
	Size      uint64 // of the checkpoint that it is proved under
	Root      string
	Verifier  string   // public key
	Cosigned  []string // witnesses who have signed that checkpoint
}

// Document renders the readable part, as HTML up to the end of its body.
type Document func(BundleView) ([]byte, error)

// Bundle makes a self-contained file of a case: a document, its events, and the proof that they are the signed history. Auditors make
// them, and open no personal text, so there is none in it but sealed. That it was made is recorded in the caller's own stream before
// she gets it.
func (s *Service) Bundle(ctx context.Context, c Caller, ask BundleAsk, document Document) ([]byte, error) {
	if err := s.mayAudit(ctx, c, event.StreamName(event.CaseCategory, ask.Case)); err != nil {
		return nil, err
	}
	if err := s.needRaisedScreen(ctx, c); err != nil {
		return nil, err
	}
	h, err := s.History(ctx, c, ask.Case)
	if err != nil {
		return nil, err
	}
	if err := s.mayReceive(ctx, h, ask.Recipient); err != nil {
		return nil, err
	}
	view := BundleView{Recipient: ask.Recipient, Language: ask.Language}
	until := lastOf(h.facts, ask.At)
	if until == 0 { // nothing had happened yet
		return nil, ErrNotFound
	}
	if view.Case, err = h.Case(ctx, At{Position: until}); err != nil {
		return nil, err
	}
	view.Position = view.Case.Position
	view.Entries = h.Timeline(ctx, At{Position: view.Position}).Entries
	stored, err := s.Log.ReadStream(ctx, event.StreamName(event.CaseCategory, ask.Case), 0)
	if err != nil {
		return nil, logError(err)
	}
	stored = slices.DeleteFunc(stored, func(e eventlog.Recorded) bool { return uint64(e.Position) > view.Position })
	view.Events = len(stored)
	under, events, err := s.proveAll(ctx, stored, ask.Size)
	if err != nil {
		return nil, ledgerError(err)
	}
	view.Size, view.Root, view.Verifier = under.Size, under.Root.String(), s.Ledger.Verifier().String()
	for _, w := range s.Ledger.CosignedBy(under) {
		view.Cosigned = append(view.Cosigned, w.Name)
	}
	page, err := document(view)
	if err != nil {
		return nil, err
	}
	file, err := s.Ledger.Bundle(page, ledger.Manifest{Stream: event.StreamName(event.CaseCategory, ask.Case), Recipient: ask.Recipient}, under, events)
	if err != nil {
		return nil, err
	}
	if err := s.recordAccess(ctx, c, accesslog.Exported{Case: ask.Case, Recipient: ask.Recipient, Position: view.Position, Events: under.Size}); err != nil {
		return nil, err
	}
	return file, nil
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

// mayReceive refuses a recipient who may not see the case herself.
func (s *Service) mayReceive(ctx context.Context, h History, recipient string) error {
	if recipient == "" {
		return nil
	}
	list, err := s.Institutions(ctx)
	if err != nil {
		return err
	}
	for _, i := range list.Items {
		if i.Institution != recipient {
			continue
		}
		for _, role := range access.RolesOf(i.Kind) {
			// One whose part has ended sees the case as it stood then: what it would be handed is more.
			c := Caller{Institution: recipient, Role: role}
			if access.Judge(c.Actor(), access.ListCase, s.caseFacts(c, h.real)).Allow {
				return nil
			}
		}
	}
	return &InputError{Field: "recipient", Code: "recipient", Text: "an institution that sees this case itself"}
}

// proveAll proves the events of one stream under one checkpoint.
func (s *Service) proveAll(ctx context.Context, stored []eventlog.Recorded, size uint64) (under ledger.Signed, out []ledger.BundleEvent, err error) {
	if len(stored) == 0 {
		return under, nil, ledger.ErrUnknown
	}
	last, err := s.Ledger.FindPosition(ctx, stored[len(stored)-1].Position)
	if err != nil {
		return under, nil, err
	}
	if under, err = s.Ledger.Covering(ctx, last); size > 0 {
		under, err = s.Ledger.SignedAt(size)
	}
	if err != nil {
		return under, nil, err
	}
	for _, e := range stored {
		leaf, err := s.Ledger.FindPosition(ctx, e.Position)
		if err != nil {
			return under, nil, err
		}
		p, err := s.Ledger.Prove(e, leaf, under)
		if err != nil {
			return under, nil, err
		}
		out = append(out, ledger.BundleEvent{Header: p.Header, Index: p.Index, Path: p.Path, Open: true, Data: e.Data, Meta: e.Meta})
	}
	return under, out, nil
}
