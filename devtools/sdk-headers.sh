#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# Puts the driver SDK headers of one DPDK into a directory:
#
#	sdk-headers.sh VERSION OUTDIR          from the source package of libdpdk-dev
#	sdk-headers.sh VERSION OUTDIR SDK_DIR  from a directory or an unpacked DPDK source
#
# VERSION is what pkg-config calls the DPDK that is built against. Distributions do not ship these
# headers, and one of another release compiles and then corrupts memory, so that a mismatch is
# refused. The source package is fetched by apt and its signatures are checked, with sources.list,
# lists and cache of our own below OUTDIR (or STEER_SDK_CACHE): the system's stay as they are. What
# is there already is not fetched again.

set -eu
umask 022
export LC_ALL=C

die() {
	echo "sdk-headers: $*" >&2
	exit 1
}

[ $# -eq 2 ] || [ $# -eq 3 ] || die "usage: sdk-headers.sh VERSION OUTDIR [SDK_DIR]"
version=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
sdk_dir=${3:-}
cache=${STEER_SDK_CACHE:-$out/cache}
package=
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

# year.month of $1 >= $2, without dpkg as SDK_DIR serves other distributions as well
release_ge() {
	[ "$(printf '%s' "$1" | tr -cd '0-9.' | cut -d. -f1,2 | tr -d .)" -ge \
		"$(printf '%s' "$2" | tr -d .)" ]
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
	[ -z "$found" ] || [ "$found" = "$version" ] ||
		die "the headers in $sdk_dir are of DPDK $found, but libdpdk is $version"
	[ -n "$found" ] || origin="$sdk_dir, which has no VERSION and is taken at your word"
	take "$sdk_dir" "${origin:-$sdk_dir}"
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
	derive_sources 'debian(-security)?/?([[:space:]]|$)|debian-archive-' || derive_sources . ||
		die "apt has no package source configured: set the meson option sdk_dir"
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

	if all_there && [ "$(cat "$out/ORIGIN" 2>/dev/null)" = "$package" ] &&
		[ "$(cat "$out/VERSION" 2>/dev/null)" = "$version" ]; then
		return
	fi

	dsc=$cache/source/${name}_${full#*:}.dsc
	if [ ! -f "$dsc" ]; then
		echo "sdk-headers: fetching the source of $name $full"
		apt_prepare
		fetched=yes
		apt_get update || fetched=no
		cleanup=$cache/source.new
		rm -rf "$cleanup"
		mkdir -p "$cleanup"
		cannot="of $name $full cannot be fetched: try again with a network, or set the meson option sdk_dir"
		(cd "$cleanup" && apt_get source --print-uris "$name=$full" >/dev/null) || {
			[ $fetched = yes ] || die "the package lists for the source $cannot"
			die "no configured source has the package $name $full: upgrade libdpdk-dev," \
				"or set the meson option sdk_dir"
		}
		(cd "$cleanup" && apt_get source --download-only "$name=$full") || die "the source $cannot"
		rm -rf "$cache/source"
		mv "$cleanup" "$cache/source"
	fi

	# With the distribution's patches, as its libraries were built. apt has checked the signatures.
	cleanup=$cache/unpacked
	rm -rf "$cleanup"
	mkdir -p "$cleanup"
	dpkg-source --no-check -x "$dsc" "$cleanup/dpdk" >"$cache/dpkg-source.log" 2>&1 || {
		cat "$cache/dpkg-source.log" >&2
		die "the source package of $name $full cannot be unpacked"
	}
	found=$(cat "$cleanup/dpdk/VERSION")
	[ "$found" = "$version" ] ||
		die "the source package $name $full has VERSION $found, but libdpdk is $version"
	take "$cleanup/dpdk" "$package"
}

if [ -n "$sdk_dir" ]; then
	from_directory
else
	from_source_package
fi
echo "sdk-headers: $out has those of DPDK $version from $(cat "$out/ORIGIN")"
