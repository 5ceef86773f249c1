#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# The demo, shortened, comes to a good end; and to a bad one where it lacks something.

set -u

"$STEER_SOURCE/app/demo/run" 1
code=$?
[ $code -ne 77 ] || exit 77
if [ $code -eq 0 ]; then
	echo "ok each packet is where its rule sends it"
else
	echo "not ok each packet is where its rule sends it"
fi

STEER_BUILD=/nowhere "$STEER_SOURCE/app/demo/run" 1
lack=$?
if [ $lack -eq 77 ]; then
	echo "ok it says what is missing"
else
	echo "not ok it says what is missing"
	code=1
fi
exit $code
