// Package esdblog keeps the event log in EventStoreDB, through the official Go client.
//
// It guarantees what eventlog.Log says, and guards against what the client does not:
//
//   - Every call runs in a goroutine of its own under its own time limit. A caller returns when its context or the limit
//     ends, whatever the client does: a client object that dies may block its callers for ever.
//   - The package owns the client object. One that has lost its server is retired and replaced, by one goroutine, with a
//     growing pause; a call that finds none waits for the outcome of one attempt to connect, then answers ErrUnavailable.
//   - An append always states a revision, and is read back before it is acknowledged. So the receipt holds the position at which
//     ReadAll shows the event, and a store that recognises event ids cannot acknowledge an append it did not make.
//   - Every call asks for the leader, on the wire. A connection string that prefers other nodes is refused: their answers may be old.
//   - One subscription per log follows the end of $all. When it drops it is made again from the last position handed over.
//     Its newest events are kept in memory, within bounds, and serve readers at the end of the log without a call.
//   - Streams and events of the system ($...) are not shown.
//
// A Position is the commit position of EventStoreDB, of version 22.6 or later. Its defaults will do: the contract's largest append is what it takes.
package esdblog
