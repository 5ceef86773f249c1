#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Builds the tests that start threads with the thread sanitizer into DIR/tsan and runs them:
#
#	tsan.sh DIR [MESON_OPTION...]
#
#	SOAK_SECONDS  for which rules change while others classify (60)
#	TSAN_TESTS    which tests (all that start threads)
#
# How DPDK, which is not built with it, is kept out of what it sees is said in test/tsan/tsan.h. Ends
# with "N passed, N failed, N skipped": a data race fails the test it is in.

set -u

# shellcheck source=devtools/tests-in.sh
. "$(dirname "$0")/tests-in.sh"
tsan=$dir/tsan
status=0

tests=${TSAN_TESTS:-$(grep -lE 'pthread_create|remote_launch|(pollers|others)_start' \
	test/lib/test_*.c test/drivers/test_*.c | sed 's/.*test_\(.*\)\.c/\1/')}

STEER_TARGETS=$(for t in $tests; do echo "test-$t"; done)
export STEER_TARGETS
devtools/build.sh "$tsan" -Db_sanitize=thread -Doptimization=1 "$@" || exit 1

export STEER_CHANGE_SECONDS="${SOAK_SECONDS:-60}"
export TSAN_OPTIONS="${TSAN_OPTIONS:-history_size=7:second_deadlock_stack=1}"
log=$tsan/meson-logs/testlog
rm -f "$log.json"
# shellcheck disable=SC2086 # a list
"$meson" test -C "$tsan" --no-rebuild --print-errorlogs \
	--timeout-multiplier $((4 + STEER_CHANGE_SECONDS / 100)) $tests || status=1
grep -hE '^[0-9]+ scripts, ' "$log.txt"
echo "tsan: $(grep -c '^WARNING: ThreadSanitizer' "$log.txt") warnings of the thread sanitizer"
/usr/bin/python3 devtools/test-summary.py "$log.json" || status=1
exit $status
