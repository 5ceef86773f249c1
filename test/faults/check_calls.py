#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Each function that the driver calls has its fault in tests, or a reason why it has none.

    check_calls.py FAULT_LIST HARMLESS OBJECT...
"""

import re
import subprocess
import sys
from pathlib import Path

# what -Db_sanitize and --coverage add
INSTRUMENTS = re.compile(r'__(asan|ubsan|tsan|sanitizer|gcov)_|__start_|__stop_')


def undefined(path):
    """@return names of what an object or a plug-in takes from elsewhere"""
    text = Path(path).read_bytes()[16:18]
    dynamic = ['-D'] if text == b'\x03\x00' else []
    out = subprocess.run(['nm', '--undefined-only', *dynamic, path], check=True,
                         capture_output=True, text=True).stdout
    return {line.split()[-1].split('@')[0] for line in out.splitlines() if line.split()}


def reasons(path):
    """@return by name why it has no fault"""
    found = {}
    for line in Path(path).read_text(encoding='utf-8').splitlines():
        if line.strip() and not line.startswith('#'):
            names, reason = line.split(': ', 1)
            found.update(dict.fromkeys(names.split(), reason))
    return found


def main():
    faults = set(re.findall(r'^FAULT\((\w+), FAULT_\w+\)$',
                            Path(sys.argv[1]).read_text(encoding='utf-8'), re.MULTILINE))
    harmless = reasons(sys.argv[2])
    called = set().union(*map(undefined, sys.argv[3:]))
    called = {name for name in called if not INSTRUMENTS.match(name)
              and not name.startswith('test_fault_')}
    wrong = [f'{name} is in both lists' for name in sorted(faults & harmless.keys())]
    wrong += [f'{name} is called: it needs a fault in fault_list.h, or a reason in harmless.txt'
              for name in sorted(called - faults - harmless.keys())]
    print(f'{len(called)} functions called, {len(called & faults)} with faults')
    print('\n'.join(wrong))
    return 1 if wrong or not called & faults else 0


if __name__ == '__main__':
    sys.exit(main())
