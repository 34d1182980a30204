package projections

import "time"

// Sort is the order of a list. Rows that are equal in it are ordered by their key.
type Sort string

// The orders. What has no due time comes last in ByDue. ByRisk, ByStage and ByInstitution go by the place of the row's
// value among Query.Values, within one by what is due first, and then the newest first.
const (
	ByDue    Sort = "due"    // what is due first, first
	ByNewest Sort = "newest" // SortAt, newest first
	ByOldest Sort = "oldest" // SortAt, oldest first
	ByKey    Sort = "key"
	ByCode   Sort = "code"
	ByLast   Sort = "last" // position of the newest event of what the row derives from

	ByRisk        Sort = "risk"
	ByStage       Sort = "stage"
	ByInstitution Sort = "institution"
)

// Limits of a page.
const (
	DefaultLimit = 50
	MaxLimit     = 1000
)

// Query asks for rows of one topic. Empty fields do not filter.
type Query struct {
	Topic       string
	Institution string
	Kind        string
	Status      string
	Risk        string
	Stage       string
	Case        string
	Cases       []string // any of these cases (a search by name gives them); empty does not filter, see NoCases
	NoCases     bool     // a search found no case: the list is empty
	Code        string   // beginning of the code, in any case of letters
	// Visible keeps the rows that have this institution among their parties.
	Visible string
	// VisibleOrKind, with Visible, keeps the rows of this kind too: for who sees every case of one kind, and of
	// the others those that she has a part in.
	VisibleOrKind string
	// Account is who asks: rows that are shut to her are left out, and sealed ones are left out for "".
	Account string
	// EvenShut keeps all rows, sealed ones too: for processes, whose answers nobody reads.
	EvenShut bool
	// Party keeps the rows that have this institution among their parties too: what a person filters by, where
	// Visible is what she may see.
	Party string
	// DueBefore keeps the rows due before the instant: with now it is "overdue", with tonight "today or overdue".
	DueBefore time.Time
	// DueFrom keeps the rows due at the instant or after it.
	DueFrom time.Time

	Sort    Sort // "" means ByDue for board, inbox and deadlines, ByNewest for the rest
	Reverse bool // ByDue, ByKey, ByCode and ByLast backwards
	// Values are the values of ByRisk, ByStage or ByInstitution in the order that is meant; all others come last.
	Values  []string
	After   string // Page.Next of the page before
	Limit   int    // rows a page; 0 means DefaultLimit, more than MaxLimit means MaxLimit
	NoTotal bool   // do not count: Page.Total is -1
}

// Page is one page of a list, all of it as of one position.
type Page struct {
	Rows     []Row
	Next     string // "" on the last page
	Total    int    // rows of the whole list, all pages
	Position uint64 // of the newest event the topic's views have taken in
}
