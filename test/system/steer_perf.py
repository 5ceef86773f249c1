#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""steer-perf runs through all that it measures, on a small scale: no time is asked about."""

import csv
import os
import subprocess
import sys
import tempfile

import bench
from bench import check, world

sys.path.insert(0, os.path.join(bench.SOURCE, 'app', 'steer-perf'))

import veth_perf  # noqa: E402  pylint: disable=wrong-import-position

PROGRAM = os.path.join(bench.BUILD, 'app', 'steer-perf', 'steer-perf')
WHERE = os.path.join(bench.SOURCE, 'app', 'steer-perf', 'where')
# with small pages all of its packets and rules must fit into what -m gives
EAL = ['--no-huge', '-m', '1024', '--no-pci', '--no-shconf', '--log-level=*:error']
SMALL = ['--scale=500', '--rounds=1', '--packets=32768']


def perf(*args, lcores=None):
    """Run it. @return what it prints."""
    done = subprocess.run([PROGRAM, *EAL, lcores or bench.cores(), '--', *args], text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=200,
                          stderr=subprocess.STDOUT, check=False, start_new_session=True)
    check(done.returncode == 0, f'exit code {done.returncode}: {done.stdout}')
    check('not valid' not in done.stdout, done.stdout)
    return done.stdout


def check_row(row):
    """A line of the values: numbers that can be."""
    if row['section'] == 'Targets':
        right = float(row['target']) > 0 and row['verdict'] in ('ok', 'MISS')
        float(row['median'])
    else:
        right = 0 < float(row['low']) <= float(row['median']) <= float(row['high'])
    check(right, f'not possible: {row}')


def everything():
    """All is measured, and printed as it is written"""
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, 'perf.csv')
        text = perf(*SMALL, f'--output={path}')
        with open(path, newline='', encoding='utf-8') as file:
            rows = list(csv.DictReader(file))
    check(len({row['section'] for row in rows}) > 1, f'only {rows}')
    for row in rows:
        check_row(row)
        check(f'\n{row["name"]} ' in text, f'{row["name"]} is not in: {text}')
    names = [(row['section'], row['name']) for row in rows]
    check(len(set(names)) == len(names), f'a name twice: {names}')


def instructions():
    """Instructions are counted of one part, the same each time"""
    texts = [perf('--scale=500', '--quick', '--instructions', '--part=DPVS') for _ in range(2)]
    counts = [[line.split()[-3] for line in text.splitlines() if line.startswith('DPVS')]
              for text in texts]
    check(len(counts[0]) == 1 and counts[0] == counts[1], f'{counts[0]} and then {counts[1]}')
    check('RSS only' not in texts[0], texts[0])


def places():
    """Each of these instructions is in a file of the source, the receiver's among them"""
    with tempfile.TemporaryDirectory() as scratch:
        path = os.path.join(scratch, 'where')
        text = perf('--scale=500', '--quick', f'--where={path}', '--part=DPVS')
        done = subprocess.run([WHERE, path], text=True, stdout=subprocess.PIPE, check=True)
    each = [float(line.split()[-3]) for line in text.splitlines() if line.startswith('DPVS')]
    lines = done.stdout.partition('\nDPVS')[2].splitlines()[1:]
    files = {name: float(n) for name, n in map(str.split, lines)}
    for part in ('drivers/net/steer/', 'lib/flow/', 'lib/parse/', 'lib/table/', 'lib/queue/'):
        check(sum(n for name, n in files.items() if name.startswith(part)) > 1,
              f'nothing of {part}: {files}')
    check(abs(sum(files.values()) - each[0]) < 3, f'{each[0]} instructions, {files}')


def netdev():
    """testpmd on a veth pair is measured, steered in the kernel and not"""
    generator = os.path.join(bench.BUILD, 'app', 'steer-perf', 'frames')
    # shorter than anybody else would notice
    veth_perf.PACKETS = 20000
    try:
        cores = veth_perf.need(generator)
        results = veth_perf.measure(bench.EAL, generator, cores, True)
    except world.Missing as lack:
        raise bench.Skip(lack) from lack
    except bench.Failed as error:
        if 'Operation not permitted' not in str(error):
            raise
        raise bench.Skip(str(error).splitlines()[-1]) from error
    check(len(results) == 4, f'not all: {results}')
    for name, ((rate, cycles),) in results.items():
        check(rate > 1 and cycles > 1, f'{name}: {rate} K packets/s, {cycles} cycles')


def refusals():
    """A wrong argument is named"""
    for argument, word in (('--rounds=0', '--rounds=0'), ('--scale=x', '--scale=x'),
                           ('more', '"more"'), ('--output=/nowhere/perf.csv', '/nowhere/perf.csv'),
                           ('--where=/nowhere/where', '/nowhere/where')):
        done = subprocess.run([PROGRAM, *EAL, bench.cores(), '--', argument], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                              timeout=60)
        check(done.returncode == 1 and word in done.stdout, f'{argument}: {done.stdout}')


if __name__ == '__main__':
    sys.exit(bench.main([everything, instructions, places, netdev, refusals], []))
