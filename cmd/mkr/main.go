// Command mkr is the Coordinated Referral Mechanism: one binary with the server, the demo and the tools.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	_ "time/tzdata" // Europe/Tirane, also on machines without a zone database
)

// version is set by the build.
var version = "dev"

// command is one subcommand. run returns nil, or what went wrong in words for the operator.
type command struct {
	name, does string
	run        func(ctx context.Context, args []string) error
}

func commands() []command {
	return []command{
		{"demo", "replay the Shkodër year and serve it on this machine", runDemo},
		{"serve", "serve for real", runServe},
		{"institution", "register and list institutions", runInstitution},
		{"account", "open, lock and list accounts; issue tokens", runAccount},
		{"pack", "list rule packs and what each version changed; load new ones", runPack},
		{"key", "check that the deployment key opens the keys, or replace it; print the public key of the log", runKey},
		{"export", "write the whole log as NDJSON", runExport},
		{"import", "read an export into an empty log", runImport},
		{"audit", "verify the log; replay a case as it stood", runAudit},
		{"witness", "watch another institution's log, sign what continues it, shout when it does not", runWitness},
		{"policy", "print the access policy", runPolicy},
		{"health", "ask a running server whether it is ready", runHealth},
		{"version", "print the version, or the components of this binary", func(_ context.Context, args []string) error { return runVersion(args) }},
	}
}

func main() {
	private()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(dispatch(ctx, os.Args[1:]))
}

func dispatch(ctx context.Context, args []string) int {
	if len(args) > 0 {
		for _, c := range commands() {
			if c.name == args[0] {
				return exitCode(c.name, c.run(ctx, args[1:]))
			}
		}
	}
	if len(args) == 1 {
		switch args[0] {
		case "-version", "--version":
			fmt.Println(version)
			return 0
		case "help", "-h", "-help", "--help":
			usage(os.Stdout)
			return 0
		}
	}
	if len(args) > 0 {
		fmt.Fprintf(os.Stderr, "mkr: there is no command %q\n\n", args[0])
	}
	usage(os.Stderr)
	return 2
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "mkr "+version+": the Coordinated Referral Mechanism")
	fmt.Fprintln(w, "\nusage: mkr COMMAND [flags]     (mkr COMMAND -h says more)")
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-12s %s\n", c.name, c.does)
	}
}

// errUsage says that the flags were wrong and that this was said already; errHelp, that somebody asked for them and was told.
var (
	errUsage = errors.New("usage")
	errHelp  = errors.New("help")
)

func exitCode(name string, err error) int {
	var with *exitError
	switch {
	case err == nil, errors.Is(err, errHelp):
		return 0
	case errors.Is(err, errUsage):
		return 2
	case errors.As(err, &with):
		fmt.Fprintf(os.Stderr, "mkr %s: %v\n", name, err)
		return with.code
	default:
		fmt.Fprintf(os.Stderr, "mkr %s: %v\n", name, err)
		return 1
	}
}
