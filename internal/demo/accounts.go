package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"time"

	"mkr/handlers"
	"mkr/internal/password"
)

// SignIn is an account that a visitor may use. Its password is no secret.
type SignIn struct {
	Role, Institution, Username, Password string
	InstitutionEN                         string
}

// Account is one entry of accounts.json, for scripts.
type Account struct {
	Role            string `json:"role"`
	Institution     string `json:"institution"` // id
	Account         string `json:"account"`     // user name for signing in
	Password        string `json:"password"`
	Token           string `json:"token"` // bearer token for the API
	InstitutionName string `json:"institution_name"`
}

// tokenLife is how long a demo's tokens stand.
const tokenLife = 30 * 24 * time.Hour

// passwordOf derives an account's password from the seed: readable, and always the same.
func passwordOf(seed uint64, username string) string {
	rng := rand.New(rand.NewPCG(seed, hashOf("password "+username)))
	draw := make([]byte, 10)
	for i := range draw {
		draw[i] = byte(rng.Uint32())
	}
	word, err := password.GenerateFrom(strings.NewReader(string(draw)))
	if err != nil {
		panic("demo: ten bytes make a password: " + err.Error())
	}
	return word
}

func signIns(seed uint64) []SignIn {
	out := make([]SignIn, len(seats))
	for i, s := range seats {
		out[i] = SignIn{Role: s.role, Institution: placeOf(s.place).sq, InstitutionEN: placeOf(s.place).en, Username: s.username, Password: passwordOf(seed, s.username)}
	}
	return out
}

// findAccounts finds the ids of the demo's accounts in a store that holds it already.
func (d *Demo) findAccounts(ctx context.Context) error {
	lines, err := d.svc.Accounts(ctx, handlers.Shell())
	if err != nil {
		return err
	}
	byName := map[string]string{}
	for _, l := range lines {
		byName[l.Username] = l.Account
	}
	for _, s := range seats {
		id, ok := byName[s.username]
		if !ok {
			return ErrUnfinished
		}
		d.house.visitors[s.username] = id
		if !s.works() {
			continue
		}
		if id, ok = byName[s.colleague()]; !ok {
			return ErrUnfinished
		}
		d.house.employ(s, id)
	}
	return nil
}

// WriteAccounts writes accounts.json, readable by its owner only. Tokens that the file holds already and that are still
// good are kept; the others are issued anew. Call it after Load.
func (d *Demo) WriteAccounts(path string) error {
	if d.svc == nil {
		return errors.New("demo: accounts are written after the demo is loaded")
	}
	ctx := context.Background()
	had, err := readAccounts(path)
	if err != nil {
		return err
	}
	out := make([]Account, len(seats))
	for i, s := range seats {
		id := d.house.visitors[s.username]
		token := had[s.username]
		if c, err := d.svc.Authenticate(ctx, token); err != nil || c.Account != id {
			if token, _, err = d.svc.IssueToken(ctx, id, "accounts.json", tokenLife); err != nil {
				return fmt.Errorf("token of %s: %w", s.username, err)
			}
		}
		out[i] = Account{
			Role: s.role, Institution: d.house.id(s.place), InstitutionName: placeOf(s.place).sq,
			Account: s.username, Password: passwordOf(d.Seed, s.username), Token: token,
		}
	}
	text, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(path, append(text, '\n'))
}

// readAccounts reads the tokens of an earlier file, by user name. A file that is not there or not whole has none.
func readAccounts(path string) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []Account
	if json.Unmarshal(text, &list) != nil {
		return nil, nil
	}
	out := map[string]string{}
	for _, a := range list {
		out[a.Account] = a.Token
	}
	return out, nil
}

// replaceFile writes beside and renames, so that nobody reads half of it.
func replaceFile(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".accounts-*") // made with mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// Greeting is what the demo prints for whoever has started it: where it is, and one account per role.
func (d *Demo) Greeting(url, path string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\nmkr demo: %s   (the Shkodër year; everybody in it is invented)\n\n", url)
	fmt.Fprintf(&b, "  %-24s %-24s %-26s %s\n", "role", "account", "password", "institution")
	for _, s := range d.SignIns {
		fmt.Fprintf(&b, "  %-24s %-24s %-26s %s\n", s.Role, s.Username, s.Password, s.Institution)
	}
	fmt.Fprintf(&b, "\nTokens for scripts: %s\n\n", path)
	return b.String()
}
