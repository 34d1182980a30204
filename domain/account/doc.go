// Package account decides about accounts and their sessions: the stream account-<id>.
//
// It guarantees:
//
//   - A username and a name are sealed. What finds an account by its username is a MAC that the handler makes; without
//     its key nobody learns the name from it.
//   - Neither a password nor a token is ever in an event: only a password's PHC hash and a token's SHA-256.
//   - Sessions are events, so they hold on every replica, and ending one ends it everywhere. A lock ends all of them; a
//     new password ends all but the one it was changed in. No network address is stored.
//   - A failed sign-in is no event. When there were too many, the lock is.
package account
