//go:build race

package year

const underRace = true
