#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# The arrows between the directories: only drivers/ and its tests in
# test/drivers/ see DPDK's driver interfaces (to play a lower port's part), lib/ includes
# nothing of ours from elsewhere, and nothing that is shipped includes from test/.

set -eu
export LC_ALL=C

tools=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$tools/..}"
sdk='ethdev_[a-z0-9_]+|eal_[a-z0-9_]+|dev_driver|(bus|rte)_[a-z0-9_]+_driver'
files=$("$tools/source-files.sh" .)
bad=0

complain() {
	echo "check-includes: $*"
	bad=1
}

# The files of directories $1 ("lib|app") whose names match $2.
files_of() {
	echo "$files" | grep -E "^($1)/" | grep -E "$2" || true
}

for f in $(echo "$files" | grep -vE '^(test/)?drivers/' | grep -E '\.[ch]$' || true); do
	lines=$(grep -nE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]([^>\"]*/)?($sdk)\.h[>\"]" "$f") &&
		complain "$f includes a driver SDK header, which only drivers/ and its tests may: $lines"
done
for f in $(echo "$files" | grep -vE '^(test/)?drivers/' | grep -E '\.[ch]$|(^|/)meson\.build$' || true); do
	lines=$(grep -n ALLOW_INTERNAL_API "$f") &&
		complain "$f names ALLOW_INTERNAL_API, which only drivers/ and its tests may: $lines"
done

# FROM's files must not include a header of DIRS, by path or by a name which FROM has not itself.
forbid() {
	from=$1
	dirs=$2
	own=$(files_of "$from" '\.h$' | sed 's|.*/||')
	foreign=$(files_of "$dirs" '\.h$' | sed 's|.*/||' | grep -vxF "$own" || true)
	for f in $(files_of "$from" '\.[ch]$'); do
		sed -nE 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"([^"]*)".*/\1/p' "$f" |
			while IFS= read -r included; do
				if echo "/$included" | grep -qE "/($dirs)/" ||
					echo "$foreign" | grep -qxF "${included##*/}"; then
					echo "check-includes: $f includes \"$included\", but $from/ does not look into $dirs"
				fi
			done
	done
}

found=$(
	forbid lib 'drivers|app|test'
	forbid drivers 'app|test'
	forbid app 'test'
)
if [ -n "$found" ]; then
	echo "$found"
	bad=1
fi
exit $bad
