#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Tells how much of lib/ and drivers/ the tests reach, and fails if that is less than the floors in
# coverage.py:
#
#	coverage.sh DIR [MESON_OPTION...]
#
# The tests under sanitizers count (devtools/asan-tests.sh). They are run only if they have not been
# since the sources changed: after `make test` this is done in seconds. System tests do not count.

set -u

# shellcheck source=devtools/tests-in.sh
. "$(dirname "$0")/tests-in.sh"
covered=$dir/asan/.covered

changed() {
	[ ! -e "$covered" ] || [ -n "$(find lib drivers test -name '*.[ch]' -newer "$covered")" ]
}

if changed; then
	devtools/asan-tests.sh "$dir" "$@" || exit 1
fi
# shellcheck disable=SC2046 # names without spaces
/usr/bin/python3 devtools/coverage.py "$dir/asan" "$dir/coverage.txt" $(devtools/source-files.sh .)
