package demo

import (
	"slices"
	"time"

	"mkr/domain/access"
	"mkr/domain/directory"
)

// place names an institution within the demo.
type place string

const (
	structure   place = "structure" // against domestic violence
	unit        place = "unit"      // NJMF
	needs       place = "needs"
	police      place = "police"
	prosecution place = "prosecution"
	court       place = "court"
	bailiff     place = "bailiff"
	hospital    place = "hospital"
	forensic    place = "forensic"
	education   place = "education"
	employment  place = "employment"
	lightSteps  place = "light_steps"
	theDoor     place = "the_door"
	shelter     place = "shelter"
	babies      place = "babies"
	children    place = "children"
	development place = "development"
	agency      place = "agency"
)

// last is the institution whose presence says that the replay came to its end.
const last = agency

// institution is one place of the mechanism. The structure is the real one; phones are only those that everybody knows.
type institution struct {
	place     place
	kind      string
	sector    string
	sq, en    string
	short     directory.Text // where the full name is too long for a list
	phone     string
	hours     string
	offline   bool // its people do not use mkr: who asks it records its answers
	joins     time.Time
	languages []string
	services  []offer
}

type offer struct {
	service        string
	minAge, maxAge int
	places         int // 0: it does not count places
}

const office = "08:00-16:00"

var shelterOpens = time.Date(2015, 9, 15, 8, 0, 0, 0, time.UTC)

var places = []institution{
	{place: structure, kind: directory.MunicipalityDV, sector: directory.Public, phone: "400075", hours: office,
		sq: "Bashkia Shkodër, Struktura për barazinë gjinore dhe kundër dhunës në familje", en: "Municipality of Shkodër, structure for gender equality and against domestic violence", short: directory.Text{SQ: "Struktura kundër dhunës", EN: "DV structure"},
		services: []offer{{service: "case_management"}, {service: "court_petition"}}},
	{place: unit, kind: directory.MunicipalityCP, sector: directory.Public, phone: "116 111", hours: office,
		sq: "Bashkia Shkodër, Njësia për Mbrojtjen e Fëmijëve (NJMF)", en: "Municipality of Shkodër, Child Protection Unit (NJMF)", short: directory.Text{SQ: "NJMF", EN: "Child Protection Unit"},
		services: []offer{{service: "case_management"}, {service: "child_assessment", maxAge: 18}}},
	{place: needs, kind: directory.MunicipalityNeeds, sector: directory.Public, hours: office,
		sq: "Bashkia Shkodër, Njësia e Vlerësimit të Nevojave dhe Referimit", en: "Municipality of Shkodër, Needs Assessment and Referral Unit", short: directory.Text{SQ: "Njësia e nevojave", EN: "Needs unit"},
		services: []offer{{service: "economic_aid"}, {service: "housing"}, {service: "child_assessment", maxAge: 18}}},
	{place: police, kind: directory.PoliceKind, sector: directory.Public, phone: "129", hours: "24/7",
		sq: "Komisariati i Policisë Shkodër", en: "Shkodër police commissariat", short: directory.Text{SQ: "Policia Shkodër", EN: "Shkodër police"},
		services: []offer{{service: "police_protection"}, {service: "order_execution"}}},
	{place: prosecution, kind: directory.Prosecution, sector: directory.Public, hours: office, offline: true,
		sq: "Prokuroria pranë Gjykatës së Rrethit Gjyqësor Shkodër", en: "Prosecution at the Shkodër district court", short: directory.Text{SQ: "Prokuroria", EN: "Prosecution"},
		services: []offer{{service: "court_petition"}}},
	{place: court, kind: directory.Court, sector: directory.Public, hours: office,
		sq: "Gjykata e Rrethit Gjyqësor Shkodër", en: "Shkodër district court", short: directory.Text{SQ: "Gjykata Shkodër", EN: "Shkodër court"}},
	{place: bailiff, kind: directory.Bailiff, sector: directory.Public, hours: office, offline: true,
		sq: "Zyra e Përmbarimit Gjyqësor Shkodër", en: "Shkodër bailiff office", short: directory.Text{SQ: "Përmbarimi", EN: "Bailiff"},
		services: []offer{{service: "order_execution"}}},
	{place: hospital, kind: directory.Medical, sector: directory.Public, phone: "112", hours: "24/7",
		sq: "Spitali Rajonal Shkodër, Urgjenca", en: "Shkodër regional hospital, emergency", short: directory.Text{SQ: "Urgjenca, Spitali Shkodër", EN: "Hospital emergency"},
		services: []offer{{service: "health"}, {service: "forensic_exam"}}},
	{place: forensic, kind: directory.Forensic, sector: directory.Public, hours: office, offline: true,
		sq: "Mjeku ligjor, Shkodër", en: "Forensic doctor, Shkodër",
		services: []offer{{service: "forensic_exam"}}},
	{place: education, kind: directory.Education, sector: directory.Public, hours: office,
		sq: "Zyra Arsimore Shkodër", en: "Shkodër education office",
		services: []offer{{service: "education_support", maxAge: 18}}},
	{place: employment, kind: directory.Employment, sector: directory.Public, hours: office,
		sq: "Zyra e Punësimit Shkodër", en: "Shkodër employment office",
		services: []offer{{service: "employment", minAge: 16}}},
	{place: lightSteps, kind: directory.NGO, sector: directory.Private, hours: office,
		sq: "Hapat e Lehtë", en: "Light Steps", languages: []string{"sq", "en"},
		services: []offer{{service: "psychosocial"}, {service: "legal_aid"}, {service: "child_care", maxAge: 18}}},
	{place: theDoor, kind: directory.NGO, sector: directory.Private, hours: office,
		sq: "The Door", en: "The Door", languages: []string{"sq", "en", "it"},
		services: []offer{{service: "psychosocial"}, {service: "perpetrator_programme", minAge: 18}, {service: "housing"}, {service: "education_support", maxAge: 18}}},
	{place: shelter, kind: directory.Shelter, sector: directory.Private, hours: "24/7", joins: shelterOpens,
		sq: "Qendra e emergjencës \"Gruaja tek Gruaja\" (48 orë)", en: "\"Woman to Woman\" emergency shelter (48 hours)", short: directory.Text{SQ: "Gruaja tek Gruaja", EN: "Woman to Woman"},
		services: []offer{{service: "shelter", minAge: 18, places: 5}, {service: "legal_aid", minAge: 18}, {service: "psychosocial", minAge: 18}}},
	{place: babies, kind: directory.ResidentialCentre, sector: directory.Public, hours: "24/7",
		sq: "Shtëpia e Foshnjës Shkodër (0-3 vjeç)", en: "Shkodër home for infants (0-3 years)", short: directory.Text{SQ: "Shtëpia e Foshnjës", EN: "Home for infants"},
		services: []offer{{service: "residential_care", maxAge: 3, places: 24}, {service: "health", maxAge: 3}}},
	{place: children, kind: directory.ResidentialCentre, sector: directory.Public, hours: "24/7",
		sq: "Shtëpia e Fëmijës Shkollore Shkodër (6-15 vjeç)", en: "Shkodër home for schoolchildren (6-15 years)", short: directory.Text{SQ: "Shtëpia e Fëmijës", EN: "Home for schoolchildren"},
		services: []offer{{service: "residential_care", minAge: 6, maxAge: 15, places: 30}, {service: "education_support", minAge: 6, maxAge: 15}}},
	{place: development, kind: directory.ResidentialCentre, sector: directory.Public, hours: "24/7", offline: true,
		sq: "Qendra e Zhvillimit Shkodër", en: "Shkodër development centre",
		services: []offer{{service: "residential_care", places: 40}}},
	{place: agency, kind: directory.Oversight, sector: directory.Public, hours: office,
		sq: "Agjencia Shtetërore për të Drejtat dhe Mbrojtjen e Fëmijës", en: "State Agency for the Rights and Protection of the Child", short: directory.Text{SQ: "ASHDMF", EN: "State child rights agency"}},
}

