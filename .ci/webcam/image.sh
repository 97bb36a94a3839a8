#!/usr/bin/env bash
# Makes the machine that has a webcam: a Debian disk with a kernel that has video
# drivers, v4l2loopback, ffmpeg and the OpenCV libraries that sitwell-eye links.
#
#   .ci/webcam/image.sh FOLDER SUITE PACKAGE...
#
# FOLDER gets base.ext4, vmlinuz and initrd.img. SUITE is Debian's codename, and
# the packages are OpenCV's. The disk holds nothing of Sitwell, so a change to
# Sitwell needs no new one: run.sh puts the programs on a second drive.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=.ci/debian.sh
. "$here/../debian.sh"

out=$1 suite=$2
shift 2
root=$out/root
mkdir -p "$out"
trap 'unmount_root "$root"' EXIT
unmount_root "$root"
"${SUDO[@]}" rm -rf "$root"

say "Debian $suite, its base"
"${SUDO[@]}" env PATH="$PATH:/usr/sbin:/sbin" debootstrap --variant=minbase --include=kmod,udev "$suite" "$root" "$(mirror)" \
	>"$out/debootstrap.log" 2>&1 || { tail -20 "$out/debootstrap.log" >&2; die "debootstrap failed"; }
root_sources "$root" "$suite"
root_settings "$root"
mount_root "$root"

# Only what it takes to reach the disk: a small initrd is read and unpacked in a
# second even by an emulated processor.
"${SUDO[@]}" mkdir -p "$root/etc/initramfs-tools/conf.d"
printf 'MODULES=list\nCOMPRESS=lz4\n' | "${SUDO[@]}" tee "$root/etc/initramfs-tools/conf.d/small" >/dev/null
printf '%s\n' virtio_pci virtio_blk ext4 | "${SUDO[@]}" tee "$root/etc/initramfs-tools/modules" >/dev/null

say "kernel, v4l2loopback, ffmpeg and OpenCV"
{
	in_root "$root" apt-get -q update
	in_root "$root" apt-get -q -y --no-install-recommends install initramfs-tools lz4
	in_root "$root" apt-get -q -y --no-install-recommends install \
		linux-image-amd64 linux-headers-amd64 v4l2loopback-dkms v4l-utils ffmpeg iproute2 "$@"
	in_root "$root" sh -c 'ls /lib/modules/*/updates/dkms/v4l2loopback.ko*'
	in_root "$root" sh -c 'rm -rf /var/cache/apt/archives/*.deb /var/lib/apt/lists/* /usr/src/* /usr/lib/gcc /usr/share/fonts'
	in_root "$root" useradd --create-home --groups video sitter
} >"$out/apt.log" 2>&1 || { tail -40 "$out/apt.log" >&2; die "installing packages failed"; }

say "disk"
unmount_root "$root"
"${SUDO[@]}" mkdir -p "$root/sitwell"
"${SUDO[@]}" tee "$root/init" >/dev/null <<'EOF'
#!/bin/sh
# The second drive holds the programs, and what is to be done with them.
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mountpoint -q /dev || mount -t devtmpfs devtmpfs /dev
mount -o ro /dev/vdb /sitwell
exec /sitwell/start.sh
EOF
"${SUDO[@]}" chmod 755 "$root/init"
"${SUDO[@]}" cp "$root"/boot/vmlinuz-* "$out/vmlinuz"
"${SUDO[@]}" cp "$root"/boot/initrd.img-* "$out/initrd.img"
"${SUDO[@]}" sh -c "rm -f '$out/base.ext4'; truncate -s 6G '$out/base.ext4'"
"${SUDO[@]}" env PATH="$PATH:/usr/sbin:/sbin" mkfs.ext4 -q -F -O ^has_journal -d "$root" "$out/base.ext4"
"${SUDO[@]}" chown "$(id -u):$(id -g)" "$out"/{base.ext4,vmlinuz,initrd.img}
"${SUDO[@]}" rm -rf "$root"
