#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Builds the tests of lib/ and of the driver under the address and undefined behaviour sanitizers
# into DIR/asan and runs them:
#
#	asan-tests.sh DIR [MESON_OPTION...]
#
# The same run counts which lines they reach, for devtools/coverage.sh: to compile and run all of it
# once more for that would take minutes.

set -u

# shellcheck source=devtools/tests-in.sh
. "$(dirname "$0")/tests-in.sh"
asan=$dir/asan
status=0

# the log is what a summary counts: it may be no older one's
rm -f "$asan/.covered" "$asan/meson-logs/testlog.json"
devtools/build.sh "$asan" -Db_sanitize=address,undefined -Doptimization=1 -Dcoverage=true "$@" ||
	exit 1
# what was counted for other sources
find "$asan" -name '*.gcda' -delete

export ASAN_OPTIONS="${ASAN_OPTIONS:-detect_leaks=1:detect_stack_use_after_return=1}"
export UBSAN_OPTIONS="${UBSAN_OPTIONS:-halt_on_error=1:print_stacktrace=1}"
export LSAN_OPTIONS="${LSAN_OPTIONS:-suppressions=$top/test/lsan.supp:print_suppressions=0}"
"$meson" test -C "$asan" --no-rebuild --print-errorlogs \
	--suite lib --suite drivers --timeout-multiplier 4 || status=1
touch "$asan/.covered"
exit $status
