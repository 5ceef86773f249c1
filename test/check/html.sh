#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# The guide becomes HTML without a warning, with its pictures:
#
#	html.sh TREE

set -eu

command -v sphinx-build >/dev/null || {
	echo "no sphinx-build: Debian has it in python3-sphinx"
	exit 1
}
command -v gnuplot >/dev/null || {
	echo "no gnuplot, for the plot of speed: Debian has it in gnuplot-nox"
	exit 1
}
html=$(mktemp -d)
trap 'rm -rf "$html"' EXIT
trap 'exit 1' HUP INT TERM
sphinx-build -W -q -b html "$1/doc/guides" "$html"
for file in index.html nics/steer.html howto/trouble.html perf/steer_perf.html \
	_images/steer_perf.svg _images/steer_path.svg; do
	[ -s "$html/$file" ] || {
		echo "$file is missing"
		exit 1
	}
done
