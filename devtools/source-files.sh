#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Lists the project's files below the directory $1: those that git tracks, or in an unpacked archive
# all but build/. What is deleted and not yet committed is no file any more.

cd "$1" || exit 1
if [ -e .git ] && command -v git >/dev/null; then
	# the checks run as root in anybody's checkout
	git -c safe.directory='*' -c core.quotePath=false ls-files
else
	find . -path ./build -prune -o \( -type f -o -type l \) -print | sed 's|^\./||'
fi | while IFS= read -r f; do
	[ ! -e "$f" ] && [ ! -L "$f" ] || printf '%s\n' "$f"
done | sort
