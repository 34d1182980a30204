package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"mkr/domain/access"
	"mkr/domain/directory"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/app"
	"mkr/internal/password"
)

// withApp opens a folder (or a store) for a tool, with its views caught up, and closes it again.
func withApp(ctx context.Context, cfg app.Config, do func(a *app.App) error) error {
	a, err := app.New(cfg)
	if err != nil {
		return err
	}
	defer func() { _ = a.Stop(context.Background()) }()
	a.StartViews()
	if err := a.Ready(ctx); err != nil {
		return err
	}
	return do(a)
}

// withLog is withApp for tools that only make sense where there is a log: a mistyped folder is said, and not made.
func withLog(ctx context.Context, cfg app.Config, do func(a *app.App) error) error {
	if !app.HasLog(cfg) {
		return errors.New("there is no log here: --data or --store names another place than the server's")
	}
	return withApp(ctx, cfg, do)
}

// storeFlags are those that say which log a tool works on.
func storeFlags(f *flag.FlagSet) *app.Config {
	cfg := &app.Config{}
	f.StringVar(&cfg.DataDir, "data", "data", "folder of the log, the keys and the views")
	f.StringVar(&cfg.Store, "store", "", "sqlite:FOLDER, or esdb://...; default: the embedded log in --data")
	f.StringVar(&cfg.KeysDir, "keys", "", "folder of the persons' keys; default: keys in --data. Servers on one store share it")
	f.StringVar(&cfg.FilesDir, "files", "", "folder of the cases' files, or an object store as for serve; default: files in --data")
	f.StringVar(&cfg.S3KeyFile, "s3-key-file", "", "access key and secret of the object store, a line each")
	f.StringVar(&cfg.KeyFile, "key-file", "", "deployment key, when it is kept apart from the data")
	requireTLS(f, cfg)
	return cfg
}

func requireTLS(f *flag.FlagSet, cfg *app.Config) {
	f.BoolVar(&cfg.RequireTLS, "require-tls", false, "refuse whatever others could read on the way: an --addr that other machines reach without a certificate, a --store, --files or --scan elsewhere without TLS or without a check of its certificate; without it the log warns")
}

func runInstitution(ctx context.Context, args []string) error {
	f := flags("institution")
	cfg := storeFlags(f)
	kind := f.String("kind", "", "register one of this kind: "+strings.Join(directory.Kinds, ", "))
	sector := f.String("sector", directory.Public, "public or private")
	sq := f.String("name-sq", "", "its name in Albanian")
	en := f.String("name-en", "", "its name in English")
	services := f.String("services", "", "services it offers, with commas between them")
	on := f.Bool("on-platform", true, "its people use mkr")
	if err := parse(f, args); err != nil {
		return err
	}
	with := withLog
	if *kind != "" {
		with = withApp // the first institution begins the log
	}
	return with(ctx, *cfg, func(a *app.App) error {
		s := a.Service()
		if *kind != "" {
			id := handlers.NewKey()
			cmd := directory.Register{Institution: id.String(), Kind: *kind, Sector: *sector, Details: directory.Details{Name: directory.Text{SQ: *sq, EN: *en}, OnPlatform: *on}}
			if _, err := s.InstitutionCommand(ctx, handlers.Shell(), id.String(), cmd, handlers.Envelope{Key: handlers.NewKey()}); err != nil {
				return err
			}
			for _, code := range strings.FieldsFunc(*services, func(r rune) bool { return r == ',' || r == ' ' }) {
				offer := directory.OfferService{Offer: directory.Offer{Service: code, AssuredAt: time.Now().UTC()}}
				if _, err := s.InstitutionCommand(ctx, handlers.Shell(), id.String(), offer, handlers.Envelope{Key: handlers.NewKey()}); err != nil {
					return err
				}
			}
			fmt.Println(id)
			return nil
		}
		list, err := s.Institutions(ctx)
		if err != nil {
			return err
		}
		for _, i := range list.Items {
			fmt.Printf("%s  %-20s  %s\n", i.Institution, i.Kind, i.Name.EN)
		}
		return nil
	})
}

