package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"mkr/domain/access"
	"mkr/handlers"
	"mkr/internal/app"
)

func runAudit(ctx context.Context, args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "verify":
			return runVerify(ctx, args[1:])
		case "replay":
			return runReplay(ctx, args[1:])
		case "ocel":
			return runOCEL(ctx, args[1:])
		case "accept-loss":
			return runForgive(ctx, args[1:])
		}
	}
	return errors.New("mkr audit verify FILE [--key KEY]: is a case file what was signed? Offline; 0 valid, 1 invalid, 2 unreadable\n" +
		"       mkr audit verify [--data DIR | --store ...]: are the whole log, and the views?\n" +
		"       mkr audit replay CASE [--at POSITION or TIME]: the case, by its code or its id, as it stood\n" +
		"       mkr audit ocel: the log as OCEL 2.0 (JSON), for process-mining tools; nothing personal is in it\n" +
		"       mkr audit accept-loss: begin a new signed history on a log that lost events for good")
}

func runReplay(ctx context.Context, rest []string) error {
	f := flags("audit replay")
	cfg := storeFlags(f)
	at := f.String("at", "", "a position, or an instant (RFC 3339); default: now")
	if len(rest) > 0 && !strings.HasPrefix(rest[0], "-") { // flags may follow the case
		rest = append(rest[1:len(rest):len(rest)], rest[0])
	}
	if err := parse(f, rest); err != nil {
		return err
	}
	if f.NArg() != 1 {
		return errors.New("which case? mkr audit replay CASE, by its code or its id")
	}
	when, err := parseAt(*at)
	if err != nil {
		return err
	}
	return withLog(ctx, *cfg, func(a *app.App) error {
		auditor := handlers.Caller{Account: "shell", Role: access.Auditor, Session: "shell", Language: "en"}
		id, err := caseNamed(ctx, a.Service(), auditor, f.Arg(0))
		if err != nil {
			return err
		}
		v, err := a.Service().Case(ctx, auditor, id, when)
		if errors.Is(err, handlers.ErrNotFound) {
			return fmt.Errorf("no such case at that moment: %s", f.Arg(0))
		}
		if err != nil {
			return err
		}
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(v)
	})
}

// caseNamed is the id of the case of a code such as DHF-2026-0001; what is no code is an id already.
func caseNamed(ctx context.Context, s *handlers.Service, c handlers.Caller, name string) (string, error) {
	list, err := s.Register(ctx, c, handlers.ListQuery{Code: name})
	if err != nil {
		return "", err
	}
	for _, row := range list.Items {
		if row.Code == name {
			return row.Case, nil
		}
	}
	return name, nil
}

func parseAt(text string) (handlers.At, error) {
	if text == "" {
		return handlers.At{}, nil
	}
	if n, err := strconv.ParseUint(text, 10, 64); err == nil {
		return handlers.At{Position: n}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return handlers.At{}, errors.New("--at: a position, or an instant such as 2026-11-22T10:00:00Z")
	}
	return handlers.At{Time: t}, nil
}
