// Package deadline holds the terms of law and of the house as dated data, and the arithmetic that turns them into due
// instants.
//
// It guarantees:
//
//   - A rule is data: JSON packs, embedded, each with a version, the day it holds from and its source. Every rule says
//     how sure its number is; a placeholder is never shown as law.
//   - A Clock is computed once, from a rule, an instant and a calendar, and is self-contained: whoever stores it needs
//     no pack to read it again, and a later pack does not change it.
//   - The same input gives the same clock on every machine. The time zone and the holidays are passed in.
//
// How terms run (Civil Procedure Code arts. 147-149, Administrative Procedure Code arts. 56-57, older consolidations):
//
//   - Hours run on through nights, weekends and both clock changes: 48 hours are 48 hours, whatever the wall clock says.
//   - Days and months: the day of the event does not count; the term ends with the end of its last day, local time. The
//     end of a day is the first instant of the next one, so a clock that ends on 3 March is due at 4 March 00:00.
//   - A last day that is a Saturday, a Sunday or a public holiday moves to the next working day, save where the rule is
//     marked unshifted: the validity of an order is not made longer by a holiday.
//   - A month ends on the same-numbered day, or on the last day of the month when there is none.
//   - A term before an instant counts back from it. Where its last day is a rest day it moves to the working day
//     before, never after: acting early harms nobody, acting late loses the order.
//
// The package is pure: no clock, no I/O, no time zone database of its own.
package deadline
