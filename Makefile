# make test runs every check. The rest are short ways to what people do most.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

GO       ?= go
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
# Packages that are compiled and tested at the same time: one a core.
PARALLEL ?= $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
# For one package. The crash tests, the fault tests and those in a real browser are the long ones.
TIMEOUT  ?= 30m
FUZZTIME ?= 10s

# The browser for the tests that need one: MKR_CHROMIUM, or the first of these in PATH.
MKR_CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome || command -v google-chrome-stable || true)
export MKR_CHROMIUM

# The race detector needs a C compiler; nothing else does.
HAVE_CC := $(shell command -v "$$($(GO) env CC)" >/dev/null 2>&1 && echo yes)
# SQLite's translated C keeps to its own locks, and watching every byte that it moves takes a third of the time: it is left out.
RACE    := $(if $(HAVE_CC),-race -gcflags='modernc.org/...=-race=false -d=checkptr=0',)

.PHONY: help
help: ## say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.PHONY: test
test: ## every check: formatting, vet, static analysis, generated code, all tests
	@$(MAKE) check-tools
	@$(MAKE) check-format
	@$(MAKE) check-vet
	@$(MAKE) check-static
	@$(MAKE) check-generated
	@$(MAKE) check-tests
	@$(MAKE) not-run

.PHONY: check-tools
check-tools:
	@if [ "$${CI:-}" = true ]; then \
	  [ -n "$(MKR_CHROMIUM)" ] || { echo "make test: no Chromium; the browser tests must not be left out in CI (set MKR_CHROMIUM)" >&2; exit 1; }; \
	  [ -n "$(HAVE_CC)" ] || { echo "make test: no C compiler; the race detector must not be left out in CI" >&2; exit 1; }; \
	fi

.PHONY: check-format
check-format:
	@echo "== gofmt"
	@bad="$$(git ls-files -co --exclude-standard '*.go' | while read -r f; do [ ! -e "$$f" ] || echo "$$f"; done | xargs gofmt -l)"; \
	 [ -z "$$bad" ] || { echo "not formatted (make fmt):"; echo "$$bad"; exit 1; }

.PHONY: check-vet
check-vet:
	@echo "== go vet"
	@$(GO) vet ./...

.PHONY: check-static
check-static:
	@echo "== staticcheck"
	@$(GO) tool staticcheck ./...

.PHONY: check-generated
check-generated:
	@echo "== generated code is fresh"
	@.ci/fresh

.PHONY: check-tests
check-tests:
	@echo "== go test $(RACE)"
	@$(GO) test $(RACE) -shuffle=on -count=1 -p $(PARALLEL) -timeout $(TIMEOUT) $$($(GO) list ./... | grep -v /browsertest$$)
	@echo "== go test, what the race detector would slow too much"
	@$(GO) test -shuffle=on -count=1 -timeout $(TIMEOUT) ./web/browsertest
	@$(GO) test -count=1 -timeout $(TIMEOUT) -run '^(TestThePlanIsBesideCounts|TestAYearInTheCounty|TestOrdinaryWorkIsHardlyQuestioned|TestThePastEqualsAShadow)$$' ./internal/demo ./internal/year ./projections

# What a green run does not say, by name.
.PHONY: not-run
not-run:
	@echo "== all checks passed"
	@echo "not run here:"; \
	 none=1; say() { echo "  - $$1"; none=; }; \
	 [ -n "$(RACE)" ] || say "the race detector: no C compiler (tests ran without it)"; \
	 [ -n "$(MKR_CHROMIUM)" ] || say "browser tests: no Chromium in PATH and MKR_CHROMIUM is not set"; \
	 [ -n "$${MKR_TEST_ESDB:-}" ] || say "the conformance suite against a real EventStoreDB: MKR_TEST_ESDB is not set (it ran against esdbtest)"; \
	 [ -n "$${MKR_TEST_S3:-}" ] || say "the store of files against a real S3 service: MKR_TEST_S3 is not set (it ran against an in-process one)"; \
	 docker compose version >/dev/null 2>&1 && docker info >/dev/null 2>&1 || say "docker-compose.yml and the Dockerfile: no container engine (their text was checked)"; \
	 docker compose version >/dev/null 2>&1 && docker info >/dev/null 2>&1 && say "docker-compose.yml and the Dockerfile: try them with make image (their text was checked)" || true; \
	 [ -z "$$none" ] || echo "  nothing was left out"

