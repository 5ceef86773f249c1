#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# After `meson install` the distribution's testpmd knows net_steer without being told a path. Shown
# in a mount name space of its own, where the plug-in directory is a copy plus what DESTDIR got.

set -eu
export LC_ALL=C
umask 022

meson=${MESON:-/usr/bin/meson}
[ -x "$meson" ] || meson=meson
testpmd=$(pkg-config --variable=prefix libdpdk)/bin/dpdk-testpmd

if [ "${1:-}" != inside ]; then
	work=$(mktemp -d "$STEER_BUILD/install-test.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	trap 'exit 1' HUP INT TERM
	DESTDIR=$work/root "$meson" install -C "$STEER_BUILD" --no-rebuild --quiet
	so=$(cd "$work/root" && find . -name librte_net_steer.so | sed 's/^\.//')
	[ -n "$so" ] || {
		echo "not ok librte_net_steer.so is installed"
		exit 1
	}
	echo "ok librte_net_steer.so is installed as $so"
	find "$work/root" -path '*/net_steer/librte_net_steer_static.so' | grep -q . || {
		echo "not ok librte_net_steer_static.so is installed"
		exit 1
	}
	echo "ok librte_net_steer_static.so is installed"
	steerctl=$(find "$work/root" -path '*/bin/steerctl')
	"${steerctl:-steerctl is not there}" help | grep -q 'flow add' || {
		echo "not ok steerctl runs where it is installed"
		exit 1
	}
	echo "ok steerctl runs where it is installed"
	[ -x "$testpmd" ] || {
		echo "ok testpmd finds it # skip the DPDK built against has no $testpmd"
		exit 0
	}
	unshare --mount true 2>/dev/null || {
		echo "ok testpmd finds it # skip no mount name space may be made here"
		exit 0
	}
	unshare --mount --propagation private "$0" inside "$work" "${so%/*}"
	exit 0
fi

work=$2
plugins=$3
mkdir "$work/plugins"
cp -a "$plugins/." "$work/root$plugins/." "$work/plugins/"
mount --bind "$work/plugins" "$plugins"
if echo 'show port summary all' | timeout 60 "$testpmd" --no-huge --no-pci --no-shconf \
	-m 512 --file-prefix="steer_install_$$" --vdev=net_ring0 --vdev=net_steer0,iface=net_ring0 -- \
	-i --total-num-mbufs=4096 >"$work/log" 2>&1 && grep -Eq '^[0-9]+ .* net_steer' "$work/log"; then
	echo "ok testpmd finds it"
else
	cat "$work/log"
	echo "not ok testpmd finds it"
	exit 1
fi
