#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Runs every test of a built directory, then those of lib/ and of the driver once more under the
# address and undefined behaviour sanitizers, and ends with "N passed, N failed, N skipped":
#
#	run-tests.sh DIR [MESON_OPTION...]

set -u

# shellcheck source=devtools/tests-in.sh
. "$(dirname "$0")/tests-in.sh"
status=0

echo "== tests"
devtools/meson-test.sh "$dir" || status=1

echo "== tests under sanitizers"
devtools/asan-tests.sh "$dir" "$@" || status=1

/usr/bin/python3 devtools/test-summary.py \
	"$dir/meson-logs/testlog.json" "$dir/asan/meson-logs/testlog.json" || status=1
exit $status
