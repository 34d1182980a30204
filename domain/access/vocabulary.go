package access

import (
	"slices"
	"strings"

	"mkr/domain/person"
)

// Roles of accounts. A session has one.
const (
	Coordinator   = "coordinator"             // municipality, structure against domestic violence
	ChildWorker   = "child_protection_worker" // municipality, NJMF
	Police        = "police"
	Medical       = "medical"  // emergency, hospital, forensic doctor
	NGO           = "ngo"      //
	Shelter       = "shelter"  //
	Provider      = "provider" // other public services: education, employment, needs assessment, residential care
	Court         = "court"    // court, prosecution, bailiff
	Auditor       = "auditor"
	Administrator = "administrator"
	Steward       = "institution_administrator" // keeps the accounts of her own institution's people, and sees no case
	System        = "system"                    // what no person did: lapses, expiries
)

// Roles lists them all.
var Roles = []string{Coordinator, ChildWorker, Police, Medical, NGO, Shelter, Provider, Court, Auditor, Administrator, Steward, System}

// Kinds of case, as casefile stores them.
const (
	DomesticViolence = "domestic_violence"
	ChildProtection  = "child_protection"
)

// Standing is what the actor's institution is to the case. Of several, the handler gives the strongest.
type Standing string

// Standings, the weakest first.
const (
	None              Standing = "none"
	DeclinedRecipient Standing = "declined_recipient" // was asked, said no: it loses sight of the case
	PastRecipient     Standing = "past_recipient"     // its referrals have all ended
	LapsedRecipient   Standing = "lapsed_recipient"   // works on a referral whose consent has ended
	Opener            Standing = "opener"             // opened the case, waits for an answer in it or owes something in it, and has no other part
	Recipient         Standing = "recipient"          // of an open referral
	Participant       Standing = "participant"        // takes part, or was named by an order, a hearing or a plan
	Lead              Standing = "lead"               // carries the case
)

// Standings lists them, the weakest first.
var Standings = []Standing{None, DeclinedRecipient, PastRecipient, LapsedRecipient, Opener, Recipient, Participant, Lead}

// Stronger returns the stronger of two standings. An unknown one is weaker than any.
func Stronger(a, b Standing) Standing {
	if slices.Index(Standings, b) > slices.Index(Standings, a) {
		return b
	}
	return a
}

// FieldSet is a set of groups of sealed fields.
type FieldSet uint8

// Groups of sealed fields.
const (
	Identity       FieldSet = 1 << iota // name, birth date, national id
	Contact                             // phone, address, safe contact
	Health                              // health sections
	Narrative                           // what is told, findings, plans, reasons
	Legal                               // terms of orders, legal sections
	ShelterAddress                      // where a shelter is: granted to nobody
)

var fieldNames = []struct {
	set  FieldSet
	name string
}{
	{Identity, "identity"}, {Contact, "contact"}, {Health, "health"}, {Narrative, "narrative"},
	{Legal, "legal"}, {ShelterAddress, "shelter_address"},
}

// FieldsNamed is the set of the named groups. A name that the policy does not know is in no set.
func FieldsNamed(names []string) FieldSet {
	var out FieldSet
	for _, n := range fieldNames {
		if slices.Contains(names, n.name) {
			out |= n.set
		}
	}
	return out
}

// DataClasses are the groups of sealed fields that a consent or an emergency access may name: all but the one that
// nobody is given.
var DataClasses = (Identity | Contact | Health | Narrative | Legal).Names()

// Has tells whether every group of other is in the set. The empty set is in none: asking for nothing is a mistake.
func (f FieldSet) Has(other FieldSet) bool { return other != 0 && f&other == other }

// Names lists the groups.
func (f FieldSet) Names() []string {
	var out []string
	for _, n := range fieldNames {
		if f&n.set != 0 {
			out = append(out, n.name)
		}
	}
	return out
}

func (f FieldSet) String() string { return strings.Join(f.Names(), " ") }

// GroupOf says to which group a sealed field belongs (one of person's Field names), and in which section it stands:
// "health", "legal", or anything else for neither; the title of a file stands in the class of the file. A field the policy does not know belongs to the group that nobody has.
func GroupOf(field, section string) FieldSet {
	switch field {
	case person.FieldName, person.FieldBirthDate, person.FieldNationalID, person.FieldRelation:
		return Identity
	case person.FieldPhone, person.FieldAddress, person.FieldSafeContact, person.FieldContact, person.FieldCaller:
		return Contact
	case person.FieldTerms:
		return Legal
	case person.FieldTitle: // of a file: as the file itself
		return FieldsNamed([]string{section})
	case person.FieldNote, person.FieldFindings, person.FieldReason, person.FieldOutcome, person.FieldComment,
		person.FieldNarrative, person.FieldPlan, person.FieldFactors, person.FieldMinutes, person.FieldDecision:
		switch section {
		case "health":
			return Health
		case "legal":
			return Legal
		}
		return Narrative
	}
	return ShelterAddress
}

// RolesOf lists the roles that accounts of an institution of this kind (as the directory stores it) may have. An
// unknown kind has none.
func RolesOf(institutionKind string) []string {
	switch institutionKind {
	case "municipality_dv":
		return []string{Coordinator, Auditor, Administrator}
	case "municipality_cp":
		return []string{ChildWorker, Auditor, Steward}
	case "police":
		return []string{Police, Steward}
	case "prosecution", "court", "bailiff":
		return []string{Court, Steward}
	case "medical", "forensic":
		return []string{Medical, Steward}
	case "ngo":
		return []string{NGO, Steward}
	case "shelter":
		return []string{Shelter, Steward}
	case "municipality_needs", "education", "employment", "residential_centre", "other_municipality":
		return []string{Provider, Steward}
	case "oversight":
		return []string{Auditor}
	}
	return nil
}

// above are the roles that no institution gives by itself: those that look at all others, and the one that gives.
var above = []string{Coordinator, Auditor, Administrator, Steward, System}

// StewardsGive lists the roles that an institution of this kind gives its own people by itself.
func StewardsGive(institutionKind string) []string {
	return slices.DeleteFunc(RolesOf(institutionKind), func(r string) bool { return slices.Contains(above, r) })
}
