package household

import (
	"testing"

	"mkr/domain/event"
	"mkr/internal/decidertest"
)

var (
	decider = decidertest.Decider[State, Command]{Decide: Decide, Evolve: Evolve, Codes: Codes}
	at      = decidertest.At()
	linked  = Linked{Cases: [2]string{"case-a", "case-b"}, Reason: "mother_and_child", By: "inst", At: at.Now}
	ended   = Unlinked{Reason: "lives_apart", By: "inst", At: at.Now}
)

func TestMatrix(t *testing.T) {
	decider.Matrix(t, []decidertest.Row{
		{Name: "never linked"},
		{Name: "linked", Given: []event.Data{linked}},
		{Name: "ended", Given: []event.Data{linked, ended}},
		{Name: "linked again", Given: []event.Data{linked, ended, linked}},
	}, []Command{
		Link{Cases: [2]string{"case-b", "case-a"}, Child: true, Reason: "mother_and_child"},
		Link{Cases: [2]string{"case-b", "case-a"}, Child: true, Reason: "siblings"},
		Link{Cases: [2]string{"case-b", "case-a"}, Reason: "same_household"},
		Link{Cases: [2]string{"case-a", "case-a"}, Child: true, Reason: "siblings"},
		Link{Cases: [2]string{"case-a", "case-b"}, Child: true, Reason: "why not"},
		Unlink{"lives_apart"}, Unlink{""},
	}, at)
}

func TestStoredForm(t *testing.T) { decidertest.Samples(t, Events(), linked, ended) }
