//go:build !race

package esdblog_test

const underRace = false
