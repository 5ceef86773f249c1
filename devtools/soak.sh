#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Long tests of a built directory, which ends with a table of what was run: soak.sh DIR
#
#	SOAK_PAIRS    packets that the engine and the reference judge (20000000)
#	SOAK_PACKETS  hostile packets that pass through a port (100000000)
#	SOAK_CAPTURES directory of pcap files, which are changed for some of these (made-up packets
#	              of the fuzz targets)
#	SOAK_SEED     of their rules and packets (another one each time; it is printed)
#	SOAK_SECONDS  for which rules change while others classify (60)
#	STORM_OPS     operations of a storm of rules on a port (10000000)
#	STORM_SECONDS for which a port is configured, started, stopped, unplugged at random (300)
#	STORM_KILLS   how often testpmd is killed at random (52), where it may be started: as root
#	SOAK_RULES    which have to fit into 1.5 GB, until there is no room for another one (4000000)
#
# The exit code is other than 0 if something was found.

set -u

top=$(cd "$(dirname "$0")/.." && pwd)
dir=$1
table=$(mktemp)
result=$(mktemp)
trap 'rm -f "$table" "$result"' EXIT
trap 'exit 143' TERM HUP INT
status=0

# WHAT COMMAND...: 77 says that the machine lacks something for it
run() {
	what=$1
	shift
	echo "== $what"
	: >"$result"
	begin=$(date +%s)
	rc=0
	STEER_SOAK_RESULT="$result" "$@" || rc=$?
	[ -s "$result" ] || echo "ended with exit code $rc" >"$result"
	printf '%-28s %6s s  %s\n' "$what" $(($(date +%s) - begin)) "$(cat "$result")" >>"$table"
	[ $rc -eq 0 ] || [ $rc -eq 77 ] || status=1
}

run "engine and reference" "$dir/test/lib/soak-random" "${SOAK_PAIRS:-20000000}" "${SOAK_SEED:-}"
run "hostile traffic" "$dir/test/hostile/soak-hostile" "${SOAK_PACKETS:-100000000}" \
	"${SOAK_SEED:-}" "${SOAK_CAPTURES:-$(dirname "$0")/../test/fuzz/corpus/parse}"
export STEER_CHANGE_SECONDS="${SOAK_SECONDS:-60}"
run "change under traffic" "$dir/test/lib/test-change"
export STEER_STORM_OPS="${STORM_OPS:-10000000}" STEER_STORM_SECONDS="${STORM_SECONDS:-300}"
export STEER_STORM_KILLS="${STORM_KILLS:-52}" STEER_TEST_SEED="${SOAK_SEED:-$(date +%s)}"
STEER_BUILD=$(cd "$dir" && pwd)
export STEER_BUILD STEER_SOURCE="$top"
run "storm of rules" "$dir/test/drivers/test-storm"
run "storm of life cycles" "$dir/test/drivers/test-life_storm"
run "storm of kills" "$top/test/system/testpmd_killed.py"
export STEER_LIMIT_MEGABYTES=1536 STEER_LIMIT_RULES="${SOAK_RULES:-4000000}"
run "rules until memory ends" "$dir/test/drivers/test-limit"
echo "== soak"
cat "$table"
exit $status
