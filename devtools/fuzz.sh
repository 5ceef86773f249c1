#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Builds the fuzz targets with clang into DIR/fuzz and runs each one, as many at once as there are
# processors: fuzz.sh DIR [MESON_OPTION...]
#
#	FUZZ_SECONDS  how long each (60)
#	FUZZ_TARGETS  which ones (all: parse flow text request)
#
# They start with the inputs of test/fuzz/corpus and what earlier runs have found, which is kept in
# DIR/fuzz/found/TARGET. What makes a target fail is shown in hexadecimal, and kept as
# DIR/fuzz/TARGET-*. Ends with "N passed, N failed, N skipped".

set -uo pipefail

# shellcheck source=devtools/tests-in.sh
. "$(dirname "$0")/tests-in.sh"
fuzz=$dir/fuzz
seconds=${FUZZ_SECONDS:-60}
read -ra targets <<<"${FUZZ_TARGETS:-parse flow text request}"
# libFuzzer's own time limit is checked between two inputs
limit=$((seconds + 120))

CC=clang STEER_TARGETS=fuzzers devtools/build.sh "$fuzz" -Dfuzz=true -Doptimization=2 "$@" || exit 1

# Log of a run: what it has done, by libFuzzer's own count.
summary() {
	sed -nE 's/^stat::number_of_executed_units: */inputs run: /p; s/^stat::new_units_added: */new: /p' \
		"$1" | paste -sd ' '
}

show_inputs() {
	local input
	for input in "$fuzz/$1"-*; do
		[ "$input" -nt "$fuzz/$1.start" ] || continue
		echo "fuzz: $1: fails with these $(stat -c %s "$input") bytes, which are in $input:"
		od -An -v -tx1 -w32 "$input"
		echo "fuzz: again: $fuzz/test/fuzz/fuzz-$1 $input"
	done
}

run() {
	local name=$1 log=$fuzz/$1.log rc=0
	mkdir -p "$fuzz/found/$name"
	touch "$fuzz/$name.start"
	UBSAN_OPTIONS=print_stacktrace=1 LSAN_OPTIONS=suppressions=$top/test/lsan.supp \
		timeout --kill-after=10 $limit "$fuzz/test/fuzz/fuzz-$name" \
		-max_total_time="$seconds" -max_len=2048 -print_final_stats=1 \
		-artifact_prefix="$fuzz/$name-" \
		"$fuzz/found/$name" "test/fuzz/corpus/$name" >"$log" 2>&1 || rc=$?
	if [ $rc -eq 0 ] && grep -q '^Done ' "$log"; then
		echo "fuzz: $name: $seconds s, $(summary "$log"): nothing found"
		return 0
	fi
	{
		echo "fuzz: $name: FAILED with exit code $rc; out of $log:"
		tail -n 100 "$log" | grep -v '^INFO: \|^#[0-9]' | head -n 40 | cut -c 1-300
		show_inputs "$name"
	} >"$log.failed"
	cat "$log.failed"
	return 1
}

trap 'kill $(jobs -p) 2>/dev/null; exit 143' TERM HUP INT
running=0
failed=0
for name in "${targets[@]}"; do
	if [ $running -ge "$(nproc)" ]; then
		wait -n || failed=$((failed + 1))
		running=$((running - 1))
	fi
	run "$name" &
	running=$((running + 1))
done
while [ $running -gt 0 ]; do
	wait -n || failed=$((failed + 1))
	running=$((running - 1))
done
echo "$((${#targets[@]} - failed)) passed, $failed failed, 0 skipped"
[ $failed -eq 0 ]
