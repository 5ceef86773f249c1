#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# What a reviewer need not look for: all checks of the sources, scripts that shellcheck and python
# accept, and no warning of clang's, where the tests use gcc. What clang-format would write otherwise
# is shown as a hint only: it does not know how a table is laid out to be read.

set -u
export LC_ALL=C.UTF-8

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top" || exit 1
build=${BUILD:-build}
status=0

for check in devtools/check-*.sh; do
	"$check" || status=1
done

for f in $(devtools/source-files.sh .); do
	[ -f "$f" ] || continue
	case $(head -n 1 "$f" | tr -d '\0') in
	'#!'*sh)
		# functions that are called by their name in "$@" look unreachable
		shellcheck -e SC2317 "$f" || status=1
		;;
	'#!'*python3)
		/usr/bin/python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read(), sys.argv[1])' \
			"$f" || status=1
		;;
	esac
done

devtools/source-files.sh . | grep '\.[ch]$' | while IFS= read -r f; do
	clang-format "$f" | diff "$f" - | grep '^>'
done | awk 'END { if (NR > 0) print "hint: clang-format would write " NR " lines otherwise" }'

STEER_SDK_CACHE=$top/$build/sdk/cache
export STEER_SDK_CACHE
mkdir -p "$build"
CC=clang devtools/build.sh "$build/clang" -Dwerror=true >"$build/clang.log" 2>&1 || {
	grep -E 'error:|ERROR|warning:|undefined reference' "$build/clang.log" || tail -n 20 "$build/clang.log"
	status=1
}
[ $status -ne 0 ] || echo "lint: nothing found"
exit $status
