package idp_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mkr/internal/idp"
)

const good = `{"providers": [
	{"id": "spitali", "name": {"sq": "Spitali", "en": "Hospital"}, "institution": "i-1",
		"issuer": "https://login.example.al", "client_id": "mkr", "secret_env": "IDP_TEST_SECRET", "second_step": {"amr": ["mfa"]}}
]}`

func load(t *testing.T, text string) ([]idp.Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "providers.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return idp.Load(path)
}

// A file that is not right is refused with the line or the field that is wrong, and no secret stands in it.
func TestABadFileOfProvidersIsRefused(t *testing.T) {
	t.Setenv("IDP_TEST_SECRET", "s")
	t.Setenv("IDP_TEST_EMPTY", "")
	all, err := load(t, good)
	if err != nil || len(all) != 1 || all[0].Secret != "s" || all[0].SecondStep.AMR[0] != "mfa" {
		t.Fatalf("%+v, %v", all, err)
	}
	in := func(old, new string) string { return strings.Replace(good, old, new, 1) }
	for name, c := range map[string]struct{ file, says string }{
		"no JSON":           {in(`"issuer":`, `"issuer"`), "line 3"},
		"a number":          {in(`"client_id": "mkr"`, `"client_id": 7`), "line 3"},
		"an unknown field":  {in(`"client_id"`, `"client"`), `unknown field "client"`},
		"the secret itself": {in(`"secret_env": "IDP_TEST_SECRET"`, `"secret": "s"`), `unknown field "secret"`},
		"something after":   {good + "{}", "after the end"},
		"none":              {`{"providers": []}`, "providers: none"},
		"no name":           {in(`"en": "Hospital"`, `"en": " "`), "providers[0].name.en"},
		"a bad id":          {in(`"spitali"`, `"../x"`), "providers[0].id"},
		"no TLS":            {in("https:", "http:"), "providers[0].issuer"},
		"no secret":         {in(`, "secret_env": "IDP_TEST_SECRET"`, ""), "providers[0].secret_file"},
		"an empty secret":   {in("IDP_TEST_SECRET", "IDP_TEST_EMPTY"), "providers[0].secret_file"},
		"no such file":      {in(`"secret_env": "IDP_TEST_SECRET"`, `"secret_file": "/nowhere/at/all"`), "providers[0].secret_file"},
		"twice": {strings.Replace(good, "\n]}", `, {"id": "spitali", "name": {"sq": "a", "en": "b"}, "institution": "i", "issuer": "https://b.example.al",
			"client_id": "m", "secret_env": "IDP_TEST_SECRET"}]}`, 1), "providers[1].id"},
		"one issuer twice": {strings.Replace(good, "\n]}", `, {"id": "b", "name": {"sq": "a", "en": "b"}, "institution": "i", "issuer": "https://login.example.al",
			"client_id": "m", "secret_env": "IDP_TEST_SECRET"}]}`, 1), "providers[1].issuer"},
	} {
		if _, err := load(t, c.file); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, not %q", name, err, c.says)
		}
	}
	if _, err := idp.New("", all, time.Now); err == nil {
		t.Error("without an address people are sent back to nowhere")
	}
}
