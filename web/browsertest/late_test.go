package browsertest

import "testing"

// A task whose time runs out while the page is open moves under the head "late" by itself, marked and said, and the head
// of today stands below it.
func TestWhatTurnsLateMovesByItself(t *testing.T) {
	use(t)
	v := signedIn(t, coordinator)
	v.open("/inbox?limit=200")
	v.follows()
	v.mark()
	key := eval[string](v, `(() => {
		const rows = [...document.querySelectorAll("main tbody tr:not(.group)")];
		let today = document.querySelector('.group[data-from="now"]');
		if (!today) { // late at night nothing more is due today
			today = document.querySelector(".group").cloneNode(true);
			today.dataset.from = "now";
			rows.findLast((r) => Date.parse(r.querySelector("[data-due]")?.dataset.due) <= Date.now()).after(today);
		}
		const row = rows.findLast((r) => Date.parse(r.querySelector("[data-due]")?.dataset.due) > Date.now());
		today.after(row); // as if it were due in a second
		for (const due of row.querySelectorAll("[data-due]")) due.dataset.due = new Date(Date.parse(document.documentElement.dataset.now) - 1000).toISOString();
		return row.dataset.key;
	})()`)
	if key == "" {
		t.Fatal("nothing is due in time")
	}
	v.until(`document.querySelector(%s)?.nextElementSibling?.dataset.from === "now"`, row(key))
	v.until(`document.querySelector(%s).querySelector(".due.over") && document.getElementById("said")?.innerText`, row(key))
	if head := eval[string](v, `(() => { let at = document.querySelector('.group[data-from="now"]'); do at = at.previousElementSibling; while (at && !at.matches(".group")); return at?.innerText ?? ""; })()`); head != words(t).T("due.overdue") {
		t.Errorf("it stands under %q", head)
	}
	v.same()
}
