#!/usr/bin/env bash
# Installs what Sitwell needs and is missing; what is there is left alone, so
# that a second run needs no network.
#   --test     also what the tests need (Chromium)
#   --ui-only  only the page's npm packages
set -euo pipefail
cd "$(dirname "$0")/.."
cache=${SITWELL_CACHE:-.cache}
want_test=0 ui_only=0
for a in "$@"; do
	case "$a" in
	--test) want_test=1 ;;
	--ui-only) ui_only=1 ;;
	*) echo "setup: unknown option $a (known: --test, --ui-only)" >&2; exit 2 ;;
	esac
done

say() { echo "setup: $*"; }
have() { command -v "$1" >/dev/null 2>&1; }

# ONNX Runtime: release 1.21.1, as in Debian 13, out of the npm package.
ort_version=1.21.1
ort_sha_linux_x64=3d03e6de8f828ae7432e67764ab4c02d4c9d4804db1b46ad60484c46188bb144
ort_sha_linux_arm64=2dba27b484f8171f9fd39182230b4ace5f85401114d65a53c767ee924284806b

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; elif have sudo; then sudo "$@"; else
		say "needs root for: $*; become root or install sudo" >&2
		exit 1
	fi
}

apt_updated=0
apt_install() {
	if [ $apt_updated = 0 ]; then
		as_root apt-get -o DPkg::Lock::Timeout=600 update -qq
		apt_updated=1
	fi
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -y -qq "$@" >/dev/null
}

system=unknown
case "$(uname -s)" in
Linux) have apt-get && system=apt ;;
Darwin) have brew && system=brew ;; # written, but never tried on a Mac
esac

unknown_system() {
	say "this system is not known. Install these by hand and run again: $*" >&2
	exit 1
}

tools() {
	for t in go node npm; do
		have $t || { say "$t is missing: install Go 1.25 or later and Node 20.19 or later with npm" >&2; exit 1; }
	done
	node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' ||
		{ say "Node $(node --version) can't build the page: install Node 20.19 or later, or 22.12 or later" >&2; exit 1; }
}

opencv() {
	have pkg-config && have g++ && pkg-config --exists opencv4 && return
	case $system in
	apt)
		say "installing OpenCV (libopencv-dev, libopencv-contrib-dev) by apt: some 300 packages, a few minutes"
		apt_install g++ pkg-config libopencv-dev libopencv-contrib-dev
		;;
	brew)
		say "installing OpenCV by Homebrew"
		brew install pkg-config opencv
		;;
	*) unknown_system "a C++ compiler, pkg-config, OpenCV 4.6 or 4.10 and later with its contrib modules and headers" ;;
	esac
}

sha256() { if have sha256sum; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d' ' -f1; }

runtime() {
	[ -n "${SITWELL_ONNXRUNTIME:-}" ] && return
	if have ldconfig && ldconfig -p | grep -q 'libonnxruntime\.so'; then return; fi
	local dir=$cache/onnxruntime
	case "$(uname -s)-$(uname -m)" in
	Linux-x86_64) path=bin/napi-v3/linux/x64/libonnxruntime.so.1 sum=$ort_sha_linux_x64 file=libonnxruntime.so.1 ;;
	Linux-aarch64) path=bin/napi-v3/linux/arm64/libonnxruntime.so.1 sum=$ort_sha_linux_arm64 file=libonnxruntime.so.1 ;;
	Darwin-*)
		[ -e "$(brew --prefix 2>/dev/null)/lib/libonnxruntime.dylib" ] && return
		say "installing ONNX Runtime by Homebrew"
		brew install onnxruntime
		return
		;;
	*) unknown_system "the ONNX Runtime library 1.21 or later (then set SITWELL_ONNXRUNTIME to its path)" ;;
	esac
	if [ -e "$dir/$file" ] && [ "$(sha256 "$dir/$file")" = "$sum" ]; then return; fi
	if [ $system = apt ] && apt-cache show libonnxruntime1.21 >/dev/null 2>&1; then
		say "installing ONNX Runtime (libonnxruntime1.21) by apt"
		apt_install libonnxruntime1.21
		return
	fi
	say "fetching the ONNX Runtime library $ort_version (npm package onnxruntime-node, 80 MB; 22 MB of it are kept)"
	mkdir -p "$dir"
	local tmp
	tmp=$(mktemp -d "$dir/fetch.XXXXXX")
	trap 'rm -rf "$tmp"' RETURN
	(cd "$tmp" && npm pack --silent "onnxruntime-node@$ort_version" >/dev/null)
	tar -xzf "$tmp"/*.tgz -C "$tmp" "package/$path"
	local got
	got=$(sha256 "$tmp/package/$path")
	if [ "$got" != "$sum" ]; then
		say "the ONNX Runtime library is not the one expected (SHA-256 $got, want $sum): nothing was installed" >&2
		exit 1
	fi
	mv "$tmp/package/$path" "$dir/$file"
}

# packages DIR: npm ci, once for each state of the lock file.
packages() {
	local dir=$1 stamp
	stamp=$dir/node_modules/.sitwell-lock
	[ -e "$stamp" ] && cmp -s "$stamp" "$dir/package-lock.json" && return
	say "installing npm packages of $dir from its lock file"
	(cd "$dir" && npm ci --no-audit --no-fund --silent)
	cp "$dir/package-lock.json" "$stamp"
}

chromium() {
	[ -n "${CHROMIUM:-}" ] && return
	for c in chromium chromium-browser google-chrome; do have $c && return; done
	case $system in
	apt)
		say "installing Chromium by apt, for the browser test"
		apt_install chromium
		;;
	brew) brew install --cask chromium ;;
	*) unknown_system "Chromium (then set CHROMIUM to its path)" ;;
	esac
}

tools
packages web/ui
[ $ui_only = 1 ] && exit 0
opencv
runtime
if [ $want_test = 1 ]; then
	chromium
fi
