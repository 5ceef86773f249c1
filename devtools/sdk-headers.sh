#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Puts the driver SDK headers of one DPDK into a directory:
#
#	sdk-headers.sh VERSION OUTDIR          from the source package of libdpdk-dev
#	sdk-headers.sh VERSION OUTDIR SDK_DIR  from a directory or an unpacked DPDK source
#	sdk-headers.sh --same-series ...       those of another stable release do as well
#
# VERSION is what pkg-config calls the DPDK that is built against. Distributions do not ship these
# headers, and one of another release compiles and then corrupts memory, so that a mismatch is
# refused. The source package is fetched by apt and its signatures are checked, with sources.list,
# lists and cache of our own below OUTDIR (or STEER_SDK_CACHE): the system's stay as they are. What
# is there already is not fetched again.
#
# --same-series (the meson option sdk_same_series) accepts headers of the same year and month. DPDK's
# stable releases do not change these headers: a change would break the ABI that they promise to
# keep. It is asked for as nobody can promise it for a DPDK with patches of one's own. If the
# distribution's source cannot be had, Ubuntu's package of the same series is fetched then.

set -eu
umask 022
export LC_ALL=C

die() {
	echo "sdk-headers: $*" >&2
	exit 1
}

same_series=
[ "${1:-}" != --same-series ] || {
	same_series=yes
	shift
}
[ $# -eq 2 ] || [ $# -eq 3 ] ||
	die "usage: sdk-headers.sh [--same-series] VERSION OUTDIR [SDK_DIR]"
version=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
sdk_dir=${3:-}
cache=${STEER_SDK_CACHE:-$out/cache}
cleanup=

at_exit() {
	[ -z "$cleanup" ] || rm -rf "$cleanup"
}
trap at_exit EXIT
trap 'exit 1' HUP INT TERM

# Where each header lies in DPDK's source.
headers() {
	echo lib/ethdev/ethdev_driver.h
	echo lib/ethdev/ethdev_vdev.h
	echo drivers/bus/vdev/bus_vdev_driver.h
	echo lib/eal/include/dev_driver.h
	# it was a public header before 25.11
	if release_ge "$version" 25.11; then
		echo lib/ethdev/rte_flow_driver.h
	fi
}

# The year and month of $1: 24.11.4 is 24.11
series_of() {
	printf '%s' "$1" | tr -cd '0-9.' | cut -d. -f1,2
}

# year.month of $1 >= $2, without dpkg as SDK_DIR serves other distributions as well
release_ge() {
	[ "$(series_of "$1" | tr -d .)" -ge "$(printf '%s' "$2" | tr -d .)" ]
}

# Whether headers of DPDK $1 do. What comes before a first release is not stable yet.
fits() {
	[ "$1" != "$version" ] || return 0
	[ -n "$same_series" ] || return 1
	case $1$version in
	*-rc*) return 1 ;;
	esac
	[ "$(series_of "$1")" = "$(series_of "$version")" ]
}

# What is said of headers of DPDK $1, by which they are known, too.
and_why() {
	[ "$1" = "$version" ] ||
		echo ", of DPDK $1: stable releases of a series do not change these headers"
}

all_there() {
	for h in $(headers); do
		[ -f "$out/${h##*/}" ] || return 1
	done
}

# The nearest file VERSION in $1 or above that can be DPDK's (22.11.0, 24.11.0-rc1).
version_above() (
	cd "$1" || exit 0
	while :; do
		if [ -f VERSION ] && grep -Eqx '[0-9]{2}\.[0-9]{2}(\.[0-9]+)?(-rc[0-9]+)?' VERSION; then
			cat VERSION
			exit 0
		fi
		[ "$(pwd -P)" != / ] || exit 0
		cd ..
	done
)

# Takes the headers from $1, a flat directory or a source tree, all or none.
take() {
	for h in $(headers); do
		[ -f "$1/${h##*/}" ] || [ -f "$1/$h" ] ||
			die "$1 has neither ${h##*/} nor $h"
	done
	# a header that is public in this release must not be hidden by another one's
	for old in "$out"/*.h; do
		headers | grep -q "/${old##*/}\$" || rm -f "$old"
	done
	for h in $(headers); do
		from=$1/${h##*/}
		[ -f "$from" ] || from=$1/$h
		# unchanged headers keep their time, so that nothing is compiled again
		cmp -s "$from" "$out/${h##*/}" || cp "$from" "$out/${h##*/}"
	done
	echo "$version" >"$out/VERSION"
	echo "$2" >"$out/ORIGIN"
}

