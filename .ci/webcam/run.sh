#!/usr/bin/env bash
# Runs the real programs against real video devices, where there is no webcam:
# in a virtual machine with v4l2loopback, fed with the demo clip, and vivid, the
# kernel's own test camera, which can be unplugged and made to fail.
#
#   .ci/webcam/run.sh
#
# bin/sitwell and bin/sitwell-eye must have been built. The machine is made once
# (two minutes) and kept in .cache/webcam (or $SITWELL_CACHE/webcam); a run
# needs some minutes more where the processor must be emulated. What happens in
# the machine is in inside/; each result is a line, the last is the sum.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=.ci/debian.sh
. "$here/../debian.sh"

root=$(cd "$here/../.." && pwd)
folder=${SITWELL_CACHE:-$root/.cache}/webcam
# A machine that hangs is switched off after this many seconds.
limit=${SITWELL_WEBCAM_LIMIT:-1200}

for program in sitwell sitwell-eye; do
	[ -x "$root/bin/$program" ] || die "bin/$program is missing: run make build first"
done
onnxruntime=${SITWELL_ONNXRUNTIME:-${SITWELL_CACHE:-$root/.cache}/onnxruntime/libonnxruntime.so.1}
[ -r "$onnxruntime" ] || onnxruntime=$(ldconfig -p | awk '/libonnxruntime\.so\.1/ { print $NF; exit }')
[ -n "$onnxruntime" ] || die "ONNX Runtime's library is missing: run make setup first"

# The machine is the host's own release, so that what was built here runs there.
. /etc/os-release
case ${ID:-}:${VERSION_CODENAME:-} in
debian:bookworm | debian:trixie) suite=$VERSION_CODENAME ;;
*) die "the machine is made of Debian 12 or 13 and runs what was built there; this is ${PRETTY_NAME:-another system}" ;;
esac
[ "$(uname -m)" = x86_64 ] || die "the machine is an x86_64 one; this is $(uname -m)"

need debootstrap=debootstrap qemu-system-x86_64=qemu-system-x86 mkfs.ext4=e2fsprogs ffmpeg=ffmpeg

# The packages of the OpenCV libraries that the eye names; apt brings what these need.
mapfile -t packages < <(ldd "$root/bin/sitwell-eye" | awk '/libopencv_/ { print $1 }' |
	sed 's|^|*/|' | xargs dpkg-query -S | cut -d: -f1 | sort -u)
[ ${#packages[@]} -gt 0 ] || die "bin/sitwell-eye links no OpenCV"

mkdir -p "$folder"
stamp=$(cat "$here/image.sh" "$here/../debian.sh" - <<<"$suite ${packages[*]}" | sha256sum | cut -d' ' -f1)
if [ "$(cat "$folder/stamp" 2>/dev/null)" = "$stamp" ]; then
	say "the machine is there"
else
	started=$SECONDS
	rm -f "$folder/stamp"
	"$here/image.sh" "$folder" "$suite" "${packages[@]}"
	printf '%s\n' "$stamp" >"$folder/stamp"
	say "the machine was made in $((SECONDS - started)) s"
fi

work=$(mktemp -d)
machine=''
trap '[ -z "$machine" ] || kill -KILL "$machine" 2>/dev/null || true; rm -rf "$work"' EXIT

say "its second drive: programs, library, clip, trial"
mkdir "$work/drive"
(cd "$here/inside" && CGO_ENABLED=0 GOFLAGS='' go build -trimpath -o "$work/drive/inside" .)
cp "$root/bin/sitwell" "$root/bin/sitwell-eye" "$here/start.sh" "$work/drive/"
cp -L "$onnxruntime" "$work/drive/libonnxruntime.so.1"
# As JPEG pictures, five a second, the clip costs an emulated processor little to play.
ffmpeg -nostdin -loglevel error -i "$root/vision/demo/demo.mp4" -an -vf scale=640:480 -r 5 -c:v mjpeg -q:v 3 \
	-pix_fmt yuvj422p "$work/drive/demo.avi"
truncate -s $(($(du -sm "$work/drive" | cut -f1) + 64))M "$work/drive.ext4"
PATH=$PATH:/usr/sbin:/sbin mkfs.ext4 -q -F -O ^has_journal -d "$work/drive" "$work/drive.ext4"

# start APPEND QEMU-OPTION...: the machine in the background.
start() {
	local append=$1
	shift
	timeout --signal=KILL "$limit" qemu-system-x86_64 "$@" -m 2048 -display none -monitor none -no-reboot -nic none \
		-kernel "$folder/vmlinuz" -initrd "$folder/initrd.img" \
		-drive "file=$folder/base.ext4,if=virtio,format=raw,readonly=on" \
		-drive "file=$work/drive.ext4,if=virtio,format=raw,readonly=on" \
		-serial "file:$work/console" -serial "file:$work/results" \
		-append "root=/dev/vda ro console=ttyS0 quiet panic=-1 $append" \
		</dev/null >"$work/qemu" 2>&1 &
	machine=$!
}

# A processor lent by the kernel is a hundred times faster than an emulated one,
# but /dev/kvm may be there and not work, as in a machine within a machine: only
# one that boots, and ends at once for want of a first process, will do.
# Emulated, the machine's clock counts the instructions it executes, two
# nanoseconds each: nothing in it can be too late because this host is slow or
# busy. Without AVX and fused multiplication, where emulation is a call for each
# number, the model needs a third of the time.
accelerated=(-accel kvm -cpu "host,-arch-capabilities" -smp 2)
emulated=(-accel tcg -icount "shift=1" -cpu "max,-avx,-avx2,-fma,-f16c" -smp 1)
processor=("${emulated[@]}")
if [ -w /dev/kvm ]; then
	: >"$work/console"
	limit=10 start init=/bin/true "${accelerated[@]}"
	wait "$machine" 2>/dev/null && grep -q 'not syncing' "$work/console" && processor=("${accelerated[@]}")
	machine=''
fi
say "starting it (${processor[1]%%,*}); it is switched off after $limit s at the latest"
: >"$work/console"
: >"$work/results"
started=$SECONDS
start init=/init "${processor[@]}"
tail -n +1 -f --pid="$machine" "$work/results" | sed -u -e 's/\r$//' -e '/^ended /d' -e '/^[0-9]* passed, [0-9]* failed$/d' &
teller=$!
code=0
wait "$machine" || code=$?
machine=''
wait "$teller" || true

say "it ran $((SECONDS - started)) s"
results=$(tr -d '\r' <"$work/results")
if [ "$code" != 0 ] || ! grep -q '^ended 0$' <<<"$results"; then
	say "the machine's console"
	tail -60 "$work/console"
	cat "$work/qemu"
fi
grep -E '^[0-9]+ passed, [0-9]+ failed$' <<<"$results" || printf '0 passed, 1 failed\n'
grep -q '^ended 0$' <<<"$results"
