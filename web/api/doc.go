// Package api is the JSON interface for partner systems, under /api/v1. It knows HTTP and decides nothing: every
// call becomes one call of handlers. What it promises is written in its OpenAPI document, which is made from the
// same Go types that it decodes into.
//
// Errors are problems (RFC 9457) with a stable code. Commands need an Idempotency-Key, a UUID: the same key with
// the same body gives the same answer with "duplicate": true. If-Match names the revision that the caller saw.
package api
