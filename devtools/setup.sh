#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Installs what is missing of the packages needed to build, test and demonstrate net_steer on
# Debian; with "lint", "test" or "arm64" as argument also those of `make lint` and `make analyze`, of
# `make test` or of `make test-arm64`, with "roots" those that make a root of another release, and with
# "in-root" only what the tests in such a root need. Asks no network when all is there. Services that
# come with a package are not started.

set -eu
export LC_ALL=C

packages='
make
gcc
libc6-dev
binutils
pkgconf
meson
ninja-build
libdpdk-dev
dpdk
dpdk-dev
dpkg-dev
debhelper
cpio
python3-docutils
patch
xz-utils
ca-certificates
libcmocka-dev
clang
bpftool
libbpf-dev
libpcap-dev
linux-libc-dev
python3
python3-scapy
python3-pyelftools
iproute2
tcpdump
iputils-ping
ethtool
procps
util-linux
'
[ "${1:-}" = in-root ] || packages="$packages libclang-rt-dev qemu-system-x86 busybox-static"
case ${1:-} in
arm64) packages="$packages gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static" ;;
lint) packages="$packages shellcheck clang-format clang-tidy cppcheck codespell" ;;
test) packages="$packages openvswitch-switch-dpdk dpdk-doc python3-sphinx gnuplot-nox" ;;
in-root) packages="$packages openvswitch-switch-dpdk dpdk-doc ubuntu-keyring" ;;
roots) packages="$packages debootstrap" ;;
esac

if ! command -v apt-get >/dev/null; then
	echo "setup: no apt-get here, so nothing is installed; needed is what Debian calls" \
		"$(echo "$packages" | xargs)"
	exit 0
fi

missing() {
	# shellcheck disable=SC2016,SC2086 # fields of dpkg-query's, and a list
	have=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $packages 2>/dev/null |
		sed -n 's/^installed //p') || true
	for p in $packages; do
		echo "$have" | grep -qxF "$p" || echo "$p"
	done
}

# shellcheck disable=SC2046
set -- $(missing)
[ $# -gt 0 ] || exit 0

echo "setup: installing $*"
if [ "$(id -u)" -ne 0 ]; then
	echo "setup: run this as root: apt-get install --no-install-recommends $*" >&2
	exit 1
fi
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a

# a package asks this, where there is one, whether it may start its services
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
	trap 'rm -f $policy' EXIT
	trap 'exit 1' HUP INT TERM
	printf '#!/bin/sh\nexit 101\n' >$policy
	chmod 755 $policy
fi
# a broken source of somebody else's must not stop us: the install will tell
apt-get -q -o Acquire::Retries=3 update || echo "setup: going on with the package lists as they are" >&2
apt-get -q -y -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 \
	install --no-install-recommends "$@"