from_directory() {
	[ -d "$sdk_dir" ] || die "sdk_dir $sdk_dir is not a directory"
	found=$(version_above "$sdk_dir")
	[ -z "$found" ] || fits "$found" ||
		die "the headers in $sdk_dir are of DPDK $found, but libdpdk is $version"
	if [ -n "$found" ]; then
		take "$sdk_dir" "$sdk_dir$(and_why "$found")"
	else
		take "$sdk_dir" "$sdk_dir, which has no VERSION and is taken at your word"
	fi
}

# The configured Debian entries, each turned into deb-src. deb822 files are paragraphs, which
# RS="" reads whole (keys embedded in Signed-By use "." for empty lines).
derive_sources() {
	etc=${STEER_APT_ETC:-/etc/apt}
	only=$1
	rm -rf "${cache:?}/etc"
	mkdir -p "$cache/etc/sources.list.d"
	for f in "$etc"/sources.list.d/*.sources; do
		[ -f "$f" ] || continue
		awk -v only="$only" 'BEGIN { RS = ""; FS = "\n" }
			!/(^|\n)[Tt]ypes:[^\n]*deb/ { next }
			$0 !~ only { next }
			{
				for (i = 1; i <= NF; i++) {
					if ($i ~ /^#/)
						continue
					if ($i ~ /^[Tt]ypes:/)
						$i = "Types: deb-src"
					print $i
				}
				print ""
			}' "$f" >"$cache/etc/sources.list.d/${f##*/}"
	done
	for f in "$etc/sources.list" "$etc"/sources.list.d/*.list; do
		[ -f "$f" ] || continue
		# an entry of type deb-src stays what it is
		sed -nE 's/^[[:space:]]*deb(-src)?[[:space:]]+/deb-src /p' "$f" |
			awk -v only="$only" '$0 ~ only && !seen[$0]++'
	done >"$cache/etc/sources.list"
	[ -n "$(cat "$cache/etc/sources.list" "$cache"/etc/sources.list.d/* 2>/dev/null)" ]
}

apt_get() {
	apt-get -q -c "$cache/apt.conf" "$@"
}

apt_prepare() {
	mkdir -p "$cache/lists/partial" "$cache/archives/partial"
	# Later configuration wins over earlier, hence a -c file; hooks of the system's would be run
	# for lists which are not the system's. The sandbox user could not enter /root.
	cat >"$cache/apt.conf" <<-EOF
	Dir::Etc::sourcelist "$cache/etc/sources.list";
	Dir::Etc::sourceparts "$cache/etc/sources.list.d";
	Dir::State::lists "$cache/lists";
	Dir::Cache "$cache";
	Dir::Cache::archives "$cache/archives";
	Dir::Cache::pkgcache "";
	Dir::Cache::srcpkgcache "";
	APT::Sandbox::User "root";
	APT::Update::Error-Mode "any";
	Acquire::Languages "none";
	Acquire::Retries "3";
	#clear APT::Update::Pre-Invoke;
	#clear APT::Update::Post-Invoke;
	#clear APT::Update::Post-Invoke-Success;
	#clear Acquire::IndexTargets;
	Acquire::IndexTargets {
		deb-src::Sources {
			MetaKey "\$(COMPONENT)/source/Sources";
			flatMetaKey "Sources";
			ShortDescription "Sources";
			Description "\$(RELEASE)/\$(COMPONENT) Sources";
			flatDescription "\$(RELEASE) Sources";
			Optional "no";
		};
	};
	EOF
}

# The name and version of the source package that libdpdk-dev was built from.
source_package() {
	# shellcheck disable=SC2016 # these are fields of dpkg-query's
	dpkg-query -W -f '${source:Package} ${source:Version}\n' "$1" 2>/dev/null | head -n 1
}

# Makes $1, an empty directory that does not outlive an error.
new_directory() {
	at_exit
	cleanup=$1
	rm -rf "$1"
	mkdir -p "$1"
}

# Whether the headers of package $1 for this DPDK are here.
have() {
	all_there && [ "$(cat "$out/VERSION" 2>/dev/null)" = "$version" ] || return 1
	case $(cat "$out/ORIGIN" 2>/dev/null) in
	"$1" | "$1, of DPDK "*) ;;
	*) return 1 ;;
	esac
}

# Downloads the source package $1 (NAME or NAME=VERSION), or with --tar-only of it what is DPDK's,
# into $cache/source. Returns 1 if it cannot be fetched, 2 if there is none.
download() {
	new_directory "$cache/source.new"
	fetched=yes
	apt_get update || fetched=no
	(cd "$cleanup" && apt_get source --print-uris "$@" >/dev/null) || {
		[ $fetched = yes ] || return 1
		return 2
	}
	(cd "$cleanup" && apt_get source --download-only "$@") || return 1
	rm -rf "$cache/source"
	mv "$cleanup" "$cache/source"
}

# Takes the headers from $2, which is the unpacked source of package $1.
take_unpacked() {
	found=$(cat "$2/VERSION")
	fits "$found" || die "the source package $1 has VERSION $found, but libdpdk is $version"
	take "$2" "$1$(and_why "$found")"
	rm -rf "$cleanup"
}

# Takes the headers from the source package $1, of which $2 is the .dsc, with the distribution's
# patches, as its libraries were built. apt has checked the signatures.
unpack() {
	new_directory "$cache/unpacked"
	dpkg-source --no-check -x "$2" "$cleanup/dpdk" >"$cache/dpkg-source.log" 2>&1 || {
		cat "$cache/dpkg-source.log" >&2
		die "the source package of $1 cannot be unpacked"
	}
	take_unpacked "$1" "$cleanup/dpdk"
}

# The second source, as the first one cannot be had: $1. Old suites move to another host.
from_ubuntu() {
	case $(series_of "$version") in
	23.11) suite=noble ;;
	24.11) suite=questing ;;
	25.11) suite=resolute ;;
	*) die "$1, and no release of Ubuntu's is known to have DPDK $(series_of "$version")" ;;
	esac
	keyring=${STEER_UBUNTU_KEYRING:-/usr/share/keyrings/ubuntu-archive-keyring.gpg}
	[ -f "$keyring" ] || die "$1, and Ubuntu's not be checked without $keyring: install ubuntu-keyring"
	cache=$cache/ubuntu-$suite
	mkdir -p "$cache/etc/sources.list.d"
	apt_prepare
	# whatever the system's apt is told to trust
	cat >>"$cache/apt.conf" <<-EOF
	Acquire::AllowInsecureRepositories "false";
	APT::Get::AllowUnauthenticated "false";
	EOF
	rm -rf "$cache/source"
	for host in archive old-releases; do
		echo "sdk-headers: fetching the source of Ubuntu $suite's dpdk from $host.ubuntu.com"
		echo "deb-src [signed-by=$keyring] http://$host.ubuntu.com/ubuntu $suite main universe" \
			>"$cache/etc/sources.list"
		! download --tar-only dpdk || break
	done
	tar=$(find "$cache/source" -name 'dpdk_*.orig.tar.*' ! -name '*.asc' 2>/dev/null) || true
	[ -n "$tar" ] || die "$1, nor can that of Ubuntu $suite's dpdk"
	new_directory "$cache/unpacked"
	tar -C "$cleanup" --strip-components=1 --no-same-owner -xf "$tar" ||
		die "$tar cannot be unpacked"
	take_unpacked "Ubuntu's dpdk" "$cleanup"
}

from_source_package() {
	for tool in apt-get dpkg-query dpkg-source; do
		command -v $tool >/dev/null ||
			die "$tool is missing: name DPDK's source or driver SDK headers by the meson option sdk_dir"
	done
	package=$(source_package libdpdk-dev)
	[ -n "$package" ] || die "the package libdpdk-dev is not installed, so DPDK $version is not the" \
		"distribution's: build it with -Denable_driver_sdk=true, or set the meson option sdk_dir"
	name=${package% *}
	full=${package#* }
	upstream=${full#*:}
	upstream=${upstream%-*}
	case $upstream in
	"$version" | "$version"+* | "$version"~*) ;;
	*) die "the headers of the source package are of DPDK $upstream, but libdpdk is $version:" \
		"build that one with -Denable_driver_sdk=true, or set the meson option sdk_dir" ;;
	esac
	! have "$package" || return 0
	[ -z "$same_series" ] || ! have "Ubuntu's dpdk" || return 0

	mkdir -p "$cache"
	# others that share it wait, for as long as this runs
	exec 9>"$cache/lock"
	flock 9
	dsc=$cache/source/${name}_${full#*:}.dsc
	if [ ! -f "$dsc" ]; then
		echo "sdk-headers: fetching the source of $name $full"
		derive_sources 'debian(-security)?/?([[:space:]]|$)|debian-archive-' || derive_sources . ||
			die "apt has no package source configured: set the meson option sdk_dir"
		apt_prepare
		rc=0
		download "$name=$full" || rc=$?
		if [ $rc -ne 0 ] && [ -n "$same_series" ]; then
			from_ubuntu "the source of $name $full cannot be fetched"
			return
		fi
		case $rc in
		0) ;;
		1) die "the source of $name $full cannot be fetched: try again with a network, or set the" \
			"meson option sdk_dir or sdk_same_series" ;;
		*) die "no configured source has the package $name $full: upgrade libdpdk-dev, or set the" \
			"meson option sdk_dir or sdk_same_series" ;;
		esac
	fi
	unpack "$package" "$dsc"
}

if [ -n "$sdk_dir" ]; then
	from_directory
else
	from_source_package
fi
echo "sdk-headers: $out has those for DPDK $version from $(cat "$out/ORIGIN")"
