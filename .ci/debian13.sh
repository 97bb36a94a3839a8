#!/usr/bin/env bash
# Tries the Dockerfile where there is no container engine.
#
#   .ci/debian13.sh
#
# It reads the Dockerfile and carries out its FROM, ARG, ENV, WORKDIR, USER, RUN and
# COPY steps, each stage in a root of its own made by debootstrap from Debian 13;
# then it starts what ENTRYPOINT and CMD name, as the user that USER names, in a
# network and a process tree of its own, and asks it how it does: by HEALTHCHECK's
# own command and over HTTP. A step that it doesn't know ends it.
#
# It needs root (or sudo), 6 GB and some minutes. The bare Debian and Go's caches
# are kept in .cache/debian13 (or $SITWELL_CACHE/debian13), so that a second run
# is short; all else is removed at the end.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=.ci/debian.sh
. "$here/debian.sh"

context=$(cd "$here/.." && pwd)
folder=${SITWELL_CACHE:-$context/.cache}/debian13
suite=trixie
network=''
passed=0 failed=0

# check NAME COMMAND...: one named result.
check() {
	local name=$1
	shift
	if "$@"; then
		printf 'PASS %s\n' "$name"
		passed=$((passed + 1))
	else
		printf 'FAIL %s\n' "$name"
		failed=$((failed + 1))
	fi
}

# leave takes everything down at the end, whatever the end was.
leave() {
	set +e
	[ -z "$network" ] || processes | xargs -r "${SUDO[@]}" kill -KILL
	[ -z "$network" ] || "${SUDO[@]}" ip netns delete "$network"
	clean
	"${SUDO[@]}" rm -rf "$folder/context"
}

# clean removes the stages.
clean() {
	local stage
	for stage in "$folder"/stage-*; do
		[ -d "$stage" ] || continue
		unmount_root "$stage"
		"${SUDO[@]}" rm -rf --one-file-system "$stage"
	done
}

# base: the bare Debian that every stage starts from, laid out as Debian's own
# container image is: sources in debian.sources, none of apt's lists.
base() {
	local root=$folder/base main security
	[ -e "$root.done" ] && return
	say "Debian 13 by debootstrap"
	main=$(mirror) security=$(mirror security)
	"${SUDO[@]}" rm -rf --one-file-system "$root"
	mkdir -p "$folder"
	"${SUDO[@]}" env PATH="$PATH:/usr/sbin:/sbin" debootstrap --variant=minbase "$suite" "$root" "$main" \
		>"$folder/debootstrap.log" 2>&1 || { tail -20 "$folder/debootstrap.log" >&2; die "debootstrap failed"; }
	root_settings "$root"
	"${SUDO[@]}" rm -f "$root/etc/apt/sources.list"
	"${SUDO[@]}" tee "$root/etc/apt/sources.list.d/debian.sources" >/dev/null <<-EOF
		Types: deb
		URIs: $main
		Suites: $suite $suite-updates
		Components: main
		Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
		${security:+
		Types: deb
		URIs: $security
		Suites: $suite-security
		Components: main
		Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg}
	EOF
	"${SUDO[@]}" sh -c "rm -rf '$root'/var/cache/apt/archives/*.deb '$root'/var/lib/apt/lists/*; touch '$root.done'"
}

# steps: the Dockerfile with its comments dropped and its long lines joined.
steps() {
	sed -e '/^[[:space:]]*#/d' "$context/Dockerfile" | sed -e ':a' -e '/\\$/{N;s/[[:space:]]*\\\n[[:space:]]*/ /;ba}' -e '/^[[:space:]]*$/d'
}

# words JSON: the words of a step in its JSON form, one a line.
words() { grep -o '"[^"]*"' <<<"$1" | tr -d '"'; }

# The stage under way: its root, what USER, WORKDIR and ENV have set.
root='' user=root workdir=/ environment=()

# inside COMMAND...: runs it in the stage as a step would, as its user, and with
# the host's way to Go's modules and to npm.
inside() {
	"${SUDO[@]}" chroot --userspec="$user" --groups="$(id_groups)" "$root" /usr/bin/env -i "${host[@]}" \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${environment[@]}" "$@"
}

id_groups() { "${SUDO[@]}" chroot "$root" id -G "$user" | tr ' ' ','; }

