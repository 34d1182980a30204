// Package casefile is the case: the one stream in which everything about one family's or one child's case
// is decided, so that "no referral without consent or a legal basis" is one check in one place and the case's
// history is one stream to replay and to prove.
//
// Decide holds all the business and may refuse. Evolve never refuses. The files follow the concerns of the
// work: intake, consent, risk, referral, measure, order, hearing, visit, plan, note, closing, correction.
//
// The ball: every obligation is a deadline that is set, and later met, voided or lapsed, in this stream. Who
// must act next, with what and until when, is therefore never computed from rules of a screen: it is the open
// deadline that falls due first (see Ball). An open case always has one; so has every open referral.
package casefile