.PHONY: build
build: ## the static binary, in bin/mkr
	@# What the Dockerfile says too. grpcnotrace: grpc's tracing pages, which nothing serves, bring in every exported method, 6 MB of them.
	@# -l for the pages: a component that is inlined brings a copy of all its markup into each that shows it, 2.4 MB of them.
	CGO_ENABLED=0 $(GO) build -tags grpcnotrace -gcflags=mkr/web/pages=-l -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/mkr ./cmd/mkr
	@ls -l bin/mkr | awk '{printf "bin/mkr: %.1f MB\n", $$5/1e6}'

.PHONY: sbom
sbom: build ## what the binary is made of, as CycloneDX JSON, in bin/mkr.cdx.json
	@bin/mkr version --sbom >bin/mkr.cdx.json
	@ls -l bin/mkr.cdx.json | awk '{print $$NF": "$$5" bytes"}'

.PHONY: vulncheck
# It asks vuln.go.dev, so it is no part of `make test`: a check must not fail for want of a network. docs/dependencies.md says when to run it.
vulncheck: ## known vulnerabilities in what the binary really calls (needs the network)
	$(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0 -tags grpcnotrace ./cmd/mkr

.PHONY: demo
demo: ## the Shkodër year on this machine; ARGS="--speed 600" lets partners act
	$(GO) run ./cmd/mkr demo $(ARGS)

.PHONY: fmt
fmt: ## format Go and templates
	$(GO) tool templ fmt web
	gofmt -w $$(git ls-files -co --exclude-standard '*.go')

.PHONY: generate
# From the root: the path of a template is written into what is generated from it.
generate: ## templates and docs/events.md
	$(GO) tool templ generate
	$(GO) run ./internal/house/eventdocs

.PHONY: guide-pictures
guide-pictures: ## the pictures of docs/guide, made anew by the browser tests
	MKR_GUIDE_PICTURES=1 MKR_REQUIRE_BROWSER=1 $(GO) test -count=1 -run '^TestGuidePictures$$' ./web/browsertest
	@du -sh docs/guide/images

.PHONY: bench
bench: ## benchmarks of modest size; BENCH=Append COUNT=5 chooses. docs/performance.md explains them
	@uptime
	$(GO) test -run '^$$' -bench '$(or $(BENCH),.)' -benchmem -benchtime $(or $(BENCHTIME),1s) -count $(or $(COUNT),1) -p 1 -timeout 120m ./...
	@uptime

.PHONY: bench-full
bench-full: export MKR_BENCH_EVENTS ?= 1000000
bench-full: export MKR_BENCH_CASES ?= 10000
bench-full: ## the same with a million events, ten thousand open cases, and up to ten thousand sockets
	@$(MAKE) bench BENCH='$(or $(BENCH),Append$$|AppendAtScale|Scan|ReadStream|Rebuild|Stored|Board|Command|Acknowledged|Past|Server)' BENCHTIME=$(or $(BENCHTIME),5x)
	@MKR_BENCH_SUBSCRIBERS=1000 $(MAKE) bench BENCH=FanOut BENCHTIME=1x
	@MKR_BENCH_SUBSCRIBERS=5000 $(MAKE) bench BENCH=FanOut BENCHTIME=1x
	@MKR_BENCH_SUBSCRIBERS=10000 MKR_BENCH_RATE=4 $(MAKE) bench BENCH=FanOut BENCHTIME=1x

.PHONY: fuzz
fuzz: ## every fuzz test for FUZZTIME (10s each)
	@for pkg in $$(git grep -lE '^func Fuzz' -- '*_test.go' | xargs -r -n1 dirname | sort -u); do \
	  for f in $$($(GO) test -list '^Fuzz' "./$$pkg" | grep '^Fuzz'); do \
	    echo "== $$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) "./$$pkg"; \
	  done; \
	done

.PHONY: image
image: ## the container image mkr:VERSION
	docker build --build-arg VERSION=$(VERSION) -t mkr:$(VERSION) -t mkr:latest .
