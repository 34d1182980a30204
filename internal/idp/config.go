package idp

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"strings"
)

// Name is what people call a provider, in the languages of the house.
type Name struct {
	SQ string `json:"sq"`
	EN string `json:"en"`
}

// Config is one provider, as the file says it.
type Config struct {
	ID          string `json:"id"` // part of the address to which the provider sends people back
	Name        Name   `json:"name"`
	Institution string `json:"institution"` // whose people it knows
	Issuer      string `json:"issuer"`
	ClientID    string `json:"client_id"`
	// The secret stands in another file, or in the environment; never in this file, which people send to each other.
	SecretFile string `json:"secret_file"`
	SecretEnv  string `json:"secret_env"`
	// SecondStep says by which words in its token the provider tells that it asked for a second factor. Without any, we ask.
	SecondStep struct {
		ACR []string `json:"acr"`
		AMR []string `json:"amr"`
	} `json:"second_step"`

	Secret string `json:"-"`
}

var validID = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)

// Load reads the file of providers. An error names the line or the field that is wrong.
func Load(path string) ([]Config, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var file struct {
		Providers []Config `json:"providers"`
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err = dec.Decode(&file); err == nil {
		if _, more := dec.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("something stands after the end")
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s, line %d: %w", path, lineOf(raw, dec, err), err)
	}
	if len(file.Providers) == 0 {
		return nil, fmt.Errorf("%s: providers: none is named", path)
	}
	seen, issuers := map[string]bool{}, map[string]bool{}
	for i := range file.Providers {
		c := &file.Providers[i]
		field, err := c.check()
		switch {
		case err == nil && seen[c.ID]:
			field, err = "id", errors.New("another provider has it")
		case err == nil && issuers[c.Issuer]: // else one identity would be two, and could be linked twice
			field, err = "issuer", errors.New("another provider has it")
		}
		if err != nil {
			return nil, fmt.Errorf("%s: providers[%d].%s: %w", path, i, field, err)
		}
		seen[c.ID], issuers[c.Issuer] = true, true
	}
	return file.Providers, nil
}

func lineOf(raw []byte, dec *json.Decoder, err error) int {
	at := dec.InputOffset()
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &kind):
		at = kind.Offset
	}
	return 1 + bytes.Count(raw[:min(int(at), len(raw))], []byte("\n"))
}

// check fills in the secret, and names the field that is wrong.
func (c *Config) check() (field string, err error) {
	for _, f := range []struct{ name, value string }{
		{"id", c.ID}, {"name.sq", c.Name.SQ}, {"name.en", c.Name.EN}, {"institution", c.Institution}, {"issuer", c.Issuer}, {"client_id", c.ClientID},
	} {
		if strings.TrimSpace(f.value) == "" {
			return f.name, errors.New("required")
		}
	}
	if !validID.MatchString(c.ID) {
		return "id", errors.New("small letters, digits and hyphens, a letter first, 40 at most")
	}
	if err := secure(c.Issuer); err != nil {
		return "issuer", err
	}
	switch {
	case (c.SecretFile == "") == (c.SecretEnv == ""):
		return "secret_file", errors.New("either secret_file or secret_env is required")
	case c.SecretFile != "":
		raw, err := os.ReadFile(c.SecretFile)
		if err != nil {
			return "secret_file", err
		}
		c.Secret = strings.TrimSpace(string(raw))
	default:
		c.Secret = os.Getenv(c.SecretEnv)
	}
	if c.Secret == "" {
		return "secret_file", errors.New("the secret is empty")
	}
	return "", nil
}

// secure wants TLS, but on this machine itself, where somebody tries it.
func secure(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return errors.New("no address such as https://login.example.al")
	}
	if u.Scheme == "https" {
		return nil
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback()) {
		return nil
	}
	return errors.New("https is required")
}
