#!/usr/bin/env bash
# Every test: Go's with the race detector, the page's, and the page in a real
# browser before the real program.
set -euo pipefail
cd "$(dirname "$0")/.."
modfile=$(.ci/modfile.sh "$(pkg-config --modversion opencv4 2>/dev/null || true)")
[ -d "${SITWELL_DATA:-../shared/data}" ] || echo "test: the labelled data sets are not here: tests that need them will be skipped"

echo "test: Go, with the race detector"
go test $modfile -race -timeout 15m ./...
echo "test: page"
(cd web/ui && npm run --silent test)
echo "test: page in a real browser"
(cd web/ui && npm run --silent e2e)
echo "test: all is well"
