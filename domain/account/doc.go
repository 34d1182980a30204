// Package account is an account and its sessions (account-<id>): who may sign in, in which role, for which
// institution, and which sessions and tokens stand. Sessions are events, so that they hold on every server and
// can be revoked from any. Counting failed sign-ins is no matter of history; a lock is.
//
// It guarantees:
//
//   - A user name and a name are sealed. What finds an account by its user name is a MAC that the handler makes.
//   - Neither a password nor a token is ever in an event: what is not a hash by its form is refused.
//   - A lock and a new password end every session; while an account is locked none begins. No network address is stored.
package account
