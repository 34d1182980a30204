package pages

import "strconv"

// barWidths are the parts of a bar, in percent of its width.
type barWidths struct{ value, mark int }

// barOf scales a count to what it is compared with. Changes in percent are not drawn: a bar of them would say nothing.
func barOf(f figureRow) (barWidths, bool) {
	if f.Unit != "count" {
		return barWidths{}, false
	}
	against := 0
	switch {
	case f.Published != nil:
		against = *f.Published
	case f.Target != nil:
		n, err := strconv.Atoi(f.Target.String())
		if err != nil {
			return barWidths{}, false
		}
		against = n
	}
	if against <= 0 {
		return barWidths{}, false
	}
	full := max(f.Count, against)
	return barWidths{value: 100 * f.Count / full, mark: 100 * against / full}, true
}
