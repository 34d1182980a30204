package person

import "mkr/domain/event"

// The vocabulary of the person stream (person-<id>). Payloads hold sealed values, ids and codes only.
type (
	// Details are what is known of a person. Every sealed value is under the person's own key and in its own field.
	Details struct {
		Name        Sealed `json:"name,omitzero"`
		BirthDate   Sealed `json:"birth_date,omitzero"`
		NationalID  Sealed `json:"national_id,omitzero"`
		Phone       Sealed `json:"phone,omitzero"`
		Address     Sealed `json:"address,omitzero"`
		SafeContact Sealed `json:"safe_contact,omitzero"`
		Sex         string `json:"sex,omitempty"` // one of the sexes, "" when not recorded
	}
	// Registered begins the stream.
	Registered struct {
		Person string `json:"person"`
		Details
		RecordedBy string `json:"recorded_by"` // institution
	}
	// DetailsChanged holds the values that are new, and the names of those that no longer hold. A value that is
	// neither stays as it was.
	DetailsChanged struct {
		Details
		Cleared    []string `json:"cleared,omitempty"` // Field constants, and FieldSex
		RecordedBy string   `json:"recorded_by"`
	}
	// KeyShredded says that nobody can read this person's values any more. It names no one: only the stream it stands
	// in says whose key it was, and no sealed value of that person opens again.
	KeyShredded struct {
		Basis   string `json:"basis"`             // one of the Bases
		Erasure string `json:"erasure,omitempty"` // id of the request that it answers
	}
)

// FieldSex names the one detail that is not sealed.
const FieldSex = "sex"

// Why a key may be destroyed.
const (
	BasisRequest   = "request"   // the person asked for erasure, and no duty to keep stands against it
	BasisRetention = "retention" // the time for which the data may be kept is over
	BasisCourt     = "court"     // a court or the Commissioner ordered it
	BasisError     = "error"     // registered by mistake
)

// Bases lists them.
var Bases = []string{BasisRequest, BasisRetention, BasisCourt, BasisError}

// EventType is the stored name.
func (Registered) EventType() string { return "person.registered" }

// EventType is the stored name.
func (DetailsChanged) EventType() string { return "person.details_changed" }

// EventType is the stored name.
func (KeyShredded) EventType() string { return "person.key_shredded" }

// Events lists the stored types for the registry.
func Events() []event.Entry {
	return []event.Entry{
		event.Type[Registered]("A person became known. Identity is sealed under the person's own key."),
		event.Type[DetailsChanged]("Details of a person were corrected, added or withdrawn."),
		event.Type[ErasureRequested]("Erasure of a person's data was asked for, on a coded ground; somebody else decides."),
		event.Type[ErasureRefused]("Erasure was refused, on a coded ground."),
		event.Type[HoldPlaced]("A person's data must be kept for proceedings: nothing is erased meanwhile."),
		event.Type[HoldLifted]("A duty to keep has ended."),
		event.Type[KeyShredded]("A person's key was destroyed: the sealed values open for nobody any more."),
	}
}
