#!/usr/bin/env bash
# Formatters and linters for Go, shell and TypeScript; the first finding of
# each is enough to fail.
set -euo pipefail
cd "$(dirname "$0")/.."
modfile=$(.ci/modfile.sh "$(pkg-config --modversion opencv4 2>/dev/null || true)")

echo "lint: gofumpt"
bad=$(git ls-files '*.go' | xargs go tool -modfile=.ci/tools.mod gofumpt -l)
if [ -n "$bad" ]; then
	echo "not formatted (make fmt does it):" >&2
	echo "$bad" >&2
	exit 1
fi
echo "lint: go vet"
go vet $modfile ./...
echo "lint: staticcheck"
GOFLAGS=$modfile go tool -modfile=.ci/tools.mod staticcheck ./...
echo "lint: mod files"
diff <(sed -E 's/(gocv.io\/x\/gocv) v\S+/\1/; /^go /d' go.mod) <(sed -E 's/(gocv.io\/x\/gocv) v\S+/\1/; /^go /d' vision/opencv410.mod) >&2 ||
	{ echo "go.mod and vision/opencv410.mod may differ in gocv's version alone" >&2; exit 1; }
echo "lint: shell"
for f in $(git ls-files '*.sh' .ci/run); do bash -n "$f"; done
echo "lint: page"
(cd web/ui && npm run --silent check)
