package house

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"mkr/domain/casefile"
)

// What docker-compose.yml promises and nobody can see by running it on a machine without an engine.

func asMap(v any) map[string]any { m, _ := v.(map[string]any); return m }
func asList(v any) []any         { l, _ := v.([]any); return l }

// names lists a list's words, or a map's keys: networks and depends_on may be either.
func names(v any) []string {
	var out []string
	for _, x := range asList(v) {
		out = append(out, fmt.Sprint(x))
	}
	return append(out, slices.Sorted(maps.Keys(asMap(v)))...)
}

// checkCompose looks at the services: who is reachable, what is limited, what is kept.
func checkCompose(compose map[string]any) []string {
	var wrong []string
	services, networks, volumes := asMap(compose["services"]), asMap(compose["networks"]), asMap(compose["volumes"])
	for _, name := range slices.Sorted(maps.Keys(services)) {
		s := asMap(services[name])
		say := func(format string, args ...any) { wrong = append(wrong, name+" "+fmt.Sprintf(format, args...)) }
		if _, open := s["ports"]; open && name != "caddy" {
			say("publishes ports: only Caddy may")
		}
		for _, key := range []string{"restart", "mem_limit", "cpus", "security_opt"} {
			if s[key] == nil {
				say("has no %s", key)
			}
		}
		image := fmt.Sprint(s["image"])
		if tag := image[strings.LastIndex(image, ":")+1:]; s["build"] == nil && (tag == image || tag == "latest") {
			say("has the image %s: say which version", image)
		}
		for _, n := range names(s["networks"]) {
			if _, ok := networks[n]; !ok {
				say("is in the network %s, which is not declared", n)
			}
			if n != "outside" && asMap(networks[n])["internal"] != "true" {
				say("is in the network %s, which is not internal", n)
			}
			if n == "outside" && name != "caddy" {
				say("can reach the world: only Caddy must")
			}
		}
		for _, v := range asList(s["volumes"]) {
			source, _, _ := strings.Cut(fmt.Sprint(v), ":")
			if _, ok := volumes[source]; !ok && !strings.HasPrefix(source, "./") {
				say("uses the volume %s, which is not declared", source)
			}
		}
		for _, d := range names(s["depends_on"]) {
			if services[d] == nil {
				say("waits for %s, which is not there", d)
			}
		}
		for key, value := range asMap(s["environment"]) {
			if strings.Contains(key, "PASSWORD") || strings.Contains(fmt.Sprint(value), "esdb://") {
				say("has a secret in the open: %s", key)
			}
		}
	}
	return wrong
}

func TestCompose(t *testing.T) {
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	v, err := readYAML(text(t, root, "docker-compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	compose := asMap(v)
	if got := names(compose["services"]); strings.Join(got, " ") != "caddy certificates eventstore mkr" {
		t.Fatalf("services: %q", got)
	}
	hold(t, "services", checkCompose(compose))
	mkr := asMap(asMap(compose["services"])["mkr"])
	if asMap(asMap(mkr["depends_on"])["eventstore"])["condition"] != "service_healthy" || mkr["read_only"] != "true" {
		t.Error("mkr must wait for a healthy store and write to its volumes only")
	}
	// Between the services everything is encrypted, and callers are told apart by the address that Caddy writes.
	env := asMap(mkr["environment"])
	for key, want := range map[string]string{"MKR_TLS_CERT": "/tls/node.crt", "MKR_TLS_KEY": "/tls/node.key", "MKR_PROXIED": "true", "MKR_REQUIRE_TLS": "true"} {
		if got := fmt.Sprint(env[key]); got != want {
			t.Errorf("mkr has %s %q, want %q", key, got, want)
		}
	}
	if door := text(t, root, "deploy/Caddyfile"); !strings.Contains(door, "reverse_proxy https://mkr:8443") || !strings.Contains(door, "tls_trust_pool file /ca/ca.crt") || strings.Contains(door, "insecure") {
		t.Error("Caddy must reach mkr over TLS, and believe the house's own authority alone")
	}
	if store := text(t, root, "deploy/prepare"); !strings.Contains(store, "tls=true&tlsCaFile=/ca/ca.crt") {
		t.Error("mkr must reach the store over TLS, and believe the house's own authority alone")
	}
	// What the image expects and what the file gives must be the same.
	dockerfile := text(t, root, "Dockerfile")
	for _, want := range []string{"USER 65532:65532", "CGO_ENABLED=0", "FROM scratch", "HEALTHCHECK", `VOLUME ["/data", "/key"]`} {
		if !strings.Contains(dockerfile, want) {
			t.Errorf("the Dockerfile lacks %q", want)
		}
	}
}

// TestTheDoor: what the proxy in front must do for what stands in docs/security/asvs.md, and that it lets through what mkr takes in.
func TestTheDoor(t *testing.T) {
	root, _ := repo(t)
	door := text(t, root, "deploy/Caddyfile")
	for _, want := range []string{
		"admin off", `header >Strict-Transport-Security "max-age=31536000; includeSubDomains"`, "respond @inside 404",
		"http://{$MKR_DOMAIN:localhost} {\n\thandle /api/* {\n\t\trespond \"This is spoken to over TLS only.\" 403\n\t}\n",
	} {
		if !strings.Contains(door, want) {
			t.Errorf("deploy/Caddyfile lacks %q", want)
		}
	}
	size := regexp.MustCompile(`max_size (\d+)MB`).FindStringSubmatch(door)
	if size == nil {
		t.Fatal("deploy/Caddyfile bounds no body")
	}
	if n, _ := strconv.Atoi(size[1]); n*1_000_000 < casefile.MaxFile+256<<10 {
		t.Errorf("the door takes %d MB, and a file may have %d bytes", n, casefile.MaxFile)
	}
}

func TestComposeRuleSeesBreaches(t *testing.T) {
	const fine = "    restart: always\n    mem_limit: 1g\n    cpus: 1\n    security_opt: [a]\n"
	try := func(name, text string, words ...string) {
		t.Helper()
		v, err := readYAML(text)
		if err != nil {
			t.Fatal(err)
		}
		breach(t, name, checkCompose(asMap(v)), words...)
	}
	service := func(name, more string) string {
		return "services:\n  " + name + ":\n    image: a/b:1\n" + fine + more
	}
	try("nothing wrong", service("mkr", "    networks: [in]\n")+"networks:\n  in:\n    internal: true\n")
	try("ports", service("mkr", "    ports:\n      - \"1:1\"\n"), "mkr publishes ports")
	try("any version", "services:\n  mkr:\n    image: a/b\n"+fine, "say which version")
	try("no limit", strings.Replace(service("mkr", ""), "    mem_limit: 1g\n", "", 1), "mkr has no mem_limit")
	try("open network", service("mkr", "    networks: [in]\n")+"networks:\n  in: {}\n", "not internal")
	try("the world", service("mkr", "    networks: [outside]\n")+"networks:\n  outside: {}\n", "only Caddy must")
	try("volume", service("mkr", "    volumes:\n      - data:/data\n"), "volume data")
	try("order", service("mkr", "    depends_on: [db]\n"), "waits for db")
	try("secret", service("mkr", "    environment:\n      A_PASSWORD: x\n"), "secret in the open")
	for _, text := range []string{"a: 1\na: 2", "a:\n  b: 1\n c: 2", "a: &x 1", "a b", "\ta: 1", "a: b: c"} {
		if v, err := readYAML(text); err == nil {
			t.Errorf("%q was read as %v", text, v)
		}
	}
}
