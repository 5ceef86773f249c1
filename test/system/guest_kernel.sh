#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Puts Debian's kernel for virtual machines, and of its modules those for UIO, into a directory:
#
#	guest_kernel.sh DIR
#
# That is 27 MB to download, once: what is there is not fetched again. Nothing is installed.

set -eu
umask 022
export LC_ALL=C

dir=$1
meta=linux-image-cloud-amd64

die() {
	echo "guest_kernel: $*" >&2
	exit 1
}

[ ! -f "$dir/complete" ] || exit 0
command -v apt-get >/dev/null || die "no apt-get here: unpack Debian's $meta into $dir yourself," \
	"and make the file $dir/complete"

# the package that the meta package stands for
package() {
	apt-cache depends "$meta" 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-.*\)/\1/p' | head -n 1
}

# what an older list names may be gone from the mirror
download() {
	name=$(package)
	[ -n "$name" ] && apt-get -q -o APT::Sandbox::User=root -o Acquire::Retries=3 download "$name"
}

mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
new=$dir.new
rm -rf "$new"
trap 'rm -rf "$new"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$new"
cd "$new"
download || { apt-get -q update && download; } ||
	die "the kernel ($meta) cannot be downloaded: try again with a network"
dpkg-deb --fsys-tarfile ./*.deb |
	tar -x --wildcards './boot/vmlinuz-*' '*/uio.ko*' '*/uio_pci_generic.ko*'
rm -f ./*.deb
: >complete
rm -rf "$dir"
mv "$new" "$dir"
