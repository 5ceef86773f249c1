#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# devtools/sdk-headers.sh takes headers that fit, and refuses the others by one sentence.

set -eu
umask 022

script=$(cd "$(dirname "$0")/../../devtools" && pwd)/sdk-headers.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
bad=0
option=
flat='ethdev_driver.h ethdev_vdev.h bus_vdev_driver.h dev_driver.h'

# VERSION HEADER...: a flat directory
sdk() {
	rm -rf "$work/in" "$work/out"
	mkdir -p "$work/in"
	echo "$1" >"$work/in/VERSION"
	shift
	for h in "$@"; do
		echo "/* $h */" >"$work/in/$h"
	done
}

# A source tree, where the headers lie in several directories.
sdk_tree() {
	sdk "$1"
	mkdir -p "$work/in/lib/ethdev" "$work/in/lib/eal/include" "$work/in/drivers/bus/vdev"
	touch "$work/in/lib/ethdev/ethdev_driver.h" "$work/in/lib/ethdev/ethdev_vdev.h" \
		"$work/in/drivers/bus/vdev/bus_vdev_driver.h" "$work/in/lib/eal/include/dev_driver.h"
}

verdict() {
	if [ "$1" -eq 0 ]; then
		echo "ok $2"
	else
		echo "not ok $2: $(cat "$work/said")"
		bad=1
	fi
}

# for all of them $option, one or none
# shellcheck disable=SC2086
# WHAT VERSION DIR [WORDS]: taken, and complete, with these words in the last line
takes() {
	rc=0
	"$script" $option "$2" "$work/out" ${3:+"$3"} >"$work/said" 2>&1 || rc=1
	for h in $flat VERSION; do
		[ -f "$work/out/$h" ] || rc=1
	done
	tail -n 1 "$work/said" | grep -q "${4:-}" || rc=1
	verdict $rc "takes $1"
}

# WHAT VERSION DIR SENTENCE: this one alone is the error
refuses() {
	rc=0
	if "$script" $option "$2" "$work/out" ${3:+"$3"} 2>"$work/said" >"$work/told"; then
		rc=1
	fi
	[ "$(wc -l <"$work/said")" -eq 1 ] && grep -q "$4" "$work/said" || rc=1
	[ ! -e "$work/out/ethdev_driver.h" ] || rc=1
	verdict $rc "refuses $1"
}

# shellcheck disable=SC2086 # lists of headers
{
	sdk 22.11.11 $flat
	takes "a flat directory" 22.11.11 "$work/in"
	sdk_tree 24.11.4
	takes "a source tree" 24.11.4 "$work/in"
	sdk 22.11.11 $flat
	rm "$work/in/VERSION"
	takes "a directory without VERSION" 22.11.11 "$work/in"
	sdk 0.1.0 $flat
	takes "a directory in another project" 22.11.11 "$work/in"
	sdk 25.11.0 $flat rte_flow_driver.h
	takes "the headers of 25.11" 25.11.0 "$work/in"

	sdk 22.11.11 $flat
	refuses "headers of another release" 22.11.12 "$work/in" 'DPDK 22.11.11, but libdpdk is 22.11.12'
	sdk 22.11.11
	mkdir "$work/in/include"
	for h in $flat; do
		touch "$work/in/include/$h"
	done
	refuses "another release's VERSION above" 24.11.4 "$work/in/include" \
		'DPDK 22.11.11, but libdpdk is 24.11.4'
	sdk 25.11.0 $flat
	refuses "a missing rte_flow_driver.h since 25.11" 25.11.0 "$work/in" 'neither rte_flow_driver.h'
	for missing in $flat; do
		sdk 22.11.11 $flat
		rm "$work/in/$missing"
		refuses "a missing $missing" 22.11.11 "$work/in" "neither $missing"
	done
	refuses "a missing directory" 22.11.11 "$work/none" 'is not a directory'

	option=--same-series
	sdk 24.11.3 $flat
	takes "the same series if asked" 24.11.4 "$work/in" 'for DPDK 24.11.4 .* of DPDK 24.11.3: stable'
	sdk 24.11.3 $flat
	refuses "another series all the same" 24.03.4 "$work/in" 'DPDK 24.11.3, but libdpdk is 24.03.4'
	sdk 24.11.0-rc2 $flat
	refuses "what is not stable yet" 24.11.4 "$work/in" 'DPDK 24.11.0-rc2, but libdpdk is 24.11.4'
	option=
}

