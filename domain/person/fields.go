package person

// Names of the sealed fields. A name is part of what a value is sealed with: it is stored, and never changes.
const (
	FieldName        = "name"
	FieldBirthDate   = "birth_date"
	FieldNationalID  = "national_id"
	FieldPhone       = "phone"
	FieldAddress     = "address"
	FieldSafeContact = "safe_contact" // how and when it is safe to reach the person

	FieldNote      = "note.text"  // a worker's note on a case
	FieldNarrative = "narrative"  // what is told to have happened
	FieldReason    = "reason"     // why something is asked, declined or ended, in free words
	FieldFindings  = "findings"   // what a visit, an assessment or an examination found
	FieldOutcome   = "outcome"    // how a service or an action ended, in free words
	FieldTerms     = "terms"      // what an order or a measure demands, where it names people or places
	FieldPlan      = "plan.text"  // free text of an individual plan or a safety plan
	FieldCaller    = "caller"     // who reported, where that is not the person concerned
	FieldRelation  = "relation"   // a relation between persons told in free words
	FieldPlace     = "place"      // where something happened or is to happen
	FieldComment   = "comment"    // any other free text about the person
	FieldFactors   = "factors"    // a risk tool's answers in free words
	FieldMinutes   = "minutes"    // what a meeting said about the person
	FieldDecision  = "decision"   // what a meeting or an authority decided, in free words
	FieldContact   = "contact"    // a contact of somebody around the person
	FieldTitle     = "file.title" // what a file of the case is called
	FieldFileKey   = "file.key"   // the key of a file, which opens nothing for anybody by itself
	FieldDisplay   = "staff.name" // the name of an account's holder: staff are persons too
	FieldUsername  = "staff.username"
	FieldSecond    = "staff.second_factor" // the secret that an account's holder shares with her device
)
