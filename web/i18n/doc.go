// Package i18n holds every text that a person reads on the pages, in Albanian first and English second, and writes
// dates, times and numbers as people in Shkodër do.
//
// One file a language (sq.json, en.json), one line a text. The tests guarantee that both languages have the same
// keys with the same placeholders, that every code a page can show has its words, that every key named in the
// sources exists and that none is left over. A missing key can therefore not reach a person; if one did, the key
// itself would show and nothing would fail.
package i18n
