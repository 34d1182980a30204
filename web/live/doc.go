// Package live pushes what changes to whoever may see it, over WebSocket: a hub between the views' runner and the
// connections of browsers and partner systems.
//
// What it guarantees:
//
//   - Every row change and event that a connection asked for and may see reaches it once, in the order of its cursor
//     (position, then seq). While changes of one row wait for a slow connection, only the newest of them is kept.
//   - A connection that was cut resumes behind the last message it has received, by {epoch, after, seq}: nothing is
//     missing and nothing comes twice, as long as the hub still remembers that far. If it does not, it says so with
//     a reset, and goes on from the position that the reset names; it never leaves something out in silence.
//   - Who sees what is asked of the Judge once a change and lens, whatever the number of connections; a change is
//     written as JSON once, and all connections share the bytes. What is judged is the row before and after: a row
//     that leaves a lens's sight arrives as a remove, one that enters it as a put.
//   - Nothing personal travels here: rows have none, and of an event only its type, its case, the acting
//     institution, a time and a summary made of coded values. Accounts, sessions and who looked at what never leave
//     the server.
//   - A slow reader harms itself only: its queue is bounded in bytes and in frames, and when it is full the connection
//     closes with 4008, to come back and resume.
//   - When a session ends or an account is locked, its connections are closed at once, before anything newer is
//     sent; a sweep that asks Auth again is the backstop, for sessions that expire.
//
// A connection has one goroutine that reads and one that writes, and no timer of its own: the hub's ticker visits all
// connections in turn with positions and pings. The HTTP handler returns after the upgrade, so that an idle
// connection does not hold the request and its buffers.
package live