# What the host says of its registries and certificates goes to the steps as
# a proxy's settings go to a container's build: in the environment, in no file.
host_settings() {
	local key value
	host=(DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8 HOME=/root)
	if command -v go >/dev/null; then
		for key in GOPROXY GONOPROXY GOPRIVATE GOSUMDB GONOSUMDB; do
			value=$(cd / && go env "$key")
			[ -z "$value" ] || host+=("$key=$value")
		done
	fi
	if command -v npm >/dev/null; then host+=("npm_config_registry=$(cd / && npm config get registry 2>/dev/null)"); fi
	if [ -r /etc/ssl/certs/ca-certificates.crt ]; then
		host+=(SSL_CERT_FILE=/run/host-certificates.crt NODE_EXTRA_CA_CERTS=/run/host-certificates.crt)
	fi
	for key in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
		[ -z "${!key:-}" ] || host+=("$key=${!key}")
	done
}

# stage IMAGE [as NAME]: a fresh root.
stage() {
	case $1 in
	"debian:$suite" | "debian:$suite-slim") ;;
	*) die "the Dockerfile starts from $1; this script has only debian:$suite" ;;
	esac
	root=$folder/stage-${3:-last} user=root workdir=/ environment=()
	"${SUDO[@]}" cp -a "$folder/base" "$root"
	mount_root "$root"
	local cache
	for cache in root/.cache/go-build root/go/pkg/mod; do
		"${SUDO[@]}" mkdir -p "$folder/$cache" "$root/$cache"
		"${SUDO[@]}" mount --bind "$folder/$cache" "$root/$cache"
	done
	[ ! -r /etc/ssl/certs/ca-certificates.crt ] ||
		"${SUDO[@]}" cp -L /etc/ssl/certs/ca-certificates.crt "$root/run/host-certificates.crt"
}

# copy [--from=STAGE] SOURCE... TARGET: from the context, less what .dockerignore
# names, or from an earlier stage.
copy() {
	local from=$folder/context target source
	if [[ $1 == --from=* ]]; then
		from=$folder/stage-${1#--from=}
		shift
	fi
	target=${*: -1}
	[[ $target == /* ]] || target=$workdir/$target
	[[ ${*: -1} == */ || ${*: -1} == . ]] && "${SUDO[@]}" mkdir -p "$root/$target"
	"${SUDO[@]}" mkdir -p "$root/$(dirname "$target")"
	for source in "${@:1:$#-1}"; do
		if [ -d "$from/$source" ]; then
			"${SUDO[@]}" mkdir -p "$root/$target"
			"${SUDO[@]}" cp -a "$from/$source/." "$root/$target"
		else
			"${SUDO[@]}" cp -a "$from/$source" "$root/$target"
		fi
	done
}

# make_context: the build's context, as .dockerignore leaves it.
make_context() {
	local line exclude=()
	while read -r line; do
		case $line in
		'' | '#'*) ;;
		'**/'*) exclude+=(--no-anchored "--exclude=${line#\*\*/}") ;;
		*) exclude+=(--anchored "--exclude=./$line") ;;
		esac
	done <"$context/.dockerignore"
	"${SUDO[@]}" rm -rf "$folder/context"
	mkdir -p "$folder/context"
	tar -C "$context" -c "${exclude[@]}" . | tar -C "$folder/context" -x
}

carry_out() {
	local step=$1 rest=$2 started=$SECONDS
	case $step in
	FROM)
		say "FROM $rest"
		# shellcheck disable=SC2086 # an image, and perhaps "AS name"
		stage $rest
		;;
	ENV) environment+=("$rest") ;;
	USER) user=$rest ;;
	WORKDIR)
		workdir=$rest
		"${SUDO[@]}" mkdir -p "$root/$rest"
		;;
	RUN)
		say "RUN ${rest:0:100}"
		inside sh -c "cd '$workdir' && $rest" >"$folder/step.log" 2>&1 ||
			{ tail -40 "$folder/step.log" >&2; die "this step failed: RUN $rest"; }
		printf '   %d s\n' $((SECONDS - started))
		;;
	COPY)
		# shellcheck disable=SC2086 # paths, none with a blank
		copy $rest
		;;
	ENTRYPOINT) mapfile -t entrypoint < <(words "$rest") ;;
	CMD) mapfile -t command < <(words "$rest") ;;
	HEALTHCHECK) mapfile -t health < <(words "${rest#*CMD }") ;;
	ARG) environment+=("$rest") ;;
	VOLUME | EXPOSE | LABEL) ;;
	*) die "the Dockerfile has a step that this script does not know: $step" ;;
	esac
}

