#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Builds net_steer for aarch64 with Debian's cross compiler, warnings being errors, and runs the
# tests of lib/ and of the driver under qemu's user-mode emulation:
#
#	arm64-test.sh DIR [MESON_OPTION...]
#
#	ARM64_TESTS  which tests (all of lib/ and of the driver)
#
# The build goes to DIR/arm64. DPDK's libraries for aarch64, of the version that is installed here,
# are unpacked into a directory below STEER_ROOTS (default: /var/cache/net_steer/roots), once:
# nothing of another architecture is installed. Emulation orders memory accesses as this machine
# does: it does not show whether a barrier is missing. Ends with "N passed, N failed, N skipped";
# with exit code 77 and a sentence if something is lacking that is not ours.

set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
dir=$1
shift
meson=${MESON:-/usr/bin/meson}
[ -x "$meson" ] || meson=meson

skip() {
	echo "aarch64 is not tested: $*"
	exit 77
}

# apt for another architecture, with lists, cache and a record of installed packages of its own
# below $1: the system's stay as they are.
apt_prepare() {
	mkdir -p "$1/lists/partial" "$1/archives/partial"
	: >"$1/status"
	cat >"$1/apt.conf" <<-END
	APT::Architecture "arm64";
	#clear APT::Architectures;
	APT::Architectures { "arm64"; };
	APT::Install-Recommends "false";
	APT::Sandbox::User "root";
	Dir::State "$1";
	Dir::State::lists "$1/lists";
	Dir::State::status "$1/status";
	Dir::Cache "$1";
	Dir::Cache::archives "$1/archives";
	#clear APT::Update::Pre-Invoke;
	#clear APT::Update::Post-Invoke;
	#clear APT::Update::Post-Invoke-Success;
	Acquire::Languages "none";
	Acquire::Retries "3";
	END
}

# What links and runs needs files only: no script of a package is run.
make_root() {
	local apt=$root.apt package
	echo "arm64-test: making $root, once"
	rm -rf "$root.new" "$apt"
	apt_prepare "$apt"
	# a broken source of somebody else's must not stop us: the download will tell
	apt-get -q -c "$apt/apt.conf" update >"$log" 2>&1 || true
	apt-get -q -y -c "$apt/apt.conf" install --download-only \
		"libdpdk-dev=$version" libcmocka-dev libc6-dev >>"$log" 2>&1 || {
		tail -n 5 "$log"
		rm -rf "$apt"
		skip "libdpdk-dev $version and what it needs cannot be fetched for arm64"
	}
	mkdir -p "$root.new/usr/bin" "$root.new/usr/lib" "$root.new/usr/sbin"
	for package in bin lib sbin; do
		ln -s "usr/$package" "$root.new/$package"
	done
	for package in "$apt"/archives/*.deb; do
		dpkg-deb --fsys-tarfile "$package" |
			tar -x --keep-directory-symlink --no-same-owner -C "$root.new"
	done
	rm -rf "$apt" "$root"
	mv "$root.new" "$root"
}

command -v apt-get >/dev/null || skip "this needs Debian's packages for arm64, and there is no apt-get"
devtools/setup.sh arm64
# shellcheck disable=SC2016 # a field of dpkg-query's
version=$(dpkg-query -W -f '${Version}\n' libdpdk-dev 2>/dev/null | head -n 1) || true
[ -n "$version" ] || skip "the package libdpdk-dev is not installed"

mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
roots=${STEER_ROOTS:-/var/cache/net_steer/roots}
mkdir -p "$roots" 2>/dev/null || skip "$roots cannot be made: STEER_ROOTS names another directory"
root=$(cd "$roots" && pwd)/arm64-$version
log=$dir/arm64.log
exec 9>"$root.lock"
flock 9
[ -d "$root" ] || make_root
flock -u 9

printf "[constants]\nsysroot = '%s'\n" "$root" >"$dir/arm64.ini"
export STEER_SDK_CACHE="$dir/sdk/cache"
devtools/build.sh "$dir/arm64" --cross-file "$dir/arm64.ini" --cross-file devtools/arm64.ini \
	-Dwerror=true "$@" >"$log" 2>&1 || {
	grep -A 5 -E 'error:|ERROR|warning:|undefined reference' "$log" || tail -n 20 "$log"
	echo "arm64-test: not built" >&2
	exit 1
}
echo "aarch64: built without a warning"

rc=0
tests=(--suite lib --suite drivers)
# shellcheck disable=SC2206 # a list
[ -z "${ARM64_TESTS:-}" ] || tests=($ARM64_TESTS)
rm -f "$dir/arm64/meson-logs/testlog.json"
"$meson" test -C "$dir/arm64" --no-rebuild --print-errorlogs --timeout-multiplier 10 "${tests[@]}" || rc=1
/usr/bin/python3 devtools/test-summary.py "$dir/arm64/meson-logs/testlog.json" || rc=1
exit $rc
