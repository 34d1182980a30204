// Package application decides about requests to the municipality's commissions: aid to foster and guardian families
// (Komisioni Multidisiplinar i Kujdestarisë) and assessments of need (Komisioni i Vlerësimit të Nevojave). The stream is
// application-<id>.
//
// It guarantees:
//
//   - Who asks is a person id, never a name.
//   - Aid is paid only on a granted application that has not ended, once for each month, in whole lek.
//   - A payment that was entered wrongly is taken back by an entry of its own; nothing is rewritten.
package application
