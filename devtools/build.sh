#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Configures and compiles: build.sh DIR [MESON_OPTION...]. What was configured for another DPDK or
# with other options is started over; a directory that somebody configured by hand is only compiled.
# STEER_TARGETS, if set, names what of it is compiled.

set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
dir=$1
shift
meson=${MESON:-/usr/bin/meson}
[ -x "$meson" ] || meson=meson

pkg-config --exists libdpdk || {
	echo "build: pkg-config finds no libdpdk: run devtools/setup.sh, or set PKG_CONFIG_PATH" >&2
	exit 1
}
stamp=$dir/.configured
wanted=$(
	echo "DPDK $(pkg-config --modversion libdpdk) $(pkg-config --variable=libdir libdpdk)"
	echo "CC ${CC:-}"
	printf '%s\n' "$@"
)

# Of the old state what was downloaded stays: the SDK headers, which know by themselves whether they
# fit, and the kernel of the test's virtual machine. To have them again may need a network.
start_over() {
	find "$dir" -mindepth 1 -maxdepth 1 ! -name sdk ! -name vm -exec rm -rf {} +
}

if [ -f "$stamp" ] && [ "$(cat "$stamp")" != "$wanted" ]; then
	start_over
elif [ -d "$dir/meson-private" ] && [ ! -f "$dir/build.ninja" ]; then
	# configured in part: meson would take it for done
	start_over
fi
if [ ! -f "$dir/build.ninja" ]; then
	"$meson" setup "$dir" . "$@"
	echo "$wanted" >"$stamp"
fi
# shellcheck disable=SC2086 # a list
"$meson" compile -C "$dir" ${STEER_TARGETS:-}
