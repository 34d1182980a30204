// Package help makes the users' guide (docs/guide) into pages that the web serves at /help.
//
// It guarantees that a page has the same name, the same headings and the same anchors in every language: anchors are
// made from the English headings, so that a link to a part of the guide holds whoever reads it. The tests guarantee more:
// every role has its page, every link and picture leads somewhere, and every word of the screens that the guide quotes
// (in bold) is in the catalogue of that language, so that the guide cannot drift from what it explains.
package help
