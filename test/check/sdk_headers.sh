#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# devtools/sdk-headers.sh takes headers that fit, and refuses the others by one sentence.

set -eu
umask 022

script=$(cd "$(dirname "$0")/../../devtools" && pwd)/sdk-headers.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
bad=0
flat='ethdev_driver.h ethdev_vdev.h bus_vdev_driver.h dev_driver.h'

# VERSION HEADER...: a flat directory
sdk() {
	rm -rf "$work/in" "$work/out"
	mkdir -p "$work/in"
	echo "$1" >"$work/in/VERSION"
	shift
	for h in "$@"; do
		echo "/* $h */" >"$work/in/$h"
	done
}

# A source tree, where the headers lie in several directories.
sdk_tree() {
	sdk "$1"
	mkdir -p "$work/in/lib/ethdev" "$work/in/lib/eal/include" "$work/in/drivers/bus/vdev"
	touch "$work/in/lib/ethdev/ethdev_driver.h" "$work/in/lib/ethdev/ethdev_vdev.h" \
		"$work/in/drivers/bus/vdev/bus_vdev_driver.h" "$work/in/lib/eal/include/dev_driver.h"
}

verdict() {
	if [ "$1" -eq 0 ]; then
		echo "ok $2"
	else
		echo "not ok $2: $(cat "$work/said")"
		bad=1
	fi
}

# WHAT VERSION DIR: taken, and complete
takes() {
	rc=0
	"$script" "$2" "$work/out" "$3" >"$work/said" 2>&1 || rc=1
	for h in $flat VERSION; do
		[ -f "$work/out/$h" ] || rc=1
	done
	verdict $rc "takes $1"
}

# WHAT VERSION DIR SENTENCE
refuses() {
	rc=0
	if "$script" "$2" "$work/out" "$3" >"$work/said" 2>&1; then
		rc=1
	fi
	[ "$(wc -l <"$work/said")" -eq 1 ] && grep -q "$4" "$work/said" || rc=1
	verdict $rc "refuses $1"
}

# shellcheck disable=SC2086 # lists of headers
{
	sdk 22.11.11 $flat
	takes "a flat directory" 22.11.11 "$work/in"
	sdk_tree 24.11.4
	takes "a source tree" 24.11.4 "$work/in"
	sdk 22.11.11 $flat
	rm "$work/in/VERSION"
	takes "a directory without VERSION" 22.11.11 "$work/in"
	sdk 0.1.0 $flat
	takes "a directory in another project" 22.11.11 "$work/in"
	sdk 25.11.0 $flat rte_flow_driver.h
	takes "the headers of 25.11" 25.11.0 "$work/in"

	sdk 22.11.11 $flat
	refuses "headers of another release" 22.11.12 "$work/in" 'DPDK 22.11.11, but libdpdk is 22.11.12'
	sdk 22.11.11
	mkdir "$work/in/include"
	for h in $flat; do
		touch "$work/in/include/$h"
	done
	refuses "another release's VERSION above" 24.11.4 "$work/in/include" \
		'DPDK 22.11.11, but libdpdk is 24.11.4'
	sdk 25.11.0 $flat
	refuses "a missing rte_flow_driver.h since 25.11" 25.11.0 "$work/in" 'neither rte_flow_driver.h'
	for missing in $flat; do
		sdk 22.11.11 $flat
		rm "$work/in/$missing"
		refuses "a missing $missing" 22.11.11 "$work/in" "neither $missing"
	done
	refuses "a missing directory" 22.11.11 "$work/none" 'is not a directory'
}

# The package's source: nothing may be fetched for a DPDK that is not the package's.
if dpkg-query -W libdpdk-dev >/dev/null 2>&1; then
	rm -rf "$work/out"
	rc=0
	"$script" 1.2.3 "$work/out" >"$work/said" 2>&1 && rc=1
	grep -q 'but libdpdk is 1.2.3' "$work/said" || rc=1
	[ ! -e "$work/out/cache" ] || rc=1
	verdict $rc "refuses a package of another release"
else
	echo "ok refuses a package of another release # skip libdpdk-dev is not a package here"
fi
exit $bad
