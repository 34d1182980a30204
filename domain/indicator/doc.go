// Package indicator says what the municipality counts: the figures that its two structures published about 2014, and the
// indicators of the Area Social Plan 2021-2024.
//
// It guarantees:
//
//   - A definition says in both languages what exactly is counted, so that a figure can be checked by hand. The counting
//     itself is done elsewhere, over events; nothing here stores a result.
//   - Published figures and plan targets are kept as they were published, with their unit and their oddities: several rows
//     of the plan are titled "number" and hold a yearly change in per cent, some miss a value. Nothing is corrected here.
//   - No number is a float: values are held in thousandths.
//
// The data files are embedded; loading is strict and names the line and the column at fault.
package indicator
