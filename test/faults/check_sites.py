#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Each place where the driver calls what can fail was reached by a fault, or has a reason why not.

    check_sites.py FAULT_LIST UNREACHED PROGRAM=SITES...

PROGRAM has run and has written SITES, as test_fault_sites() does.
"""

import collections
import re
import subprocess
import sys
from pathlib import Path

SKIPPED = 77
# files that a program of tests alone reaches all of, which is skipped where the machine lacks what it
# needs: no BPF, no huge pages, not root, ...
OPTIONAL = {
    'kernel': r'steer_kernel|steer\.skel',
    'netdev': r'steer_kernel|steer_in_kernel',
    'remote': r'steer_kernel_remote|steer_in_kernel',
    'second': r'steer_secondary',
}
CALL = re.compile(r'^ *([0-9a-f]+):\s+(call|jmp)q?\s+[0-9a-f]+ <test_fault_(\w+)>$')
Site = collections.namedtuple('Site', 'file line function call')


def places(program, addresses):
    """@return by address file, line and function of the sources, of what is inlined its own"""
    out = subprocess.run(['addr2line', '-i', '-f', '-a', '-e', program], check=True,
                         input='\n'.join(map(hex, addresses)), capture_output=True, text=True).stdout
    found = {}
    for block in re.split(r'^0x', out, flags=re.MULTILINE)[1:]:
        address, *lines = block.splitlines()
        frames = list(zip(lines[::2], lines[1::2]))
        # C library functions have parts that are inlined
        name, place = next((f for f in frames if not f[1].startswith('/usr/')), frames[0])
        path, line = place.split(' ')[0].rsplit(':', 1)
        found[int(address, 16)] = Path(path).name, line, name.split('.')[0]
    return found


def called(program, faults):
    """@return all places in it, and by name those that are jumps, which leave no address"""
    text = subprocess.run(['objdump', '-d', '--no-show-raw-insn', '-j', '.text', program],
                          check=True, capture_output=True, text=True).stdout
    calls = [(int(m[1], 16), m[2] == 'jmp', m[3]) for m in map(CALL.match, text.splitlines())
             if m and m[3] in faults]
    where = places(program, [address for address, _, _ in calls])
    jumps = collections.defaultdict(set)
    for address, jump, name in calls:
        if jump:
            jumps[name].add(Site(*where[address], name))
    return {Site(*where[address], name) for address, _, name in calls}, jumps


def reached(program, path, every, jumps):
    """@return where it had faults"""
    lines = [line.split() for line in Path(path).read_text(encoding='utf-8').splitlines()]
    # an address behind the call's
    where = places(program, [int(address, 16) - 1 for address, _ in lines])
    found = set()
    for address, name in lines:
        site = Site(*where[int(address, 16) - 1], name)
        found |= {site} if site in every else jumps[name]
    return found


def reasons(path):
    """@return by function and what it calls why that has no fault"""
    found = {}
    for line in Path(path).read_text(encoding='utf-8').splitlines():
        if line.strip() and not line.startswith('#'):
            names, reason = line.split(': ', 1)
            function, *calls = names.split()
            found.update({(function, call): reason for call in calls})
    return found


def has_run(program, path):
    """@return whether it has, as it is now"""
    path = Path(path)
    return path.exists() and path.stat().st_mtime >= Path(program).stat().st_mtime


def main():
    faults = set(re.findall(r'^FAULT\((\w+), FAULT_\w+\)$',
                            Path(sys.argv[1]).read_text(encoding='utf-8'), re.MULTILINE))
    known = reasons(sys.argv[2])
    runs = [pair.split('=', 1) for pair in sys.argv[3:]]
    runs = {program.rsplit('_', 1)[-1]: (program, path) for program, path in runs}
    # some are not built without BPF
    missing = [name for name in {**runs, **OPTIONAL} if name not in runs or not has_run(*runs[name])]
    if set(missing) - set(OPTIONAL):
        print('not run, or not to the end:', *missing)
        return SKIPPED
    every, jumps = called(next(iter(runs.values()))[0], faults)
    if {line for _, line, _, _ in every} <= {'?', '0'}:
        print('the programs are without debugging information')
        return SKIPPED
    hit = set()
    for name in set(runs) - set(missing):
        hit |= reached(*runs[name], every, jumps)
    for name in missing:
        print(f'not run: {name}: nothing is asked of {OPTIONAL[name]}')
        every = {site for site in every if not re.match(OPTIONAL[name], site.file)}
    left = sorted(every - hit)
    # of several jumps to one function it is not known which it was
    sure = {s for s in hit if s not in jumps[s.call] or len(jumps[s.call]) == 1}
    excused = [s for s in left if (s.function, s.call) in known]
    wrong = [f'{s.file}:{s.line}: {s.call}() in {s.function}(): no operation of the tests has '
             'a fault here: it needs one, or a reason in unreached.txt'
             for s in left if (s.function, s.call) not in known]
    wrong += [f'unreached.txt: {function} {call}: is reached' for function, call in sorted(known)
              if {s for s in sure if (s.function, s.call) == (function, call)} and
              not {s for s in left if (s.function, s.call) == (function, call)}]
    print(f'{len(every)} places call what can fail, {len(every & hit)} of them had faults, '
          f'{len(excused)} have reasons')
    print('\n'.join(wrong))
    return 1 if wrong or not hit else 0


if __name__ == '__main__':
    sys.exit(main())
