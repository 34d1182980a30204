// Package account is an account and its sessions (account-<id>): who may sign in, in which role, for which
// institution, and which sessions and tokens stand. Sessions are events, so that they hold on every server and
// can be revoked from any. Counting failed sign-ins is no matter of history; a lock is.
package account
