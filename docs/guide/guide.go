// Package guide is the users' guide as files: one Markdown page a role and a screen, in Albanian and in English, and the
// pictures that the browser tests made. It holds no code but the list of the pages; mkr/web/help makes pages of them.
package guide

import "embed"

// Files holds sq/NAME.md and en/NAME.md for every page, and the pictures in images/sq and images/en.
//
//go:embed sq/*.md en/*.md images/sq/*.png images/en/*.png
var Files embed.FS

// Everybody are the pages that everybody needs, in reading order.
var Everybody = []string{"first-steps", "board", "plans-and-meetings", "orders-and-clocks", "who-may-see", "keys-and-privacy", "glossary"}

// Roles are the pages of the roles: a role's code with hyphens.
var Roles = []string{
	"coordinator", "child-protection-worker", "police", "medical", "ngo", "shelter", "provider", "court", "auditor", "administrator",
	"institution-administrator",
}
