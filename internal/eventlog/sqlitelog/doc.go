// Package sqlitelog keeps the event log in one SQLite file: the log of a single machine, with nothing to install.
//
// What it guarantees, beyond the contract of eventlog.Log:
//
//   - An acknowledged event has been through COMMIT with synchronous=FULL: the write-ahead log was flushed to
//     the disk before the caller heard of it. The order is always commit, acknowledge, publish.
//   - One goroutine writes. It takes the appends that wait at that moment into one transaction, without ever
//     waiting for more (group commit), so many writers share one flush and a lone writer pays for no one else. One
//     writer also makes commit order the order of positions: no reader can pass a position that fills up later.
//   - Nothing is ever changed or deleted: triggers abort it, whoever asks.
//   - One process at a time: a second Open of the same folder answers eventlog.ErrLocked. The lock dies with its process.
//   - Whatever fails, the log says what to do, goes back to the last commit, and goes on when it can: a full disk
//     costs refused appends, not a restart.
//   - A start after a crash needs no hand: SQLite replays its write-ahead log at Open.
//
// Files in the folder: log.db (the events), log.db-wal and log.db-shm (SQLite's, part of the log while it is
// open), log.lock (the lock, holds nothing).
//
// The schema names streams by a small integer, because a text key costs 4 to 7 times the append rate, and has no index
// on event ids, because random keys touch a page of their own for every event.
package sqlitelog
