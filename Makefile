# Sitwell's commands. `make run` and `make test` do all the set-up themselves.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

CACHE := .cache
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION)

# gocv follows OpenCV closely: v0.31.0 (go.mod) goes with 4.6, v0.43.0 (the
# second mod file) with 4.10 and later. Only what links OpenCV needs to choose.
OPENCV = $(shell pkg-config --modversion opencv4 2>/dev/null)
MODFILE = $(shell .ci/modfile.sh "$(OPENCV)")

UI_SOURCES := $(shell find web/ui -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)
UI := web/ui/dist/index.html

.PHONY: help
help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: run
run: build ## set up, build and start: the page's address is printed
	@bin/sitwell run $(ARGS)

.PHONY: test
test: setup-test build lint ## set up and run every test, the browser's too
	@.ci/test.sh

.PHONY: test-webcam
test-webcam: build ## watch through a real /dev/video0, in a virtual machine
	@.ci/webcam/run.sh

.PHONY: setup
setup: ## install what is missing: OpenCV, ONNX Runtime, the page's packages
	@.ci/setup.sh

.PHONY: setup-test
setup-test: ## the same and Chromium, for the browser test
	@.ci/setup.sh --test

.PHONY: build
build: setup $(UI) ## put sitwell, sitwell-eye and sitwell-lab in bin/
	@$(MAKE) --no-print-directory programs

# The go command would find out by itself that nothing changed, but needs a
# second for it; the time of the files tells at once.
BUILT := bin/.built
SOURCES := $(shell find cmd models posture vision web -type f -not -path 'web/ui/*' 2>/dev/null) go.mod go.sum $(UI)

# A make of its own: setup may only now have installed OpenCV.
.PHONY: programs
programs: $(BUILT)
	@:

$(BUILT): $(SOURCES)
	@echo "build: programs (OpenCV $(OPENCV), the first time takes a minute or two)"
	@mkdir -p bin
	@go build $(MODFILE) -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/...
	@touch $@

$(UI): $(UI_SOURCES)
	@.ci/setup.sh --ui-only
	@echo "build: page"
	@cd web/ui && npm run --silent build

.PHONY: lint
lint: $(UI) ## formatters and linters, Go and TypeScript
	@.ci/lint.sh

.PHONY: fmt
fmt: ## format the Go code
	@go tool -modfile=.ci/tools.mod gofumpt -w $$(git ls-files '*.go')

.PHONY: models
models: ## rebuild the ONNX models from their source, byte for byte
	@models/build.sh

DATA ?= ../shared/data
.PHONY: eval
eval: build ## accuracy on the labelled data sets in DATA
	@for d in synthetic real-pictures real-landmarks; do bin/sitwell-lab eval $(DATA)/$$d; done

.PHONY: bench
bench: build ## cost of each stage on the demo clip
	@bin/sitwell-lab bench vision/demo/demo.mp4

.PHONY: clean
clean: ## remove what was built, keep what was downloaded
	@rm -rf bin
	@find web/ui/dist -mindepth 1 -not -name .gitkeep -delete
