#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# How scripts begin that are called with DIR [MESON_OPTION...] to build and run tests below DIR. They
# source it: it goes to the top of the tree, sets $top, $dir and $meson, leaves the options in "$@",
# and has DPDK found by builds and tests of theirs.

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top" || exit 1
mkdir -p "$1" || exit 1
# shellcheck disable=SC2034 # used by those who source it
dir=$1
meson=${MESON:-/usr/bin/meson}
[ -x "$meson" ] || meson=meson
STEER_SDK_CACHE=${STEER_SDK_CACHE:-$(cd "$1" && pwd)/sdk/cache}
export STEER_SDK_CACHE
shift

# The libraries of a DPDK elsewhere need each other, which only this path tells the loader: else it
# takes the distribution's for the second half.
libdir=$(pkg-config --variable=libdir libdpdk)
case $libdir in
'' | /usr/lib* | /lib*) ;;
*) export LD_LIBRARY_PATH="$libdir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" ;;
esac
