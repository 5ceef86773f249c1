#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Each file of the project has a maintainer: some F: line of MAINTAINERS covers it, a directory
# ("F: lib/key/") with all that is in it, or a pattern of file names.

set -eu
export LC_ALL=C

tools=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$tools/..}"
bad=0

patterns=$(sed -n 's/^F:[[:space:]]*//p' MAINTAINERS | sed 's|/$|/*|')

covered() {
	while IFS= read -r pattern; do
		# shellcheck disable=SC2254 # it is a pattern
		case $1 in
		$pattern) return 0 ;;
		esac
	done <<-EOF
	$patterns
	EOF
	return 1
}

files=$("$tools/source-files.sh" .)
while IFS= read -r f; do
	covered "$f" || {
		echo "check-maintainers: no F: line of MAINTAINERS covers $f"
		bad=1
	}
done <<EOF
$files
EOF

# M: is what a file is covered for
awk '/^F:/ && !maintained { print "check-maintainers: no M: line above " $0; bad = 1 }
	/^M:/ { maintained = 1 }
	/^$/ { maintained = 0 }
	END { exit bad }' MAINTAINERS || bad=1
exit $bad