func runAccount(ctx context.Context, args []string) error {
	f := flags("account")
	cfg := storeFlags(f)
	institution := f.String("institution", "", "open an account at this institution (id)")
	role := f.String("role", "", "its role: "+strings.Join(access.Roles, ", "))
	username := f.String("username", "", "its user name")
	name := f.String("name", "", "its holder's name")
	lock := f.String("lock", "", "lock this account (id)")
	recover := f.String("recover", "", "let the holder of this account (id) in again: ask for it or, if somebody else has asked, agree; then its new password is shown once")
	token := f.String("token", "", "issue a bearer token for this account (id); it is shown once")
	if err := parse(f, args); err != nil {
		return err
	}
	return withLog(ctx, *cfg, func(a *app.App) error {
		s, me := a.Service(), handlers.Shell()
		switch {
		case *institution != "":
			secret, err := password.Generate()
			if err != nil {
				return err
			}
			in := handlers.NewAccount{Institution: *institution, Role: *role, Username: person.PlainOf(*username), Display: person.PlainOf(*name), Password: person.PlainOf(secret), First: true}
			r, err := s.OpenAccount(ctx, me, in, handlers.Envelope{Key: handlers.NewKey()})
			if err != nil {
				return err
			}
			fmt.Printf("account %s\npassword %s\n", r.ID, secret)
			return nil
		case *lock != "":
			_, err := s.LockAccount(ctx, me, *lock, "other", handlers.Envelope{Key: handlers.NewKey()})
			return err
		case *recover != "":
			return runRecovery(ctx, s, *recover)
		case *token != "":
			secret, _, err := s.IssueToken(ctx, *token, "shell", 90*24*time.Hour)
			if err == nil {
				fmt.Println(secret)
			}
			return err
		}
		list, err := s.Accounts(ctx, me)
		if err != nil {
			return err
		}
		for _, l := range list {
			state := "open"
			if l.Locked {
				state = "locked"
			}
			fmt.Printf("%s  %-24s %-22s %s\n", l.Account, l.Username, l.Role, state)
		}
		return nil
	})
}

// runRecovery is the shell's part of letting a holder in again: it is one of the two people, never both.
func runRecovery(ctx context.Context, s *handlers.Service, id string) error {
	of, err := s.Account(ctx, handlers.Shell(), id)
	if err != nil {
		return err
	}
	name, in := "account.ask_recovery", handlers.AccountInput(&handlers.AskRecovery{})
	if of.RecoveryAsked {
		name, in = "account.grant_recovery", &handlers.GrantRecovery{}
	}
	a, _ := handlers.AccountActionNamed(name)
	r, err := s.DoAccount(ctx, handlers.Shell(), id, a, in, handlers.Envelope{Key: handlers.NewKey()})
	if err != nil {
		return err
	}
	if r.Secret == "" {
		fmt.Println("asked for; another administrator or the coordinator has to agree, on her account page")
		return nil
	}
	fmt.Printf("account %s\npassword %s\n", id, r.Secret)
	return nil
}

func runKey(ctx context.Context, args []string) error {
	f := flags("key")
	cfg := storeFlags(f)
	f.BoolVar(&cfg.NewKeys, "new", false, "begin with new keys, because the old ones are lost for ever: no name filed so far opens again")
	rotate := f.Bool("rotate", false, "replace the deployment key and wrap all others under the new one; servers may run meanwhile")
	if err := parse(f, args); err != nil {
		return err
	}
	if *rotate {
		r, err := app.RotateKeys(ctx, *cfg)
		if err != nil {
			return err
		}
		fmt.Printf("a new deployment key wraps all keys now (%d were wrapped anew), and the old one opens none; back up the new one apart from the log, and keys.db after it (docs/runbooks/)\n", r.Keys)
		return nil
	}
	return withApp(ctx, *cfg, func(a *app.App) error {
		fmt.Println("the deployment key opens the keys of this folder; back it up apart from the log (docs/runbooks/)")
		fmt.Println("checkpoints of the log are signed under this public key; make it known, so that anybody can verify them:")
		fmt.Println(a.PublicKey())
		return nil
	})
}

func runPolicy(_ context.Context, args []string) error {
	if err := parse(flags("policy"), args); err != nil {
		return err
	}
	fmt.Print(access.Print())
	return nil
}

func runHealth(ctx context.Context, args []string) error {
	f := flags("health")
	addr := f.String("addr", "127.0.0.1:8080", "address of the server")
	cert := f.String("tls-cert", "", "certificate that it serves with, as said to serve: it is asked over TLS, and no other is believed")
	if err := parse(f, args); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	client, scheme := http.DefaultClient, "http"
	if *cert != "" {
		config, err := believes(*cert)
		if err != nil {
			return fmt.Errorf("--tls-cert: %w", err)
		}
		client, scheme = &http.Client{Transport: &http.Transport{TLSClientConfig: config}}, "https"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+*addr+"/readyz", nil)
	if err != nil {
		return err
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: %s", res.Status)
	}
	fmt.Fprintln(os.Stdout, "ready")
	return nil
}

// believes is how to talk to a server on this machine that serves with the certificate of a file, whatever name that is made out for.
func believes(path string) (*tls.Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	block, _ := pem.Decode(text)
	if !roots.AppendCertsFromPEM(text) || block == nil {
		return nil, fmt.Errorf("%s: no certificate", path)
	}
	leaf, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{RootCAs: roots}
	switch {
	case len(leaf.DNSNames) > 0:
		config.ServerName = strings.Replace(leaf.DNSNames[0], "*", "any", 1)
	case len(leaf.IPAddresses) > 0:
		config.ServerName = leaf.IPAddresses[0].String()
	}
	return config, nil
}
