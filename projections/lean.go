package projections

import (
	"math"
	"slices"
)

// lean is a row as the tally walks it: words as numbers, times as numbers, so that a hundred thousand rows are told apart
// without comparing a text and, as a rule, without following a pointer.
type lean struct {
	institution, kind, status, risk, stage word

	shut    bool // to some account: its row says to which
	due     int64
	mask    uint64 // of the bits of parties
	parties []word
	row     *Row // without its document
}

// word is the number of a text among those that the columns of the tally hold; 0 is the empty text.
type word uint32

// bit is what a word leaves in a mask: where it is missing, the word is not among those that made the mask.
func (w word) bit() uint64 { return 1 << (w % 64) }

// words numbers the texts of columns.
type words map[string]word

func (w words) number(text string) word {
	n, known := w[text]
	if !known && text != "" {
		n = word(len(w) + 1)
		w[text] = n
	}
	return n
}

// lean takes a row's columns into numbers.
func (w words) lean(r Row) lean {
	r.Doc = nil
	l := lean{
		institution: w.number(r.Institution), kind: w.number(r.Kind), status: w.number(r.Status), risk: w.number(r.Risk), stage: w.number(r.Stage),
		shut: r.Shut != "", due: dueColumn(r.DueAt), parties: make([]word, len(r.Parties)), row: &r,
	}
	for i, p := range r.Parties {
		l.parties[i] = w.number(p)
		l.mask |= l.parties[i].bit()
	}
	return l
}

func (l *lean) has(party word) bool {
	return l.mask&party.bit() != 0 && slices.Contains(l.parties, party)
}

// sieve is a query in numbers. It keeps what Query.keeps keeps; a word of 0 does not filter.
type sieve struct {
	institution, kind, status, risk, stage, party, visible, orKind word

	from, before int64
	account      string
	evenShut     bool
	keepsNone    bool // it asks for a word that no row has
}

func (w words) sieve(q Query) sieve {
	s := sieve{from: math.MinInt64, before: notDue, account: q.Account, evenShut: q.EvenShut}
	for _, c := range []struct {
		column *word
		text   string
	}{{&s.institution, q.Institution}, {&s.kind, q.Kind}, {&s.status, q.Status}, {&s.risk, q.Risk}, {&s.stage, q.Stage}, {&s.party, q.Party}} {
		*c.column = w[c.text]
		s.keepsNone = s.keepsNone || c.text != "" && *c.column == 0
	}
	const nobody = math.MaxUint32 // a number that no word has
	if s.visible = w[q.Visible]; q.Visible != "" && s.visible == 0 {
		s.visible = nobody
	}
	s.orKind = w[q.VisibleOrKind]
	if !q.DueFrom.IsZero() {
		s.from = q.DueFrom.UnixNano()
	}
	if !q.DueBefore.IsZero() {
		s.before = min(q.DueBefore.UnixNano(), notDue-1)
	}
	return s
}

func (s *sieve) keeps(l *lean) bool {
	is := func(want, got word) bool { return want == 0 || want == got }
	switch {
	case s.keepsNone, !is(s.stage, l.stage), !is(s.kind, l.kind), !is(s.risk, l.risk), !is(s.status, l.status), !is(s.institution, l.institution):
		return false
	case l.due < s.from, s.before != notDue && l.due >= s.before:
		return false
	case l.shut && !s.evenShut && !l.row.OpenTo(s.account):
		return false
	case s.party != 0 && !l.has(s.party):
		return false
	}
	return s.visible == 0 || s.orKind != 0 && l.kind == s.orKind || l.has(s.visible)
}

// leanRows are a topic's rows, one behind the other, and where each of them is.
type leanRows struct {
	all []lean
	at  map[string]int
}

func (rows *leanRows) get(key string) *lean {
	if i, ok := rows.at[key]; ok {
		return &rows.all[i]
	}
	return nil
}

func (rows *leanRows) put(l lean) {
	if known := rows.get(l.row.Key); known != nil {
		*known = l
		return
	}
	rows.at[l.row.Key] = len(rows.all)
	rows.all = append(rows.all, l)
}

// remove puts the last row in the place of the one that goes.
func (rows *leanRows) remove(key string) {
	i, ok := rows.at[key]
	if !ok {
		return
	}
	last := len(rows.all) - 1
	rows.all[i] = rows.all[last]
	rows.at[rows.all[i].row.Key] = i
	rows.all[last] = lean{}
	rows.all = rows.all[:last]
	delete(rows.at, key)
}
