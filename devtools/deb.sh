#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Builds a Debian package of the tree as it stands, for the DPDK release that is installed:
#
#	deb.sh BUILD_DIR
#
# The package is left in BUILD_DIR/deb. The driver SDK headers are those of BUILD_DIR, so that no
# network is asked.

set -eu
umask 022
export LC_ALL=C

top=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "$1" && pwd)
version=$(cat "$top/VERSION")
out=$build/deb
tree=$out/net-steer-$version

rm -rf "$out"
mkdir -p "$tree"
cd "$top"
devtools/source-files.sh . | cpio --quiet -pdm "$tree"
cp -a devtools/debian "$tree/debian"
cat >"$tree/debian/changelog" <<EOT
net-steer ($version) unstable; urgency=medium

  * See doc/guides/rel_notes.

 -- net_steer maintainers <maintainers@net-steer.example>  $(date -R -r VERSION)
EOT

[ ! -f "$build/sdk/VERSION" ] || export STEER_SDK_DIR="$build/sdk"
cd "$tree"
dpkg-buildpackage -us -uc -b >"$out/log" 2>&1 || {
	tail -n 30 "$out/log" >&2
	echo "deb: the package cannot be built, see $out/log" >&2
	exit 1
}
rm -rf "$tree"
ls "$out"/*.deb
