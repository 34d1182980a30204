package meeting

import "slices"

// Seat is a part of the mechanism that belongs in a team, whichever institution fills it.
type Seat struct {
	Code  string
	Kinds []string // of institutions, as the directory has them
}

// Mandatory tells whether attendance in this team is a duty by law.
func Mandatory(kind string) bool { return kind == GTN }

// Seats are the members of a team. The GTN's are those of law 18/2017: police, social services, education, health,
// justice and civil society, whose attendance is mandatory. The ETN's are the professionals of the institutions that
// signed the cooperation agreement; the law names no duty to attend.
func Seats(kind string) []Seat {
	police := Seat{"police", []string{"police"}}
	social := Seat{"social_services", []string{"municipality_cp", "municipality_dv", "municipality_needs"}}
	health := Seat{"health", []string{"medical", "forensic"}}
	justice := Seat{"justice", []string{"court", "prosecution", "bailiff"}}
	civil := Seat{"civil_society", []string{"ngo", "shelter"}}
	if kind == GTN {
		return []Seat{police, social, {"education", []string{"education"}}, health, justice, civil}
	}
	return []Seat{police, social, health, justice, civil}
}

// Gap is a seat that nobody fills, and why.
type Gap struct {
	Seat string `json:"seat"`
	Why  string `json:"why"` // of Gaps
}

// Why a seat is empty: nobody of it was invited, or said whether they come, or the best that was said.
const (
	NotInvited  = "not_invited"
	NotRecorded = "not_recorded"
)

// Gaps lists them.
var Gaps = []string{NotInvited, NotRecorded, Excused, Absent}

// Missing are the seats of the team that nobody present fills. kindOf gives an institution's kind; the convener is there.
func (s State) Missing(kindOf func(institution string) string) []Gap {
	var out []Gap
	for _, seat := range Seats(s.Kind) {
		if slices.Contains(seat.Kinds, kindOf(s.Convener)) {
			continue
		}
		why := NotInvited
		for _, i := range s.Invited {
			if !slices.Contains(seat.Kinds, kindOf(i.Institution)) {
				continue
			}
			if i.Attendance == Present {
				why = ""
				break
			}
			if said := i.Attendance; said == "" {
				why = NotRecorded
			} else if why != NotRecorded {
				why = said
			}
		}
		if why != "" {
			out = append(out, Gap{seat.Code, why})
		}
	}
	return out
}
