// Package app wires mkr together, once: New, Start, Addr, Stop. Everything it opens is closed in the opposite
// order. Tests run the real thing on port 0.
package app
