// Package bench measures mkr as a whole: a command from the caller to the disk, a change from the disk to a socket, a
// case at any moment of its past, pages, and the server as a process (start, memory, processor time at rest). It holds
// benchmarks only; what one part costs is measured in that part's package.
//
// Machines differ, and one machine differs from minute to minute. So whatever has a physical limit is measured in turns
// with that limit, and reported as a ratio. How large the world is that they measure in:
//
//	MKR_BENCH_EVENTS       events in the log, for what must not depend on it (20,000)
//	MKR_BENCH_CASES        open cases (1,000)
//	MKR_BENCH_SUBSCRIBERS  sockets (1,000)
package bench
