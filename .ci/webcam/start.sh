#!/bin/sh
# The first process of the machine after the kernel's: makes it a place where
# programs can run, tries Sitwell, switches it off. The console (ttyS0) has the
# kernel's words, the second serial port (ttyS1) the results.
exec </dev/null >/dev/ttyS1 2>&1
export PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin LANG=C.UTF-8
for at in /tmp /run /home; do mount -t tmpfs tmpfs $at; done
mkdir -p /dev/shm && mount -t tmpfs tmpfs /dev/shm
install -d -o sitter -g sitter /home/sitter
ip link set lo up
/lib/systemd/systemd-udevd --daemon 2>/dev/ttyS0
/sitwell/inside /sitwell
echo "ended $?"
echo o >/proc/sysrq-trigger
sleep 60
