#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Which lines of lib/ and drivers/ the tests have reached, by gcov's data in a build directory.

coverage.py BUILD REPORT FILE... prints a table of the directories and fails if less is reached than
the floors ask for. FILE are the project's sources, of which those that were not compiled are named.
Each file with its lines that no test reaches goes into REPORT.
"""

import collections
import json
import os
import subprocess
import sys

FLOORS = {'lib/': 90, 'drivers/': 80}
WORST = 12


def read_gcov(build):
    """Counts of each line by file, summed up over all that a header is compiled into."""
    notes = [os.path.join(where, name) for where, _, names in os.walk(build)
             for name in names if name.endswith('.gcno')]
    if not notes:
        sys.exit(f'coverage: nothing in {build} is compiled for coverage')
    top = os.getcwd()
    lines = collections.defaultdict(collections.Counter)
    command = [os.environ.get('GCOV', 'gcov'), '--json-format', '--stdout']
    output = subprocess.run(command + sorted(notes), check=True, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    for unit in output.splitlines():
        if not unit.startswith('{'):
            continue
        for source in json.loads(unit)['files']:
            path = os.path.relpath(os.path.join(build, source['file']), top)
            if not path.startswith(tuple(FLOORS)):
                continue
            for line in source['lines']:
                lines[path][line['line_number']] += line['count']
    return lines


def ranges(numbers):
    """[1, 2, 3, 7] as 1-3 7"""
    found = []
    for n in sorted(numbers):
        if found and found[-1][1] == n - 1:
            found[-1][1] = n
        else:
            found.append([n, n])
    return ' '.join(f'{a}' if a == b else f'{a}-{b}' for a, b in found)


class Sum:
    """Lines, and how many of them were reached, of what is added to it."""

    def __init__(self):
        self.total = self.reached = 0

    def add(self, counts):
        self.total += len(counts)
        self.reached += sum(1 for count in counts.values() if count > 0)

    @property
    def percent(self):
        return 100.0 * self.reached / self.total if self.total else 0.0

    def row(self, name):
        return f'{name:<28} {self.total:>7} {self.reached:>8} {self.percent:>7.1f} %'


def write_report(path, lines):
    with open(path, 'w', encoding='utf-8') as report:
        for name in sorted(lines):
            one = Sum()
            one.add(lines[name])
            missed = [n for n, count in lines[name].items() if count == 0]
            report.write(f'{one.percent:5.1f} % {name}: {ranges(missed) or "-"}\n')


def worst(lines, part):
    """The files of a part that lack most."""
    missed = {name: sum(1 for count in counts.values() if count == 0)
              for name, counts in lines.items() if name.startswith(part)}
    return sorted(missed.items(), key=lambda item: (-item[1], item[0]))[:WORST]


def main():
    build, report, *sources = sys.argv[1:]
    lines = read_gcov(build)
    write_report(report, lines)
    directories, parts = collections.defaultdict(Sum), {part: Sum() for part in FLOORS}
    for name, counts in lines.items():
        directories[os.path.dirname(name) + '/'].add(counts)
        parts[name.split('/')[0] + '/'].add(counts)

    print(f'{"directory":<28} {"lines":>7} {"reached":>8}')
    for name in sorted(directories):
        print(directories[name].row(name))
    for part in FLOORS:
        print(parts[part].row('all of ' + part))
    left_out = [f for f in sources if f.startswith(tuple(FLOORS)) and f.endswith('.c')
                and f not in lines]
    if left_out:
        print('left out, as nothing of it is compiled here: ' + ' '.join(sorted(left_out)))
    print(f'lines that no test reaches: {report}')

    status = 0
    for part, floor in FLOORS.items():
        if parts[part].percent >= floor:
            continue
        status = 1
        print(f'coverage: {part} has {parts[part].percent:.1f} %, less than {floor} %. Most is missing in')
        for name, missed in worst(lines, part):
            print(f'  {missed:>5} lines of {name}')
    return status


sys.exit(main())
