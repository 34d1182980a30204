package directory

import "time"

// Command is something that somebody wants to happen to an institution. This file lists the whole vocabulary.
type Command interface{ command() }

type (
	// Register begins the stream.
	Register struct {
		Institution string
		Kind        string
		Sector      string
		Details
	}
	// ChangeDetails replaces the details as a whole.
	ChangeDetails struct{ Details }
	// OfferService adds a service, or renews what is said of it.
	OfferService struct{ Offer }
	// WithdrawService ends one.
	WithdrawService struct{ Service string }
	// ReportCapacity says how many places a service has, and how many are free.
	ReportCapacity struct {
		Service          string
		Total, Available int
	}
	// Suspend takes the institution out of use for a time.
	Suspend struct{ Reason string }
	// Reinstate ends a suspension.
	Reinstate struct{}
)

func (Register) command()        {}
func (ChangeDetails) command()   {}
func (OfferService) command()    {}
func (WithdrawService) command() {}
func (ReportCapacity) command()  {}
func (Suspend) command()         {}
func (Reinstate) command()       {}

// Text is a text in both languages of the house.
type Text struct {
	SQ string `json:"sq"`
	EN string `json:"en"`
}

// Details are the public facts of an institution.
type Details struct {
	Name Text `json:"name"`
	// AlternateName is the short name that people say, for lists: both languages or none (HSDS: alternate_name).
	AlternateName Text     `json:"alternate_name,omitzero"`
	Phone         string   `json:"phone,omitempty"`
	Hours         string   `json:"hours,omitempty"`   // as the office says it: "08:00-16:00", "24/7"
	Address       string   `json:"address,omitempty"` // never of a shelter
	Languages     []string `json:"languages,omitempty"`
	// OnPlatform tells whether its people use mkr. If not, the sender of a referral records its answers.
	OnPlatform bool `json:"on_platform,omitempty"`
}

// Short is the name for lists: the alternate one if there is one.
func (d Details) Short() Text {
	if d.AlternateName != (Text{}) {
		return d.AlternateName
	}
	return d.Name
}

// Offer is a service and whom it is for.
type Offer struct {
	Service   string    `json:"service"`
	MinAge    int       `json:"min_age,omitempty"` // years; 0: no limit
	MaxAge    int       `json:"max_age,omitempty"` // years; 0: no limit
	Languages []string  `json:"languages,omitempty"`
	AssuredAt time.Time `json:"assured_at"` // when somebody last made sure that it is so
}
