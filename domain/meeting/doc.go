// Package meeting decides about meetings of the two technical teams over several cases: the stream meeting-<id>.
//
// The ETN (interdisciplinary technical team, convened by the local coordinator) works on domestic violence, the GTN
// (cross-sector technical group, convened by NJMF) on children; attendance at the GTN is a duty.
//
// It guarantees:
//
//   - A decision is about a case on the agenda, and names the institution that carries it out and the day it is due.
//   - Who was there is settled when the meeting is closed as held; the quorum is computed then and stored, and no later
//     change of the invitations changes it.
//   - What the meeting said about a person is sealed under that person's key.
package meeting
