#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Builds net_steer with another DPDK than the system's, warnings being errors, and runs the tests of
# lib/, of the driver and with testpmd, Open vSwitch and DPDK's examples:
#
#	root-test.sh 24.11|25.11 [MESON_OPTION...]
#	root-test.sh --prepare 24.11|25.11
#
# This is done in the Debian release that has this DPDK, in a root directory below STEER_ROOTS
# (default: /var/cache/net_steer/roots) that debootstrap makes once and that is used again. DPDK's
# driver headers are of the release's own source package, else of Ubuntu's of the same series (see
# sdk-headers.sh), or in the directory SDK_DIR (or STEER_SDK_DIR_2411, STEER_SDK_DIR_2511). Ends with
# "N passed, N failed, N skipped"; with exit code 77 and a sentence if something is lacking that is
# not ours. STEER_SUITES, if set, names suites of tests to be run instead of all of these. --prepare
# only makes the root, with its packages.

set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
# in the root
tree=/root/net_steer
sdk=/mnt/sdk
cache=/var/cache/net_steer-sdk

die() {
	echo "root-test: $*" >&2
	exit 1
}

skip() {
	echo "DPDK $release is not tested: $*"
	exit 77
}

# Where apt has Debian from.
debian_mirror() {
	local found
	# shellcheck disable=SC2016 # a field of apt's
	found=$(apt-get indextargets 'Origin: Debian' 'Label: Debian' --format '$(REPO_URI)' \
		2>/dev/null | grep -m 1 '^http' || true)
	found=${found:-http://deb.debian.org/debian}
	echo "${found%/}"
}

make_root() {
	echo "root-test: making $root, once"
	rm -rf "$root.new"
	debootstrap --variant=minbase --include=ca-certificates "$suite" "$root.new" "$mirror" \
		${script:+"$script"} >"$scratch/log" 2>&1 || {
		tail -n 20 "$scratch/log"
		rm -rf "$root.new"
		skip "debootstrap cannot make a root of Debian $suite from $mirror"
	}
	# a mirror that stands still is as good
	echo 'Acquire::Check-Valid-Until "false";' >"$root.new/etc/apt/apt.conf.d/50net_steer"
	mv "$root.new" "$root"
}

# A build that was stopped may have left its tree.
copy_tree() {
	rm -rf "${root:?}$tree"
	mkdir -p "$root$tree" "$root$sdk" "$root$cache"
	devtools/source-files.sh . | tar -cf - -T - | tar -xf - -C "$root$tree"
	cp -L /etc/resolv.conf "$root/etc/resolv.conf"
}

# As process 1 of a mount and a process name space: mounts and processes end with it.
in_root() {
	trap 'exit 143' TERM HUP INT
	# it must be a mount of its own for those who change how / is mounted
	mount --bind "$root" "$root"
	mount -t proc none "$root/proc"
	mount --rbind /sys "$root/sys"
	mount --rbind /dev "$root/dev"
	mount -t tmpfs -o mode=1777 none "$root/tmp"
	mount -t tmpfs none "$root/run"
	[ -z "$sdk_dir" ] || mount --bind "$sdk_dir" "$root$sdk"
	env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
		PYTHONDONTWRITEBYTECODE=1 STEER_SDK_CACHE=$cache STEER_PREPARE="$prepare" \
		STEER_SUITES="${STEER_SUITES:-lib drivers testpmd releases}" \
		chroot "$root" "$tree/devtools/root-test.sh" --inside "$@"
}

inside() {
	local release=$1 built rc=0
	shift
	devtools/setup.sh in-root >/tmp/setup.log 2>&1 || {
		tail -n 20 /tmp/setup.log
		skip "its packages cannot be installed"
	}
	apt-get clean
	[ -z "${STEER_PREPARE:-}" ] || return 0
	built=$(pkg-config --modversion libdpdk)
	case $built in
	"$release".*) ;;
	*) skip "this Debian release has DPDK $built by now" ;;
	esac
	echo "== DPDK $built"
	# shellcheck disable=SC2046 # it is a word or none
	devtools/sdk-headers.sh --same-series "$built" "$cache/headers" \
		$([ -z "$(ls "$sdk")" ] || echo "$sdk") >/tmp/sdk.log 2>&1 || {
		tail -n 5 /tmp/sdk.log
		skip "it lacks DPDK's driver headers: SDK_DIR names a directory with them"
	}
	tail -n 1 /tmp/sdk.log
	devtools/build.sh build -Dwerror=true -Dsdk_dir="$cache/headers" "$@" >/tmp/build.log 2>&1 || {
		grep -A 5 -E 'error:|ERROR|warning:|undefined reference' /tmp/build.log ||
			tail -n 20 /tmp/build.log
		die "DPDK $built: not built"
	}
	echo "DPDK $built: built without a warning"
	echo "suites: $STEER_SUITES"
	# shellcheck disable=SC2046,SC2086 # a list
	devtools/meson-test.sh build $(printf ' --suite %s' $STEER_SUITES) || rc=1
	python3 devtools/test-summary.py build/meson-logs/testlog.json || rc=1
	return $rc
}

leave() {
	rm -rf "$scratch"
	[ ! -d "$root$tree" ] || rm -rf "${root:?}$tree"
}

case ${1:-} in
--inside)
	shift
	inside "$@"
	exit
	;;
--in-root)
	root=$2
	sdk_dir=$3
	prepare=$4
	shift 4
	in_root "$@"
	exit
	;;
esac

prepare=
if [ "${1:-}" = --prepare ]; then
	prepare=yes
	shift
fi
case ${1:-} in
24.11) suite=trixie script='' sdk_dir=${SDK_DIR:-${STEER_SDK_DIR_2411:-}} ;;
# debootstrap of Debian 12 does not know it by name
25.11) suite=forky script=sid sdk_dir=${SDK_DIR:-${STEER_SDK_DIR_2511:-}} ;;
*) die "usage: root-test.sh 24.11|25.11 [MESON_OPTION...]" ;;
esac
release=$1
shift

[ "$(id -u)" -eq 0 ] || skip "this needs root, for another Debian's root directory"
command -v apt-get >/dev/null || skip "this needs Debian's apt and debootstrap"
[ -z "$sdk_dir" ] || [ -d "$sdk_dir" ] || die "SDK_DIR $sdk_dir is not a directory"
devtools/setup.sh roots
script=${script:+/usr/share/debootstrap/scripts/$script}
mirror=$(debian_mirror)
roots=${STEER_ROOTS:-/var/cache/net_steer/roots}
mkdir -p "$roots"
roots=$(cd "$roots" && pwd)
root=$roots/$suite

exec 9>"$roots/$suite.lock"
flock -n 9 || {
	echo "root-test: waiting for another one who uses $root"
	flock 9
}
scratch=$(mktemp -d)
trap leave EXIT
trap 'exit 143' TERM HUP INT

[ -z "$sdk_dir" ] || sdk_dir=$(cd "$sdk_dir" && pwd)
[ -d "$root" ] || make_root
copy_tree
rc=0
unshare --mount --pid --fork --kill-child \
	"$top/devtools/root-test.sh" --in-root "$root" "$sdk_dir" "$prepare" "$release" "$@" || rc=$?
exit $rc
