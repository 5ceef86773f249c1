#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Makes one object of libraries, which calls test_fault_NAME in place of each NAME of a list:
# faulty.sh LIST LIBRARY LIBRARY OUTPUT OBJCOPY CC...

set -eu

list=$1 first=$2 second=$3 output=$4 objcopy=$5
shift 5
names=$output.names
sed -nE 's/^FAULT\((\w+),.*/\1 test_fault_\1/p' "$list" >"$names"
"$@" -r -nostdlib -Wl,--whole-archive "$first" "$second" -Wl,--no-whole-archive -o "$output.whole"
"$objcopy" --redefine-syms="$names" "$output.whole" "$output"
rm -f "$output.whole" "$names"
