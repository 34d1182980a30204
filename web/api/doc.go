// Package api is the JSON interface for partner systems, under /api/v1. It knows HTTP and decides nothing: every
// call becomes one call of handlers. What it promises is written in its OpenAPI document, which is made from the
// same Go types that it decodes into.
//
// Errors are problems (RFC 9457) with a stable code. Commands need an Idempotency-Key, a UUID: the same key with
// the same body gives the same answer, its status too, with "duplicate": true; the same key for anything else is 422.
// A command whose outcome was there before does nothing and answers 200 with "duplicate": true and no events. If-Match
// names the revision that the caller saw; 412 tells what has changed since.
//
// What can be sent is read strictly (see Strict): a member that is unknown, misspelt, given twice, of the wrong type or
// beyond its bounds is refused by its path, and no error repeats what was sent. 422 is for what the request says, 409
// for how things stand, 403 for what a role may not do with a thing that it sees, and 404, always the same, for the
// rest.
//
// docs/openapi.json is a copy of the document for readers of the repository; the tests write it (-update) and check it.
package api
