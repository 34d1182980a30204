//go:build unix

package main

import "syscall"

// private makes whatever mkr writes its own account's alone: the log, the views, the keys, the demo's passwords.
func private() { syscall.Umask(0o077) }
