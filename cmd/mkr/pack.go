package main

import (
	"context"
	"fmt"
	"os"

	"mkr/handlers"
	"mkr/internal/app"
)

// runPack lists the rule packs with what each version changed, and loads new ones. A file that cannot be a pack is refused
// with the line and the reason, and nothing is stored.
func runPack(ctx context.Context, args []string) error {
	f := flags("pack")
	cfg := storeFlags(f)
	load := f.String("load", "", "load this file as a new version of a rule pack")
	calendar := f.String("calendar", "", "load this file as the public holidays of a year")
	if err := parse(f, args); err != nil {
		return err
	}
	return withApp(ctx, *cfg, func(a *app.App) error {
		s, me := a.Service(), handlers.Shell()
		for _, file := range []struct {
			name string
			load func(text string, env handlers.Envelope) (handlers.Receipt, error)
		}{
			{*load, func(text string, env handlers.Envelope) (handlers.Receipt, error) {
				return s.LoadPack(ctx, me, handlers.LoadPack{Pack: text}, env)
			}},
			{*calendar, func(text string, env handlers.Envelope) (handlers.Receipt, error) {
				return s.LoadCalendar(ctx, me, handlers.LoadCalendar{Calendar: text}, env)
			}},
		} {
			if file.name == "" {
				continue
			}
			text, err := os.ReadFile(file.name)
			if err != nil {
				return err
			}
			if _, err := file.load(string(text), handlers.Envelope{Key: handlers.NewKey()}); err != nil {
				return fmt.Errorf("%s: %w", file.name, err)
			}
		}
		view, err := s.Rules(ctx, me, 0)
		if err != nil {
			return err
		}
		for _, p := range view.Packs {
			state := "came with the program"
			if p.Loaded.Position > 0 {
				state = "loaded " + p.Loaded.At.Format("2006-01-02 15:04") + "Z"
			}
			if p.Holds {
				state += ", holds"
			}
			fmt.Printf("%-16s version %d  from %s  %3d rules  %s\n", p.Pack, p.Version, p.ValidFrom, len(p.Rules), state)
			for _, c := range p.Changes {
				fmt.Printf("    %s %s: %q -> %q\n", c.Rule, c.Field, c.Before, c.After)
			}
		}
		for _, y := range view.Years {
			fmt.Printf("holidays %d       loaded %s\n", y.Year, y.Loaded.At.Format("2006-01-02 15:04Z"))
		}
		return nil
	})
}
