# Lantai. `make run` and `make test` are all a newcomer needs.

VERSION := $(shell git describe --tags --always 2>/dev/null || echo dev)
# The one tag set of every program that ships.
TAGS    := migrated_fynedo,sqlite_fts5
# The window tests leave out migrated_fynedo, so that calls on the wrong thread show.
TESTTAGS := sqlite_fts5
LDFLAGS := -s -w -X main.version=$(VERSION)
SAMPLE  := build/sample
GOLANGCI := v2.15.0
GOVULNCHECK := v1.9.0
TOOLS   := $(CURDIR)/build/tools
# Runs go test, counts what ran, and says at its end how many passed, failed and were skipped.
GOTEST  := $(TOOLS)/gotestsum --format pkgname-and-test-fails --format-hide-empty-pkg --

.PHONY: build run test unit e2e lint vuln torture fuzz clean \
	bench bench-adopt bench-audit bench-catalogue bench-import bench-ocr bench-offsite bench-enhance bench-ingest bench-search bench-window bench-clerk bench-access

build: bin/lantai bin/lantaictl

.PHONY: bin/lantai bin/lantaictl bin/lantaibench
bin/lantai:
	@.ci/packages build
	go build -trimpath -tags $(TAGS) -ldflags "$(LDFLAGS)" -o $@ ./cmd/lantai
bin/lantaictl bin/lantaibench:
	@.ci/packages build
	go build -trimpath -tags $(TAGS) -ldflags "$(LDFLAGS)" -o $@ ./cmd/$(@F)

# Installs what is missing, builds, makes the sample archive by the real pipeline,
# shows a phrase it found, and opens the window.
run:
	@.ci/packages run
	@$(MAKE) --no-print-directory build
	@.ci/run-sample $(SAMPLE)

test:
	@.ci/packages test
	@$(MAKE) --no-print-directory unit e2e

unit: $(TOOLS)/gotestsum
	go vet -tags $(TESTTAGS) ./...
	$(GOTEST) -race -timeout 30m -tags $(TESTTAGS) ./...

# The real window under a virtual display: first run to found again, in both languages.
e2e: $(TOOLS)/gotestsum
	@.ci/packages test
	$(GOTEST) -count=1 -timeout 20m -tags $(TESTTAGS),e2e ./cmd/lantai ./app/parts/inputmethod

lint: $(TOOLS)/golangci-lint-$(GOLANGCI)
	@.ci/packages build
	$< run --build-tags $(TESTTAGS) ./...
	gofmt -l archive search app assets cmd | tee /dev/stderr | (! grep -q .)

$(TOOLS)/golangci-lint-$(GOLANGCI):
	GOBIN=$(TOOLS) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI)
	mv $(TOOLS)/golangci-lint $@

# Known vulnerabilities that are called. Without the network it says that it did not run.
vuln:
	@$(MAKE) --no-print-directory $(TOOLS)/govulncheck-$(GOVULNCHECK) || true
	@.ci/vuln $(TOOLS)/govulncheck-$(GOVULNCHECK) $(TESTTAGS)

$(TOOLS)/govulncheck-$(GOVULNCHECK):
	GOBIN=$(TOOLS) go install golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK)
	mv $(TOOLS)/govulncheck $@

$(TOOLS)/gotestsum: .ci/tools/go.mod
	go build -C .ci/tools -o $@ gotest.tools/gotestsum

# Hundreds of kills, full disks, long fuzzing.
torture: $(TOOLS)/gotestsum
	@.ci/packages torture
	$(GOTEST) -count=1 -timeout 120m -tags $(TESTTAGS),torture ./archive/... ./search/... ./cmd/lantaictl/... ./assets/sample/...
	@$(MAKE) --no-print-directory fuzz

FUZZTIME ?= 60s
fuzz:
	@.ci/fuzz $(FUZZTIME) $(TESTTAGS)

bench: bench-adopt bench-audit bench-catalogue bench-import bench-enhance bench-ocr bench-offsite bench-ingest bench-search bench-window bench-clerk bench-access
bench-clerk: bin/lantaictl
bench-adopt bench-audit bench-catalogue bench-import bench-enhance bench-ocr bench-offsite bench-ingest bench-search bench-window bench-clerk bench-access: bin/lantaibench
	@.ci/packages bench
	bin/lantaibench $(@:bench-%=%)

clean:
	rm -rf bin build
