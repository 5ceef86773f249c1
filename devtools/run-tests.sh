#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Runs every test of a built directory, then those of lib/ and of the driver once more under the
# address and undefined behaviour sanitizers, and ends with "N passed, N failed, N skipped":
#
#	run-tests.sh DIR [MESON_OPTION...]

set -u

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top" || exit 1
dir=$1
shift
status=0

# The libraries of a DPDK elsewhere need each other, which only this path tells the loader: else it
# takes the distribution's for the second half.
libdir=$(pkg-config --variable=libdir libdpdk)
case $libdir in
/usr/lib* | /lib*) ;;
*) export LD_LIBRARY_PATH="$libdir${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" ;;
esac

# LABEL DIR [OPTION...]
run() {
	label=$1
	shift
	echo "== $label"
	devtools/meson-test.sh "$@" || status=1
}

run "tests" "$dir"

asan=$dir/asan
STEER_SDK_CACHE=$(cd "$dir" && pwd)/sdk/cache
export STEER_SDK_CACHE
if devtools/build.sh "$asan" -Db_sanitize=address,undefined -Doptimization=1 "$@"; then
	export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1:detect_stack_use_after_return=1}"
	export UBSAN_OPTIONS="${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}"
	export LSAN_OPTIONS="${LSAN_OPTIONS:-suppressions=$top/test/lsan.supp:print_suppressions=0}"
	run "tests under sanitizers" "$asan" --suite lib --suite drivers --timeout-multiplier 4
else
	status=1
fi

/usr/bin/python3 devtools/test-summary.py \
	"$dir/meson-logs/testlog.json" "$asan/meson-logs/testlog.json" || status=1
exit $status
