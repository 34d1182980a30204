// Package esdbtest is an EventStoreDB for tests: a gRPC server in this process that speaks enough of the protocol, by
// the official client's own protos, for a log to live on it, and that can be made to fail at every step.
//
// It follows the real server where a client can be hurt by it: appends are read to their end before they are
// answered, a wrong expected revision is a normal answer (fields 6 to 11), a repeated append is recognised by its event ids, positions
// have gaps, the $all stream holds system events, reading from a position is inclusive and subscribing from one is exclusive,
// a position that no event has is refused, catching up ends with a checkpoint that stands before the next event, a deletion hides a stream and
// lets it begin again behind what it hides, an append holds at most 1 MiB, times are ticks of 100 ns since 1970, keepalive pings every 5 s are
// allowed and messages up to 17 MiB are taken.
//
// It does not implement what mkr never uses: calls that delete, persistent subscriptions, projections, links, access control, TLS.
//
// A Store holds the data and outlives every Server on it; two servers on one Store are two nodes of one cluster.
package esdbtest