func placeOf(p place) institution {
	return places[slices.IndexFunc(places, func(i institution) bool { return i.place == p })]
}

// seat is one account for visitors.
type seat struct {
	place    place
	role     string
	username string
	sq       string // the name on its page
}

var seats = []seat{
	{structure, access.Coordinator, "koordinatore.bashkia", "Koordinatorja vendore"},
	{structure, access.Administrator, "administrator.bashkia", "Administratori"},
	{structure, access.Auditor, "auditor.bashkia", "Auditori i bashkisë"},
	{unit, access.ChildWorker, "njmf.bashkia", "Punonjësja e NJMF-së"},
	{needs, access.Provider, "nevojat.bashkia", "Njësia e nevojave"},
	{police, access.Police, "oficer.policia", "Oficeri i policisë"},
	{police, access.Steward, "drejtues.policia", "Administratori i komisariatit"},
	{court, access.Court, "sekretare.gjykata", "Specialistja e gjykatës"},
	{hospital, access.Medical, "mjek.urgjenca", "Mjeku i urgjencës"},
	{education, access.Provider, "zyra.arsimore", "Zyra arsimore"},
	{employment, access.Provider, "zyra.punesimit", "Zyra e punësimit"},
	{lightSteps, access.NGO, "ojf.hapat", "Hapat e Lehtë"},
	{theDoor, access.NGO, "ojf.thedoor", "The Door"},
	{shelter, access.Shelter, "strehez.gruaja", "Strehëza"},
	{babies, access.Provider, "qendra.foshnjes", "Shtëpia e Foshnjës"},
	{children, access.Provider, "qendra.femijes", "Shtëpia e Fëmijës"},
	{agency, access.Auditor, "auditor.agjencia", "Agjencia shtetërore"},
}

// works tells whether the seat's people work on cases: they have colleagues, by whose accounts the stories go on and the
// simulated partners act. Visitors' accounts are the visitors' alone.
func (s seat) works() bool {
	return s.role != access.Auditor && s.role != access.Administrator && s.role != access.Steward
}
