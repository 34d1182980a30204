package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"mkr/domain/person"
	"mkr/handlers"
)

// surnames are words for "example", "fiction", "sample": nobody is called so, and everybody sees it.
var surnames = []string{"Shembulli", "Provëza", "Ilustrimi", "Trillimi", "Sajimi", "Mostra", "Përralla", "Imagjinari", "Fiktivaj", "Çuditaj", "Skicaj", "Modelaj"}

var (
	women = []string{"Arta", "Besa", "Çiljeta", "Drita", "Elira", "Flutura", "Gonxhe", "Hëna", "Iliriana", "Jehona", "Kaltrina", "Lulëzime", "Mirënjona", "Nora", "Pranvera", "Rozafa", "Shqipe", "Teuta", "Valbona", "Zëra"}
	men   = []string{"Agron", "Bardhyl", "Çlirim", "Dritan", "Ermal", "Flamur", "Gëzim", "Ilir", "Kreshnik", "Luan", "Mërgim", "Përparim", "Rrok", "Skënder", "Trim", "Ylli"}
	lanes = []string{"Rruga e Shembullit", "Rruga e Provës", "Lagjja e Trilluar", "Rruga e Ilustrimit", "Sheshi i Sajuar"}
)

// people invents persons and remembers every personal text of theirs.
type people struct {
	mu      sync.Mutex // tests read while simulated partners invent
	made    int
	names   []string
	details []string
}

// human is what is known of an invented person.
type human struct {
	role, relation, sex string
	age                 int
	family              string // surname; "" draws one
}

// invent makes up the details of somebody. Numbers count up, so that no two persons share one.
func (p *people) invent(rng *rand.Rand, today time.Time, h human) handlers.NewPerson {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.made++
	first := pick(rng, men)
	if h.sex == person.Female {
		first = pick(rng, women)
	}
	if h.family == "" {
		h.family = pick(rng, surnames)
	}
	name := first + " " + h.family
	birth := today.AddDate(-h.age, 0, -1-rng.IntN(360))
	in := handlers.NewPerson{
		Role: handlers.PersonRole(h.role), Relation: handlers.Relation(h.relation), Sex: handlers.Sex(h.sex), Minor: h.age < 18,
		Name: person.PlainOf(name), BirthDate: person.PlainOf(birth.Format(time.DateOnly)),
	}
	p.names = append(p.names, name)
	in.NationalID = p.detail(nationalID(birth, h.sex, p.made))
	in.Address = p.detail(fmt.Sprintf("%s %d, Shkodër", pick(rng, lanes), 1000+p.made))
	if h.age >= 16 {
		in.Phone = p.detail(fmt.Sprintf("+35569000%04d", p.made))
	}
	if h.role == "survivor" || h.role == "parent" || h.role == "guardian" {
		in.SafeContact = p.detail(fmt.Sprintf("Vetëm me mesazh te kushërira e sajuar nr. %d", 1000+p.made))
	}
	return in
}

// known lists the full names, and every other detail.
func (p *people) known() (names, details []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.names), slices.Clone(p.details)
}

func (p *people) detail(text string) person.Plain {
	p.details = append(p.details, text)
	return person.PlainOf(text)
}

// nationalID is a number of the right form: decade, year, month (50 more for women), day, three digits, a letter. The
// letter is W for everybody: how the true one is computed was never published.
func nationalID(birth time.Time, sex string, n int) string {
	month := int(birth.Month())
	if sex == person.Female {
		month += 50
	}
	return fmt.Sprintf("%c%d%02d%02d%03dW", 'A'+rune((birth.Year()-1900)/10), birth.Year()%10, month, birth.Day(), n%1000)
}

func pick[T any](rng *rand.Rand, list []T) T { return list[rng.IntN(len(list))] }

// texts makes up what people write, and remembers it.
type texts struct {
	mu   sync.Mutex
	told []string
}

// tell numbers a text, so that each one is a text of its own.
func (t *texts) tell(text string) person.Plain {
	t.mu.Lock()
	defer t.mu.Unlock()
	text = fmt.Sprintf("%s (tekst i sajuar nr. %d)", text, len(t.told)+1)
	t.told = append(t.told, text)
	return person.PlainOf(text)
}

func (t *texts) all() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.told)
}
