#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Each source file states its license in the first line (a script in the second).

set -eu
export LC_ALL=C

tools=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$tools/..}"
bad=0

is_source() {
	case ${1##*/} in
	*.[chS] | *.py | *.sh | meson.build | meson_options.txt | Makefile | *.mk) return 0 ;;
	esac
	[ -f "$1" ] && [ "$(head -c 2 "$1" | tr -d '\0')" = '#!' ]
}

files=$("$tools/source-files.sh" .)
while IFS= read -r f; do
	is_source "$f" || continue
	first=$(head -n 2 "$f" | grep -v '^#!' | head -n 1) || true
	case $first in
	*SPDX-License-Identifier:\ *) continue ;;
	esac
	echo "check-licenses: $f does not begin with an SPDX-License-Identifier"
	bad=1
done <<EOF
$files
EOF
exit $bad
