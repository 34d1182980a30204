package directory

// Kinds of institutions.
const (
	MunicipalityDV    = "municipality_dv"    // structure against domestic violence
	MunicipalityCP    = "municipality_cp"    // NJMF
	MunicipalityNeeds = "municipality_needs" // needs assessment and referral
	PoliceKind        = "police"
	Prosecution       = "prosecution"
	Court             = "court"
	Bailiff           = "bailiff"
	Medical           = "medical"
	Forensic          = "forensic"
	Education         = "education"
	Employment        = "employment"
	NGO               = "ngo"
	Shelter           = "shelter"
	ResidentialCentre = "residential_centre"
	OtherMunicipality = "other_municipality"
	Oversight         = "oversight" // ministry, State Agency, Commissioner: readers, not providers
)

// Kinds lists them.
var Kinds = []string{
	MunicipalityDV, MunicipalityCP, MunicipalityNeeds, PoliceKind, Prosecution, Court, Bailiff, Medical, Forensic,
	Education, Employment, NGO, Shelter, ResidentialCentre, OtherMunicipality, Oversight,
}

// Sectors.
const (
	Public  = "public"
	Private = "private"
)

// Sectors lists them.
var Sectors = []string{Public, Private}

// Services that an institution may offer. Referrals ask for the same codes.
var Services = []string{
	"shelter", "psychosocial", "legal_aid", "health", "forensic_exam", "police_protection", "court_petition",
	"order_execution", "education_support", "employment", "economic_aid", "housing", "child_care", "residential_care",
	"child_assessment", "perpetrator_programme", "case_management",
}

// Languages in which help is given (ISO 639-1, and "sgn" for sign language).
var Languages = []string{"sq", "en", "it", "el", "mk", "sr", "rom", "sgn"}

// SuspendReasons are why an institution is offered to nobody for a time.
var SuspendReasons = []string{"closed", "agreement_ended", "under_inspection", "no_staff", "other"}

// Codes of refusals. They are API.
const (
	CodeNotRegistered     = "institution.not_registered"
	CodeAlreadyRegistered = "institution.already_registered"
	CodeSuspended         = "institution.suspended"
	CodeMissing           = "institution.missing"
	CodeUnknownCode       = "institution.unknown_code"
	CodeTooLong           = "institution.too_long"
	CodeShelterAddress    = "institution.shelter_address"
	CodeNotOffered        = "institution.service_not_offered"
	CodeAges              = "institution.ages"
	CodeCapacity          = "institution.capacity"
	CodeFuture            = "institution.in_the_future"
	CodeHeld              = "institution.places_held"
	CodeShiftDays         = "institution.shift_days"
	CodeShiftTime         = "institution.shift_time"
	CodeShiftMany         = "institution.shift_many"
	CodeShiftPast         = "institution.shift_past"
)

// Codes lists them all.
var Codes = []string{
	CodeNotRegistered, CodeAlreadyRegistered, CodeSuspended, CodeMissing, CodeUnknownCode, CodeTooLong,
	CodeShelterAddress, CodeNotOffered, CodeAges, CodeCapacity, CodeFuture, CodeHeld,
	CodeShiftDays, CodeShiftTime, CodeShiftMany, CodeShiftPast,
}