need debootstrap=debootstrap curl=curl ip=iproute2 readelf=binutils
trap leave EXIT
clean
base
host_settings
make_context
while read -r step rest; do carry_out "$step" "$rest"; done < <(steps)

# What runs in the container, in a network of its own: nothing outside can take
# its port, and it can reach nothing.
network=sitwell-$$
token='' service=''
alone() { "${SUDO[@]}" ip netns exec "$network" "$@"; }
ask() { alone curl -s -m 10 "$@"; }
# as_user COMMAND...: as the container would run it.
as_user() {
	alone chroot --userspec="$user" --groups="$(id_groups)" "$root" /usr/bin/env -i HOME="/home/$user" LANG=C.UTF-8 \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "${environment[@]}" "$@"
}
# until_true SECONDS COMMAND...: tries it each half second.
until_true() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.5
	done
}
processes() { grep -lsE '^(sitwell|sitwell-eye)$' /proc/[0-9]*/comm | cut -d/ -f3 | while read -r pid; do
	[ "$("${SUDO[@]}" readlink "/proc/$pid/root")" = "$(readlink -f "$root")" ] && echo "$pid"
done; }
eye() { processes | while read -r pid; do grep -qx sitwell-eye "/proc/$pid/comm" && echo "$pid"; done; }

links_all() { ! as_user ldd /usr/local/bin/sitwell-eye | grep 'not found'; }
# The OpenCV packages that the runtime stage names are those of the libraries that the eye names.
links_named() {
	local linked named
	linked=$(readelf -d "$root/usr/local/bin/sitwell-eye" | sed -n 's/.*NEEDED.*\[\(libopencv_[a-z0-9]*\)\.so\.\([0-9]*\)\]/\1\2/p' | tr _ - | sort)
	named=$(steps | sed '1,/^FROM.*slim/d' | grep -o 'libopencv-[a-z0-9]*' | sort)
	diff <(echo "$linked") <(echo "$named")
}
pure() { ! as_user ldd /usr/local/bin/sitwell | grep -i opencv; }
well() { as_user "${health[@]}" >/dev/null; }
healthy() { ask -f -o /dev/null http://127.0.0.1:8420/healthz; }
refused() { [ "$(ask -o /dev/null -w '%{http_code}' http://127.0.0.1:8420/api/v1/live)" = 401 ]; }
told_token() { token=$(grep -o 'token=[A-Za-z0-9_-]*' "$folder/service.log" | head -1 | cut -d= -f2); [ -n "$token" ]; }
live() { ask -H "Authorization: Bearer $token" http://127.0.0.1:8420/api/v1/live; }
judges() { live | grep -q '"demo":true' && live | grep -qE '"state":"(upright|slouching)"' && live | grep -q '"status":"live"'; }
page() { ask -f -L -c /dev/null "http://127.0.0.1:8420/?token=$token" | grep -q '<script'; }
owned() { local pid; for pid in $(processes); do [ "$(stat -c %u "/proc/$pid")" != 0 ] || return 1; done; [ -n "$(processes)" ]; }
maps() { local pid; pid=$(eye | head -1); [ -n "$pid" ] && "${SUDO[@]}" grep -q "$1" "/proc/$pid/maps"; }
ends() {
	processes | xargs -r "${SUDO[@]}" kill -TERM
	until_true 5 gone
}
gone() { [ -z "$(processes)" ]; }

"${SUDO[@]}" ip netns add "$network"
alone ip link set lo up

say "as $user: ${entrypoint[*]} ${command[*]}"
check "the user is not root" test "$user" != root
check "every library that the eye links is there" links_all
check "no OpenCV package is named that the eye does not link, none is left out" links_named
check "sitwell itself links no OpenCV" pure
as_user "${entrypoint[@]}" "${command[@]}" >"$folder/service.log" 2>&1 </dev/null &
service=$!
check "GET /healthz answers" until_true 15 healthy
check "HEALTHCHECK's command says so too" well
check "GET /api/v1/live asks for the token" refused
check "the address printed has the token" until_true 5 told_token
check "the page is served" page
check "the demo is watched and judged" until_true 30 judges
check "no process is root's" owned
check "the eye has OpenCV 4.10 open" maps 'libopencv_core\.so\.4\.10'
check "the eye has Debian's ONNX Runtime 1.21 open" maps 'libonnxruntime\.so\.1\.21'
check "SIGTERM ends all within 5 s" ends
wait "$service" || true
if [ "$failed" != 0 ]; then
	say "the service's words"
	tail -40 "$folder/service.log"
fi

printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
