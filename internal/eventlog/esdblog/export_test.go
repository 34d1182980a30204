package esdblog

// LeaveStuck keeps the log from closing a client under calls that are stuck in it.
func LeaveStuck(l *Log) { l.abandons = false }
