package browsertest

import (
	"fmt"
	"testing"

	"mkr/domain/casefile"
	"mkr/handlers"
)

// Where referrals get stuck, and who has how much to do, is seen while it happens: nobody loads the page again.
func TestWhereReferralsGetStuckIsLive(t *testing.T) {
	b := use(t)
	boss := signedIn(t, coordinator)
	helper := b.as(t, ngo)
	made := b.newCase(t, boss.Caller, casefile.DomesticViolence)
	b.assessed(t, boss.Caller, made.Case, casefile.Low)

	const asked = `Number([...document.querySelectorAll("#bounces tbody tr")].find((r) => r.innerText.includes(%s) && r.innerText.includes(%s))?.cells[6].innerText ?? 0)`
	names := []any{"Hapat e Lehtë", words(t).Code("service_code", "legal_aid")}
	boss.open("/bounces")
	boss.follows()
	boss.mark()
	declined := eval[int](boss, fmt.Sprintf(asked, quoted(names)...))
	first := b.refer(t, boss.Caller, made.Case, helper.Institution, "legal_aid").ID
	b.step(t, helper, made.Case, "referral.decline", first, &handlers.DeclineReferral{Reason: "not_eligible"})
	boss.until(asked+" > %d", append(names, declined)...)
	boss.same()

	worker := signedIn(t, ngo)
	worker.open("/workload")
	worker.follows()
	worker.mark()
	const mine = `Number(document.querySelector("#people ~ table tr:last-child td:last-child").innerText.replace(/\D/g, ""))`
	tasks := eval[int](worker, mine)
	b.refer(t, boss.Caller, made.Case, helper.Institution, "psychosocial")
	worker.until(mine+" > %d", tasks)
	worker.same()
}
