// Package handlers is the way of every action: who asks, may they, fold the stream, decide, append.
//
// Every method takes the Caller first: there is no way to call one without saying who asks. Commands are
// idempotent by their key, which is the command's id: it is looked for in the folded stream itself, so that
// a retry finds its own trace whatever store is beneath. Personal texts arrive as person.Plain, are sealed
// before they reach a decider, and are opened only here, after the policy's verdict, with a record of the
// opening in the caller's access stream.
package handlers
