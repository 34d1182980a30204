package main

import (
	"errors"
	"flag"
	"os"
	"strings"
)

// parse reads flags; each may also be given as MKR_NAME in the environment, which the command line overrides.
func parse(f *flag.FlagSet, args []string) error {
	var bad error
	f.VisitAll(func(fl *flag.Flag) {
		name := "MKR_" + strings.ToUpper(strings.ReplaceAll(fl.Name, "-", "_"))
		if v, ok := os.LookupEnv(name); ok && bad == nil {
			if err := fl.Value.Set(v); err != nil {
				bad = errors.New(name + ": " + err.Error())
			}
		}
	})
	if bad != nil {
		return bad
	}
	switch err := f.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return errHelp
	case err != nil:
		return errUsage
	}
	return nil
}

func flags(name string) *flag.FlagSet { return flag.NewFlagSet("mkr "+name, flag.ContinueOnError) }
