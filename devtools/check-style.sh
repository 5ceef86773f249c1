#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# What .editorconfig asks for, in C: tabs of 8, 100 columns; and in all sources: no white space at
# the end of a line, a new line at the end of the file, no carriage returns.

set -eu
export LC_ALL=C.UTF-8

tools=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$tools/..}"
bad=0

# FILE WHAT LINES
complain() {
	[ -n "$3" ] || return 0
	printf 'check-style: %s: %s: %s\n' "$1" "$2" "$(echo "$3" | head -n 3 | tr '\n\t' '  ')"
	bad=1
}

for f in $("$tools/source-files.sh" .); do
	[ -f "$f" ] || continue
	case $f in
	*.[ch])
		complain "$f" "more than 100 columns" \
			"$(expand "$f" | grep -nE '^.{101}' || true)"
		complain "$f" "indented by spaces" \
			"$(grep -nE '^ {8}' "$f" || true)"
		;;
	*.sh | *.py | *meson.build | *meson_options.txt | Makefile | *.rst | *.md | *.ini) ;;
	*) continue ;;
	esac
	complain "$f" "white space at the end" "$(grep -nE '[[:blank:]]$' "$f" || true)"
	complain "$f" "carriage return" "$(grep -n "$(printf '\r')" "$f" || true)"
	[ ! -s "$f" ] || complain "$f" "no new line at the end" "$(tail -c 1 "$f" | grep -v '^$' || true)"
done
exit $bad
