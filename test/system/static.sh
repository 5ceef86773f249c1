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

# Whole is linked what the other flavour names as needed, and the ring port; of the others what these
# need. All of DPDK whole would ask for more development packages than DPDK's own does.
whole=$({
	readelf -d "$drivers/librte_net_steer.so" | sed -n 's/.*(NEEDED).*\[lib\(rte_.*\)\.so.*/\1/p'
	printf 'rte_%s\n' eal ethdev bus_vdev mempool_ring net_ring
} | sort -u | sed 's/.*/-l:lib&.a/')
others=$(pkg-config --static --libs libdpdk | tr ' ' '\n' | grep '^-l:librte_' | sort -u)
bsd=
pkg-config --print-requires libdpdk | grep -q libbsd && bsd=$(pkg-config --libs libbsd)

# shellcheck disable=SC2046,SC2086 # lists of arguments
${CC:-cc} -O1 -Wall -Wextra -Werror $(pkg-config --cflags libdpdk) "$STEER_SOURCE/test/system/static_app.c" \
	-o "$work/app" -L"$libdir" -Wl,--whole-archive $whole -Wl,--no-whole-archive \
	-Wl,--start-group $others -Wl,--end-group \
	-Wl,--export-dynamic $bsd -lnuma -lm -ldl -pthread
if readelf -d "$work/app" | grep 'NEEDED.*librte_'; then
	echo "not ok the application is a static one"
	exit 1
fi
echo "ok the application is a static one"

LD_LIBRARY_PATH=$drivers timeout 60 "$work/app" --no-huge --no-pci --no-shconf --no-telemetry -m 512 \
	--file-prefix="steer_static_$$" -d librte_net_steer_static.so \
	--vdev=net_ring0 --vdev=net_steer0,iface=net_ring0
