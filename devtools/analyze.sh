#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# All that finds faults without running the code: devtools/lint.sh, codespell, cppcheck, gcc's
# analyser, clang-tidy and the warnings of clang, where the tests use gcc. Says what each took, and
# fails if one finds something or is not there:
#
#	analyze.sh DIR
#
#	ANALYZE=full  of more directories, the tests with clang, and with clang's analyser: for half an
#	              hour
#
# DIR is built: how each file is compiled is known from there. What a tool is not asked for stands
# here with the reason, or in .clang-tidy.

set -u
export LC_ALL=C.UTF-8

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top" || exit 1
dir=$1
status=0
table=$(mktemp)
trap 'rm -f "$table"' EXIT
trap 'exit 143' TERM HUP INT

for tool in shellcheck clang-format codespell cppcheck gcc clang-tidy clang; do
	command -v $tool >/dev/null || {
		echo "analyze: $tool is missing: devtools/setup.sh lint installs it" >&2
		exit 1
	}
done
[ -e "$dir/compile_commands.json" ] || {
	echo "analyze: $dir is not built" >&2
	exit 1
}

# WHAT COMMAND...
step() {
	what=$1
	shift
	begin=$(date +%s)
	result=clean
	"$@" || result=found status=1
	printf 'analyze: %-12s %-6s %4s s\n' "$what" "$result" $(($(date +%s) - begin)) >>"$table"
}

# Words that are none of English but of the sources: ARP's target hardware address, neighbour
# discovery, "to and fro", a name in the reference, and the rest of [Tt]ypes.
words() {
	devtools/source-files.sh . | grep -vE '^test/fuzz/corpus/|\.(gz|xz|pcap|pcapng)$' |
		xargs -d '\n' codespell --ignore-words-list=tha,nd,fro,upto,ypes
}

# Not asked of cppcheck 2.10, for what it said was wrong each time:
#	uninitvar                  arrays filled up to a count, and what is set through a pointer; clang's
#	                           analyzer follows these
#	arrayIndexOutOfBoundsCond  values that were told from a queue's number just before
#	invalidPrintfArgType_uint  constants, which gcc's -Wformat=2 knows to be positive
#	arithOperationsOnVoidPointer  gcc's -Wpointer-arith is on; BPF programs are for clang alone
#	nullPointerRedundantCheck  a loop's variable after its end, and that of TAILQ_FOREACH
#	readdirCalled              readdir_r() is the one to be avoided
check_c() {
	includes=
	for noun in lib/*/ drivers/net/*/; do
		includes="$includes -I$noun"
	done
	# shellcheck disable=SC2086 # a list
	cppcheck --quiet -j "$(nproc)" --enable=warning,performance,portability --error-exitcode=1 \
		--std=c11 --library=posix,gnu --library=devtools/cppcheck.cfg --inline-suppr \
		--template='{file}:{line}: {severity}: {message} [{id}]' \
		--suppress=uninitvar --suppress=arrayIndexOutOfBoundsCond \
		--suppress=invalidPrintfArgType_uint --suppress=arithOperationsOnVoidPointer \
		--suppress=nullPointerRedundantCheck --suppress=readdirCalled $includes lib drivers app
}

# Not asked of gcc 12, for what it said was wrong each time:
#	malloc-leak                 memory that is kept in a caller's structure, of which it loses sight
#	null-dereference            NULL that is ruled out before: bytes looked at are there by
#	                            steer_left(), a row is found by who asks for it
#	null-argument               the same
#	use-of-uninitialized-value  what memcpy() has just filled
# clang's analyser and the tests' sanitizers know better. Nearly a second a file: CI has it look where
# text, files and what the kernel says are read.
check_gcc() {
	directories='lib/text lib/load lib/trace lib/kernel app/steer-trace'
	[ "${ANALYZE:-}" != full ] || directories='lib drivers app'
	# shellcheck disable=SC2086 # a list
	devtools/look-at.py gcc "$dir" $directories -- -Wno-analyzer-malloc-leak \
		-Wno-analyzer-null-dereference -Wno-analyzer-null-argument \
		-Wno-analyzer-use-of-uninitialized-value
}

# clang's warnings are among its checks. Its analyser is not asked for memcpy(), of which it would have
# C11's optional memcpy_s() made.
check_tidy() {
	if [ "${ANALYZE:-}" = full ]; then
		devtools/look-at.py tidy "$dir" lib drivers app test -- \
			--checks='clang-analyzer-*,-*.DeprecatedOrUnsafeBufferHandling'
	else
		devtools/look-at.py tidy "$dir" lib drivers app
	fi
}

step lint devtools/lint.sh
step codespell words
step cppcheck check_c
step gcc check_gcc
step clang-tidy check_tidy
[ "${ANALYZE:-}" != full ] || step clang devtools/look-at.py clang "$dir" test
cat "$table"
exit $status
