// Package house keeps the house rules of the architecture: who may import whom, what stays pure, where files lie
// and what must be written down. A rule is a function from what was found to sentences; no sentence means that
// the rule holds. Each sentence names the offender and says why the rule is there, so that whoever breaks one
// learns it from the failure alone.
//
// The package reads source text and the go command's answers only. It imports nothing of ours, so that it can
// speak about code that does not compile.
package house
