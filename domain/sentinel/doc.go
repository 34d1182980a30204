// Package sentinel watches the watchers: it reads who looked at what, and asks somebody to answer for what is odd.
//
// It guarantees:
//
//   - What is odd is told by rules that are data, with thresholds and versions. A look, the facts of its case at that
//     moment and the looks before it always give the same findings.
//   - A finding becomes a flag in a stream of its own, flag-<id>, once, whoever finds it and however often. It says which
//     rule, which version and what was counted: never a name, and never what was read.
//   - A flag is answered by a code and a sealed text, and by nobody who is flagged. Until then its silence is history too:
//     it climbs when its time is over.
//   - It knows accounts, cases and events by their ids, and no person.
package sentinel
