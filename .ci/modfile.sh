#!/usr/bin/env bash
# Prints the go flag that chooses gocv for the OpenCV version given.
set -euo pipefail
case "${1:-}" in
4.[67].*) ;; # go.mod has the gocv for it
4.1[0-9].* | 4.[2-9][0-9].*) echo "-modfile=vision/opencv410.mod" ;;
"") echo "build: OpenCV is missing (pkg-config finds no opencv4): run make setup" >&2 ;;
*) echo "build: OpenCV $1 has no gocv that was tried with it: 4.6 (Debian 12, Ubuntu 24.04) and 4.10 or later (Debian 13) have" >&2 ;;
esac