# The package's source: nothing may be fetched for a DPDK that is not the package's.
if dpkg-query -W libdpdk-dev >/dev/null 2>&1; then
	rm -rf "$work/out"
	rc=0
	"$script" 1.2.3 "$work/out" >"$work/said" 2>&1 && rc=1
	grep -q 'but libdpdk is 1.2.3' "$work/said" || rc=1
	[ ! -e "$work/out/cache" ] || rc=1
	verdict $rc "refuses a package of another release"
else
	echo "ok refuses a package of another release # skip libdpdk-dev is not a package here"
fi

# A distribution with DPDK 24.11.4 of which the mirror has no source, and Ubuntu with $ubuntu: apt
# and dpkg are played, nothing is fetched.
mkdir "$work/bin"
cat >"$work/bin/dpkg-query" <<'EOT'
#!/bin/sh
echo dpdk 24.11.4-1
EOT
cp "$work/bin/dpkg-query" "$work/bin/dpkg-source"
cat >"$work/bin/apt-get" <<'EOT'
#!/bin/sh
# apt-get -q -c CONF COMMAND...
echo "$*" >>"$FAKE/calls"
sources=$(dirname "$3")/etc/sources.list
case "$4 $*" in
source*--print-uris*) exit 0 ;;
source*--tar-only\ dpdk)
	[ -f "$FAKE/ubuntu" ] && grep -q "signed-by=$FAKE/key.*//archive.ubuntu.com" "$sources" &&
		grep -q 'AllowUnauthenticated "false"' "$3" && cp "$FAKE/ubuntu" dpdk_1.orig.tar.xz ;;
source*) exit 100 ;;
esac
EOT
chmod +x "$work/bin"/*
mkdir "$work/etc"
echo 'deb http://deb.debian.org/debian trixie main' >"$work/etc/sources.list"
touch "$work/key"

# VERSION: what Ubuntu has
ubuntu() {
	sdk_tree "$1"
	tar -C "$work" -cf "$work/ubuntu" in
	rm -f "$work/calls"
}

# shellcheck disable=SC2030,SC2031,SC2086 # only here
(
	export PATH="$work/bin:$PATH" FAKE="$work" STEER_APT_ETC="$work/etc" \
		STEER_UBUNTU_KEYRING="$work/key"
	unset STEER_SDK_CACHE
	ubuntu 24.11.3
	refuses "a missing source" 24.11.4 "" 'cannot be fetched: try again .* sdk_same_series$'
	! grep -q tar-only "$work/calls" || bad=1
	option=--same-series
	takes "Ubuntu's of the same series" 24.11.4 "" "for DPDK 24.11.4 from Ubuntu's .* of DPDK 24.11.3:"
	rm "$work/calls"
	takes "what is there already" 24.11.4 "" 'of DPDK 24.11.3:'
	[ ! -e "$work/calls" ] || bad=1
	ubuntu 24.11.4
	takes "Ubuntu's of the same release" 24.11.4 "" "Ubuntu's dpdk$"
	ubuntu 25.11.0
	refuses "Ubuntu's of another series" 24.11.4 "" 'has VERSION 25.11.0, but libdpdk is 24.11.4'
	rm "$work/ubuntu"
	refuses "no source at all" 24.11.4 "" 'fetched, nor can that of Ubuntu questing'
	rm "$work/key"
	refuses "Ubuntu without its keys" 24.11.4 "" 'install ubuntu-keyring'
	exit $bad
) || bad=1

# Two builds with one cache, which is unpacked into by one at a time.
cat >"$work/bin/dpkg-source" <<'EOT'
#!/bin/sh
# dpkg-source --no-check -x DSC DIRECTORY
mkdir "$FAKE/busy" || exit 1
sleep 0.5
cp -R "$FAKE/in" "$4"
rmdir "$FAKE/busy"
EOT
sdk_tree 24.11.4
mkdir -p "$work/cache/source"
touch "$work/cache/source/dpdk_24.11.4-1.dsc"
# shellcheck disable=SC2030,SC2031 # only here
(
	export PATH="$work/bin:$PATH" FAKE="$work" STEER_SDK_CACHE="$work/cache"
	"$script" 24.11.4 "$work/other" >"$work/said.other" 2>&1 &
	takes "the source package" 24.11.4 "" 'from dpdk 24.11.4-1$'
	rc=0
	wait $! || rc=1
	cp "$work/said.other" "$work/said"
	verdict $rc "shares a cache with another build"
	exit $bad
) || bad=1
exit $bad
