#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Counts the tests in meson's logs, and names those that failed or were skipped.

A cmocka program counts for each of its tests, a script that prints "ok" and "not ok" lines for each
of these, and any other one for itself. A program that fails without a failed test (a crash, a time
out, a sanitizer's finding) is one failed test more. The last line is the total.

Where LOG.json has a LOG-again.json, its programs are those that failed and were run once more: what
passes there counts, and is named with what had failed. --unsettled LOG.json names the programs that
may be: system tests, if they are all that failed, and no more than two.
"""

import json
import re
import sys

CMOCKA = re.compile(r'^\[ *(RUN|OK|FAILED|SKIPPED) *\] (?!.*\d+ test\(s\))(.*?)$')
TAP = re.compile(r'^(not ok|ok)\b[ \d-]*(.*?)(?:# *skip\b *(.*))?$', re.IGNORECASE)
SYSTEM = re.compile(r'net_steer:system\b.* / ')


class Program:
    """What one test program's output says: names of tests by outcome."""

    def __init__(self, record):
        self.name = record['name']
        self.result = record['result']
        self.passed, self.failed, self.skipped = [], [], {}
        lines = (record.get('stdout') or '').splitlines()
        lines += (record.get('stderr') or '').splitlines()
        self.read_cmocka(lines)
        if not (self.passed or self.failed or self.skipped):
            self.read_tap(lines)
        self.judge(lines)

    def read_cmocka(self, lines):
        started, last = [], ''
        for line in lines:
            match = CMOCKA.match(line)
            if not match:
                last = line.strip() or last
                continue
            outcome, test = match.groups()
            if outcome == 'RUN':
                started.append(test)
                last = ''
            elif outcome == 'OK':
                self.passed.append(test)
            elif outcome == 'SKIPPED':
                self.skipped.setdefault(test, last or 'no reason given')
        self.failed = [t for t in started if t not in self.passed and t not in self.skipped]

    def read_tap(self, lines):
        for line in lines:
            match = TAP.match(line)
            if not match:
                continue
            outcome, test, reason = match.groups()
            test = test.strip()
            if reason is not None:
                self.skipped[test] = reason or 'no reason given'
            elif outcome.lower() == 'ok':
                self.passed.append(test)
            else:
                self.failed.append(test)

    def judge(self, lines):
        counted = self.passed or self.failed or self.skipped
        if self.result in ('OK', 'EXPECTEDFAIL'):
            if not counted:
                self.passed.append('')
        elif self.result == 'SKIP':
            said = [line.strip() for line in lines if line.strip()]
            self.skipped[''] = said[-1] if said else 'no reason given'
        elif not self.failed:
            self.failed.append(self.result.lower())


def programs(path):
    try:
        with open(path, encoding='utf-8', errors='replace') as log:
            return [Program(json.loads(line)) for line in log if line.strip()]
    except OSError:
        return []


def settled(path):
    """Programs of a log, those that were run once more as they were then."""
    again = {program.name: program for program in programs(path.replace('.json', '-again.json'))}
    for program in programs(path):
        later = again.get(program.name, program)
        if later is not program and not later.failed:
            for test in program.failed:
                print(f'unsettled: {program.name}: {test}: failed, and passed when run once more')
        yield later


def unsettled(path):
    failed = [program.name for program in programs(path) if program.failed]
    if len(failed) <= 2 and all(SYSTEM.match(name) for name in failed):
        print('\n'.join(name.split(' / ')[-1] for name in failed))


def main():
    if sys.argv[1:2] == ['--unsettled']:
        unsettled(sys.argv[2])
        return 0
    total = {'passed': 0, 'failed': 0, 'skipped': 0}
    for path in sys.argv[1:]:
        found = list(settled(path))
        if not found:
            total['failed'] += 1
            print(f'failed: no test has run that would log to {path}')
        for program in found:
            total['passed'] += len(program.passed)
            total['failed'] += len(program.failed)
            total['skipped'] += len(program.skipped)
            for test in program.failed:
                print(f'failed: {program.name}: {test}')
            for test, reason in program.skipped.items():
                print(f'skipped: {program.name}{": " if test else ""}{test}: {reason}')
    print('{passed} passed, {failed} failed, {skipped} skipped'.format(**total))
    return 1 if total['failed'] else 0


sys.exit(main())
