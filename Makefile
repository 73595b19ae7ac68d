# Skarga. `make help` lists what there is.
GO      ?= go
COMMIT  := $(shell git rev-parse --short HEAD 2>/dev/null || echo unknown)
LDFLAGS := -X main.commit=$(COMMIT)
CORPUS  ?= ../shared/corpus
STATICCHECK := $(GO) tool honnef.co/go/tools/cmd/staticcheck

.PHONY: help demo build check lint test setup corpus bench soak fuzz

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 10

build: ## build bin/skarga
	@echo 'building bin/skarga (the first time takes a minute or two)' >&2
	@$(GO) build -ldflags '$(LDFLAGS)' -o bin/skarga ./cmd/skarga

demo: build ## show Skarga at work; ARGS=--once ends by itself
	@bin/skarga demo $(ARGS)

check: lint ## format, vet, staticcheck, unit tests on SQLite: the fast loop
	SKARGA_TEST=fast $(GO) test -short ./...

lint:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "gofmt would change:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(STATICCHECK) ./...

setup: # install the servers that the tests need
	@sh internal/setup.sh

test: setup lint ## everything: real servers, both databases, a short soak
	$(GO) test -race=false -count=1 -timeout 24m ./...
	@git diff --quiet || { echo "the tests changed the tree:"; git status --short; exit 1; }

corpus: build ## score `skarga explain` over real inputs: CORPUS=folder
	@$(GO) run ./internal/corpus -skarga bin/skarga $(CORPUS)

bench: build ## speed and memory, as ratios in one run
	@$(GO) run ./internal/bench $(ARGS)

soak: build ## 100 kills, long faults
	SKARGA_SOAK=1 $(GO) test -count=1 -timeout 3h -v ./internal/faults

fuzz: ## each fuzz target for FUZZTIME (default 1m)
	@for p in $$(grep -lr '^func Fuzz' --include=*_test.go . | xargs -n1 dirname | sort -u); do \
	  for f in $$(grep -hoE '^func Fuzz[A-Za-z0-9]+' $$p/*_test.go | sed 's/func //'); do \
	    echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $${FUZZTIME:-1m} -fuzzminimizetime 10x $$p || exit 1; done; done
