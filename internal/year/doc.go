// Package year simulates a year of a whole county: 61 institutions and the people who work in them, each of whom does
// something that is open to her, at random, late, twice, or not at all, while clocks run out, servers restart and views
// are lost. It has tests only. After every step the case that was touched must hold what holds for every case; every
// thirty days all cases, lists and figures are compared; at the end the views, built anew from the log, must say the same.
//
// A run is deterministic: the same seed gives the same year, event by event (TestTheSameSeedIsTheSameYear). A failure prints
// its seed; MKR_YEAR_SEED runs that year again, MKR_YEAR_DAYS another number of days: 365 is the year, and what every
// run of the tests lives through is its first months.
package year
