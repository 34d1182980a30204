package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strconv"
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
		"       mkr audit replay CASE [--at POSITION or TIME]: the case as it stood\n" +
		"       mkr audit ocel: the log as OCEL 2.0 (JSON), for process-mining tools; nothing personal is in it\n" +
		"       mkr audit accept-loss: begin a new signed history on a log that lost events for good")
}

func runReplay(ctx context.Context, rest []string) error {
	f := flags("audit replay")
	cfg := storeFlags(f)
	at := f.String("at", "", "a position, or an instant (RFC 3339); default: now")
	if len(rest) == 0 {
		return errors.New("which case? mkr audit replay CASE")
	}
	if err := parse(f, rest[1:]); err != nil {
		return err
	}
	when, err := parseAt(*at)
	if err != nil {
		return err
	}
	return withApp(ctx, *cfg, func(a *app.App) error {
		auditor := handlers.Caller{Account: "shell", Role: access.Auditor, Session: "shell", Language: "en"}
		v, err := a.Service().Case(ctx, auditor, rest[0], when)
		if err != nil {
			return err
		}
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(v)
	})
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
