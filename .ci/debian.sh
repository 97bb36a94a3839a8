# shellcheck shell=bash
# Helpers for the scripts that make a Debian system in a folder: sourced, not run.
#
# They need root for chroot and mount, and take sudo only when they are not
# root. The addresses of Debian's mirrors, of npm and of the Go proxy come from
# the machine the script runs on, so no script names one.

if [ "$(id -u)" = 0 ]; then SUDO=(); else SUDO=(sudo); fi

# say MESSAGE: one step, on standard output.
say() { printf '== %s\n' "$*"; }

# die MESSAGE: why it ends, on standard error.
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# need COMMAND=PACKAGE...: installs by apt the package of each missing command.
need() {
	local pair missing=()
	for pair in "$@"; do
		PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
	done
	[ ${#missing[@]} = 0 ] && return
	command -v apt-get >/dev/null || die "install these first: ${missing[*]}"
	say "installing ${missing[*]}"
	"${SUDO[@]}" apt-get -q -o DPkg::Lock::Timeout=900 update >/dev/null
	"${SUDO[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=900 \
		install -y --no-install-recommends "${missing[@]}" >/dev/null
}

# mirror [security]: the address this machine's apt takes Debian's packages (or
# their security updates) from; nothing on a system that is not Debian.
mirror() {
	# shellcheck disable=SC2016 # apt's variables, not the shell's
	apt-get indextargets --format '$(ORIGIN) $(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
		awk -v security="${1:-}" '$1 == "Debian" && ($2 ~ /-security$/) == (security != "") { print $3; exit }'
}

# root_sources ROOT SUITE: apt's sources in ROOT.
root_sources() {
	local main security
	main=$(mirror) security=$(mirror security)
	"${SUDO[@]}" tee "$1/etc/apt/sources.list" >/dev/null <<-EOF
		deb $main $2 main
		deb $main $2-updates main
		${security:+deb $security $2-security main}
	EOF
}

# root_settings ROOT: a dpkg that leaves out what only a reader wants and does
# not wait for the disk at each file, and no daemon started by a package.
root_settings() {
	"${SUDO[@]}" tee "$1/etc/dpkg/dpkg.cfg.d/lean" >/dev/null <<-EOF
		force-unsafe-io
		path-exclude=/usr/share/doc/*
		path-exclude=/usr/share/man/*
		path-exclude=/usr/share/locale/*
	EOF
	printf '#!/bin/sh\nexit 101\n' | "${SUDO[@]}" tee "$1/usr/sbin/policy-rc.d" >/dev/null
	"${SUDO[@]}" chmod 755 "$1/usr/sbin/policy-rc.d"
}

# mount_root ROOT and unmount_root ROOT: what programs in a chroot expect of a
# kernel. unmount_root takes down whatever is mounted below ROOT, deepest first.
mount_root() {
	"${SUDO[@]}" mount -t proc proc "$1/proc"
	"${SUDO[@]}" mount -t sysfs -o ro sysfs "$1/sys"
	"${SUDO[@]}" mount --bind /dev "$1/dev"
	"${SUDO[@]}" mount -t devpts devpts "$1/dev/pts"
	"${SUDO[@]}" cp /etc/resolv.conf "$1/etc/resolv.conf"
}

unmount_root() {
	local root at
	root=$(readlink -f "$1")
	# The kernel's table lists mounts in the order they were made.
	awk -v below="$root/" 'index($2, below) == 1 { print $2 }' /proc/self/mounts | tac |
		while read -r at; do "${SUDO[@]}" umount "$at" || "${SUDO[@]}" umount -l "$at"; done
}

# in_root ROOT COMMAND...: runs a command in ROOT as root, with a clean environment.
in_root() {
	local root=$1
	shift
	"${SUDO[@]}" chroot "$root" /usr/bin/env -i HOME=/root LANG=C.UTF-8 TERM=dumb DEBIAN_FRONTEND=noninteractive \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}
