// Package projections turns the log's facts into the lists that people look at.
//
// A Projection is a pure fold: which documents a fact touches (Keys), what it does to one (Apply), and which rows
// the document gives to the lists (Rows). It has no clock, does no I/O and cannot fail. Everything a list shows is a
// row, every row derives from one document, and a change is the difference between a document's rows before and
// after: so lists never disagree with each other, with the API or with what the hub sends.
//
// The Runner reads the log after its checkpoint, applies, and saves documents, rows and checkpoint in one
// transaction of a views file; only then does it tell its subscribers. Catching up and living are the same loop. The
// file may be deleted at any time: it is made again from the log, and a rebuilt file holds the same documents and
// rows, byte for byte, as one that grew with the events.
//
// What it guarantees:
//   - never skip: an event that cannot be read stops the views that need it, at a position that pages show; the
//     other views go on;
//   - a raised Version builds a second file beside the first, which goes on serving as it stands, then switches;
//   - every change reaches every subscriber once, in order, after it was committed; a subscriber that falls too far
//     behind is told so and starts again, it never blocks the runner and never misses a change unknowingly;
//   - the same folds run in memory up to any position (Memory): there is no second code path for looking back.
//
// Documents hold sealed personal values as they are and cannot open them. Rows hold none at all: only coded values,
// pseudonymous ids and times.
package projections
