#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# A check that cannot fail is none: each gets a tree it must accept, and trees with one fault each.

set -eu

tools=$(cd "$(dirname "$0")/../../devtools" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
trap 'exit 1' HUP INT TERM
bad=0

good_tree() {
	rm -rf "$tree"
	mkdir -p "$tree/lib/compat" "$tree/lib/key" "$tree/drivers/net/steer" "$tree/app/ctl" "$tree/test/lib"
	spdx='/* SPDX-License-Identifier: BSD-3-Clause */'
	printf '%s\n' "$spdx" '#if RTE_VERSION >= RTE_VERSION_NUM(24, 11, 0, 0)' '#endif' \
		>"$tree/lib/compat/compat.h"
	printf '%s\n' "$spdx" '#include <rte_ethdev.h>' '#include "key.h"' >"$tree/lib/key/key.c"
	echo "$spdx" >"$tree/lib/key/key.h"
	printf '%s\n' "$spdx" '#include <ethdev_driver.h>' '#include "key.h"' \
		>"$tree/drivers/net/steer/port.c"
	echo "$spdx" >"$tree/drivers/net/steer/port.h"
	printf '%s\n' "$spdx" '#include "key.h"' >"$tree/app/ctl/ctl.c"
	echo "$spdx" >"$tree/test/lib/helper.h"
	printf '%s\n' "$spdx" '#include "helper.h"' >"$tree/test/lib/test_key.c"
	printf '#!/bin/sh\n# SPDX-License-Identifier: BSD-3-Clause\n' >"$tree/app/run"
	printf 'All\nM: a <a@b.example>\nF: MAINTAINERS\nF: lib/\nF: drivers/net/*\nF: app/\nF: test/\n' \
		>"$tree/MAINTAINERS"
}

# check NAME WHAT: the fault has just been put into the tree, and NAME must find it.
finds() {
	if "$tools/$1.sh" "$tree" >/dev/null 2>&1; then
		echo "not ok $1 overlooks: $2"
		bad=1
	else
		echo "ok $1 finds: $2"
	fi
	good_tree
}

good_tree
for check in check-includes check-versions check-licenses check-maintainers check-style; do
	if out=$("$tools/$check.sh" "$tree" 2>&1); then
		echo "ok $check accepts a good tree"
	else
		echo "not ok $check refuses a good tree: $out"
		bad=1
	fi
done

echo '#include <ethdev_driver.h>' >>"$tree/lib/key/key.c"
finds check-includes "ethdev_driver.h in lib/"
echo '# include "bus_vdev_driver.h"' >>"$tree/test/lib/test_key.c"
finds check-includes "bus_vdev_driver.h in test/"
echo '#include <ethdev_private.h>' >>"$tree/app/ctl/ctl.c"
finds check-includes "ethdev_private.h in app/"
echo '#define ALLOW_INTERNAL_API' >>"$tree/lib/key/key.h"
finds check-includes "ALLOW_INTERNAL_API in lib/"
echo "args = ['-DALLOW_INTERNAL_API']" >"$tree/app/meson.build"
finds check-includes "ALLOW_INTERNAL_API in app/meson.build"
echo '#include "port.h"' >>"$tree/lib/key/key.c"
finds check-includes "a header of drivers/ by its name in lib/"
echo '#include "../../drivers/net/steer/port.h"' >>"$tree/lib/key/key.h"
finds check-includes "a header of drivers/ by its path in lib/"
echo '#include "helper.h"' >>"$tree/lib/key/key.c"
finds check-includes "a header of test/ in lib/"
echo '#include "helper.h"' >>"$tree/app/ctl/ctl.c"
finds check-includes "a header of test/ in app/"
echo '#include "helper.h"' >>"$tree/drivers/net/steer/port.c"
finds check-includes "a header of test/ in drivers/"
echo '#if RTE_VERSION < RTE_VERSION_NUM(23, 11, 0, 0)' >>"$tree/drivers/net/steer/port.c"
finds check-versions "RTE_VERSION in drivers/"
echo '#if RTE_VER_YEAR < 23' >>"$tree/lib/key/key.h"
finds check-versions "RTE_VER_YEAR in lib/key/"
echo 'int x;' >"$tree/lib/key/key.c"
finds check-licenses "a C file without SPDX"
echo '#!/bin/sh' >"$tree/app/run"
finds check-licenses "a script without SPDX"
echo "project('x')" >"$tree/lib/meson.build"
finds check-licenses "a meson.build without SPDX"
echo hello >"$tree/README.md"
finds check-maintainers "a file that nobody maintains"
printf '\nOrphaned\nF: lib/\n' >>"$tree/MAINTAINERS"
finds check-maintainers "an F: line without M:"
echo '        int x;' >>"$tree/lib/key/key.c"
finds check-style "spaces for a tab"
printf '\tint x; \n' >>"$tree/lib/key/key.c"
finds check-style "white space at the end of a line"
printf '\tint x;\r\n' >>"$tree/lib/key/key.c"
finds check-style "a carriage return"
printf 'int x;' >>"$tree/lib/key/key.c"
finds check-style "no new line at the end"
printf '\t%093d\n' 0 >>"$tree/lib/key/key.c"
finds check-style "101 columns"
exit $bad
