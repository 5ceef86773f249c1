#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# What a reviewer need not look for: all checks of the sources, and scripts that shellcheck and python
# accept. What clang-format would write otherwise is shown as a hint only: it does not know how a
# table is laid out to be read.

set -u
export LC_ALL=C.UTF-8

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top" || exit 1
status=0

for check in devtools/check-*.sh; do
	"$check" || status=1
done

for f in $(devtools/source-files.sh .); do
	[ -f "$f" ] || continue
	case $(head -n 1 "$f" | tr -d '\0') in
	'#!'*sh)
		# functions that are called by their name in "$@" look unreachable
		shellcheck -x -e SC2317 "$f" || status=1
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

[ $status -ne 0 ] || echo "lint: nothing found"
exit $status
