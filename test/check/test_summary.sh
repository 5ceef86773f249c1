#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
#
# devtools/test-summary.py counts what meson's log tells, and loses no failure.

set -eu

script=$(cd "$(dirname "$0")/../../devtools" && pwd)/test-summary.py
logs=$(mktemp -d)
log=$logs/log.json
trap 'rm -rf "$logs"' EXIT
trap 'exit 1' HUP INT TERM
bad=0

# WHAT TOTAL STATUS, the log on standard input
expect() {
	cat >"$log"
	rc=0
	said=$(/usr/bin/python3 "$script" "$log") || rc=$?
	if [ "$(echo "$said" | tail -n 1)" = "$2" ] && [ $rc -eq "$3" ]; then
		echo "ok $1"
	else
		echo "not ok $1: exit code $rc, $said"
		bad=1
	fi
}

expect "a script counts for itself" "2 passed, 0 failed, 0 skipped" 0 <<'EOF'
{"name": "a", "result": "OK", "stdout": "fine\n"}
{"name": "b", "result": "OK"}
EOF
expect "a skip tells its reason" "0 passed, 0 failed, 1 skipped" 0 <<'EOF'
{"name": "a", "result": "SKIP", "stdout": "no KVM\n"}
EOF
expect "cmocka's tests count each" "1 passed, 1 failed, 1 skipped" 1 <<'EOF'
{"name": "a", "result": "FAIL", "stdout": "[==========] Running 3 test(s).\n[ RUN      ] x\n[       OK ] x\n[ RUN      ] y\n[  FAILED  ] y\n[ RUN      ] z\nneeds AVX-512\n[  SKIPPED ] z\n[==========] 3 test(s) run.\n[  PASSED  ] 1 test(s).\n[  SKIPPED ] 1 test(s), listed below:\n[  SKIPPED ] z\n[  FAILED  ] 1 test(s), listed below:\n[  FAILED  ] y\n"}
EOF
expect "cmocka's totals do not, in newer releases either" "1 passed, 0 failed, 1 skipped" 0 <<'EOF'
{"name": "a", "result": "OK", "stdout": "[==========] tests: Running 2 test(s).\n[ RUN      ] x\n[       OK ] x\n[ RUN      ] z\n[  SKIPPED ] z\n[==========] tests: 2 test(s) run.\n[  PASSED  ] 1 test(s).\n[  SKIPPED ] tests: 1 test(s), listed below:\n[  SKIPPED ] z\n"}
EOF
expect "a crash in a test is its failure" "1 passed, 1 failed, 0 skipped" 1 <<'EOF'
{"name": "a", "result": "FAIL", "stdout": "[ RUN      ] x\n[       OK ] x\n[ RUN      ] y\n"}
EOF
expect "a failure after good tests is one more" "1 passed, 1 failed, 0 skipped" 1 <<'EOF'
{"name": "a", "result": "FAIL", "stdout": "[ RUN      ] x\n[       OK ] x\nERROR: LeakSanitizer\n"}
EOF
expect "a time out is a failure" "0 passed, 1 failed, 0 skipped" 1 <<'EOF'
{"name": "a", "result": "TIMEOUT", "stdout": ""}
EOF
expect "a script's ok lines count each" "1 passed, 1 failed, 1 skipped" 1 <<'EOF'
{"name": "a", "result": "FAIL", "stdout": "ok 1 - x\nnot ok 2 - y\nok 3 - z # SKIP no KVM\n"}
EOF
expect "a not ok line fails whatever the exit code" "0 passed, 1 failed, 0 skipped" 1 <<'EOF'
{"name": "a", "result": "OK", "stdout": "not ok 1 - y\n"}
EOF
expect "no test at all is a failure" "0 passed, 1 failed, 0 skipped" 1 </dev/null

# WHAT NAMES, the log on standard input
unsettled() {
	cat >"$log"
	said=$(/usr/bin/python3 "$script" --unsettled "$log" | xargs)
	if [ "$said" = "$2" ]; then
		echo "ok $1"
	else
		echo "not ok $1: $said"
		bad=1
	fi
}

unsettled "a system test may be run once more" "b" <<'EOF'
{"name": "net_steer:check / a", "result": "OK"}
{"name": "net_steer:system+testpmd / b", "result": "FAIL"}
EOF
unsettled "not so if another one failed" "" <<'EOF'
{"name": "net_steer:lib / a", "result": "FAIL"}
{"name": "net_steer:system+testpmd / b", "result": "FAIL"}
EOF
unsettled "nor if many did" "" <<'EOF'
{"name": "net_steer:system / a", "result": "FAIL"}
{"name": "net_steer:system / b", "result": "FAIL"}
{"name": "net_steer:system / c", "result": "FAIL"}
EOF
cat >"$logs/log-again.json" <<'EOF'
{"name": "net_steer:system / a", "result": "OK", "stdout": "ok x\nok y\n"}
EOF
expect "what passes then counts" "2 passed, 0 failed, 0 skipped" 0 <<'EOF'
{"name": "net_steer:system / a", "result": "FAIL", "stdout": "ok x\nnot ok y\n"}
EOF
cp "$log" "$logs/log-again.json"
expect "what fails again has failed" "1 passed, 1 failed, 0 skipped" 1 <<'EOF'
{"name": "net_steer:system / a", "result": "FAIL", "stdout": "ok x\nnot ok y\n"}
EOF
exit $bad
