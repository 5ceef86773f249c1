#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Runs tests of a built directory: meson-test.sh DIR [OPTION OF meson test...]. System tests depend on
# what else the machine does: if one or two of them are all that fails, they are run once more, which
# test-summary.py then reports.

set -u

top=$(cd "$(dirname "$0")/.." && pwd)
dir=$1
shift
meson=${MESON:-/usr/bin/meson}
[ -x "$meson" ] || meson=meson
log=$dir/meson-logs/testlog

# the logs are what the summary counts, so that none may be an older one's
rm -f "$log.json" "$log-again.json"
"$meson" test -C "$dir" --no-rebuild --print-errorlogs "$@" && exit 0
again=$(/usr/bin/python3 "$top/devtools/test-summary.py" --unsettled "$log.json")
[ -n "$again" ] || exit 1
echo "== once more: $(echo "$again" | xargs)"
# shellcheck disable=SC2086 # a list
exec "$meson" test -C "$dir" --no-rebuild --print-errorlogs --logbase testlog-again $again
