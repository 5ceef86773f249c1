#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# The flavour for applications with DPDK linked in, in such an application: static_app.c.

set -eu
export LC_ALL=C

drivers=$STEER_BUILD/drivers
libdir=$(pkg-config --variable=libdir libdpdk)
[ -f "$libdir/librte_eal.a" ] || {
	echo "this DPDK has no static libraries in $libdir"
	exit 77
}
work=$(mktemp -d "$STEER_BUILD/static-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# What the other flavour names as needed, what that needs itself, and the ring port. All of DPDK's
# libraries would ask for more development packages than its own does.
libs=$({
	readelf -d "$drivers/librte_net_steer.so" | sed -n 's/.*(NEEDED).*\[lib\(rte_.*\)\.so.*/\1/p'
	printf 'rte_%s\n' eal telemetry kvargs ring rcu mempool mbuf net meter ethdev hash \
		bus_vdev mempool_ring net_ring
} | sort -u | sed 's/.*/-l:lib&.a/')
bsd=
pkg-config --print-requires libdpdk | grep -q libbsd && bsd=$(pkg-config --libs libbsd)

# shellcheck disable=SC2046,SC2086 # lists of arguments
${CC:-cc} -O1 -Wall -Wextra -Werror $(pkg-config --cflags libdpdk) "$STEER_SOURCE/test/system/static_app.c" \
	-o "$work/app" -L"$libdir" -Wl,--whole-archive $libs -Wl,--no-whole-archive \
	-Wl,--export-dynamic $bsd -lnuma -lm -ldl -pthread
if readelf -d "$work/app" | grep 'NEEDED.*librte_'; then
	echo "not ok the application is a static one"
	exit 1
fi
echo "ok the application is a static one"

LD_LIBRARY_PATH=$drivers timeout 60 "$work/app" --no-huge --no-pci --no-shconf --no-telemetry -m 512 \
	--file-prefix="steer_static_$$" -d librte_net_steer_static.so \
	--vdev=net_ring0 --vdev=net_steer0,iface=net_ring0
