#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# The DPDK release is asked for in one place, lib/compat/, so that all the others read the same for
# every release.

set -eu
export LC_ALL=C

tools=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$tools/..}"
bad=0

for f in $("$tools/source-files.sh" . | grep -v '^lib/compat/' | grep -E '\.[ch]$' || true); do
	lines=$(grep -nE '\bRTE_VER(SION|SION_NUM|_[A-Z]+)\b' "$f") || continue
	echo "check-versions: $f asks for DPDK's release, which only lib/compat/ may: $lines"
	bad=1
done
exit $bad
