// Package access is the policy: who may do and see what, as one table that an auditor can read.
//
// It guarantees:
//
//   - Judge is one pure function over the Table. There is no other place where a right is given, and no wildcard: what
//     no row grants is refused. What the Withholds say is withheld before any row is read, so that none gives it back:
//     whoever is kept out of a case by name, or was not named when it was sealed, is answered as if it were not there.
//   - It fails closed. A role, an action, a kind of case, a standing or a status that the policy does not know is a no.
//   - A yes names its basis, which goes into the record of what was done; a no names why, which does not go to the
//     caller where it would tell that a case exists.
//   - A shelter's address is granted to nobody.
//
// Personal fields are a matter of their own: to see that something happened (ViewCase) opens nothing. Fields says which
// groups of sealed fields the actor may have opened, and each opening is recorded by the caller.
package access

// Version names the policy in the record of each decision. It changes whenever the Table does; the golden matrix in
// testdata shows what changed.
const Version = "2026-11-23.3"
