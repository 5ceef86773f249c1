#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# What the two flavours of the plug-in need from others, and that they give nothing to others.

set -eu
export LC_ALL=C

drivers=$STEER_BUILD/drivers
shared=$drivers/librte_net_steer.so
static=$drivers/librte_net_steer_static.so
bad=0

# WHAT COMMAND...
holds() {
	what=$1
	shift
	if "$@"; then
		echo "ok $what"
	else
		echo "not ok $what"
		bad=1
	fi
}

needed() {
	readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'
}

needs() {
	needed "$1" | grep -q "^$2\.so"
}

needs_no_dpdk() {
	! needed "$1" | grep '^librte_'
}

exports_nothing() {
	! nm -D --defined-only "$1" | grep -v ' [wVW] '
}

hardened() {
	readelf -lW "$1" | grep -q GNU_RELRO && readelf -d "$1" | grep -q BIND_NOW &&
		! readelf -d "$1" | grep -q TEXTREL &&
		readelf -lW "$1" | grep GNU_STACK | grep -qv 'RWE'
}

imports() {
	nm -D --undefined-only "$1" | awk '{ sub(/@.*/, "", $2); print $2 }' | sort
}

same_imports() {
	[ "$(imports "$shared")" = "$(imports "$static")" ]
}

for lib in librte_eal librte_ethdev librte_bus_vdev; do
	holds "the shared flavour needs $lib" needs "$shared" $lib
done
holds "the static flavour needs no library of DPDK's" needs_no_dpdk "$static"
holds "both import the same symbols" same_imports
for so in "$shared" "$static"; do
	holds "${so##*/} exports nothing" exports_nothing "$so"
	holds "${so##*/} is hardened" hardened "$so"
done
exit $bad
