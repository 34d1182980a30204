// Package demo replays the Shkodër year: invented people, the real structure of the municipality's mechanism and the
// totals that it published.
//
// It guarantees:
//
//   - Everything goes through the handlers, as if people had done it: nothing is written to the log directly, nothing is
//     counted anywhere but from events. A command that is refused is a fault of the script and ends the replay.
//   - The same seed and the same end give the same history, event by event: names, ids, times and order. Only what is
//     random by its nature differs: ciphertexts, salts, the secrets of tokens.
//   - Every person is invented, and plainly so: surnames are words such as "Shembulli" (the example), phone numbers are
//     +355 69 000 ..., streets are named after examples.
//   - The figures of 2014 come out as published (child protection and the structure against domestic violence), because
//     so many things happen in the stories, not because a number is stored.
//   - No case of 2014 is open at the end; a few dozen of the last weeks are, at every stage.
//
// A story (see story) is straight code: what happens in one case, with pauses. Stories are coroutines, and the one whose
// pause ends first goes on, with the clock moved by hand to that instant. So cases interleave as they do in an office,
// and what nobody did in time lapses in between.
//
// Simulate goes on where the replay ends: partners who act at random, by the actions that are open to them.
package demo
