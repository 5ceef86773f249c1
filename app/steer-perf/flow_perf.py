# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""DPDK's own dpdk-test-flow-perf on net_steer: how fast rules go in and out."""

import re
import shutil
import statistics
import subprocess

PROGRAM = 'dpdk-test-flow-perf'
VDEVS = ['--vdev=net_steer0,iface=net_null0', '--vdev=net_null0']
RUNS = 3
TITLE = 'Rates of dpdk-test-flow-perf'
IPV4 = ('IPv4, QUEUE', '--ipv4', '--udp', '--queue')
IPV6 = ('IPv6, MARK COUNT QUEUE', '--ipv6', '--udp', '--mark', '--count', '--queue')
CASES = [(number, *case) for case in (IPV4, IPV6) for number in (1000000, 4000000)]


def command(eal, rules, options):
    return [PROGRAM, *eal, *VDEVS, '--', '--portmask=0x1', '--rxq=4', '--txq=4', '--ingress',
            '--group=0', '--ether', f'--rules-count={rules}', f'--rules-batch={rules // 10}',
            '--deletion-rate', *options]


def run(eal, rules, options, timeout=300):
    """
    @return what it prints, and its rates in thousand rules a second, of insertion and deletion;
    None: it has failed.
    """
    done = subprocess.run(command(eal, rules, options), stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                          timeout=timeout, start_new_session=True)
    found = [re.search(rf'Latency \| {what}\] All Cores :: Port 0 :: Total \D*([\d.]+) K',
                       done.stdout) for what in ('Insertion', 'Deletion')]
    if done.returncode != 0 or not all(found) or re.search('error|fail', done.stdout, re.I):
        return done.stdout, None
    return done.stdout, [float(rate.group(1)) for rate in found]


def report(eal, csv):
    """The rates, as lines of the terminal and, with a path, behind those of steer-perf. @return ok."""
    if shutil.which(PROGRAM) is None:
        print(f'\n{TITLE}: not measured, as it is not there (Debian: package dpdk-dev)')
        return True
    print(f'\n{TITLE}, medians of {RUNS} runs\n{"thousand rules a second":45} {"insertion":>9} '
          f'{"deletion":>9}')
    lines = []
    for rules, name, *options in CASES:
        results = []
        for _ in range(RUNS):
            text, rates = run(eal, rules, options)
            if rates is None:
                print(text)
                return False
            results.append(rates)
        name = f'{rules // 1000000} M rules, {name}'
        columns = [sorted(column) for column in zip(*results)]
        print(f'{name:45} {statistics.median(columns[0]):9,.0f} '
              f'{statistics.median(columns[1]):9,.0f}', flush=True)
        for what, column in zip(('in', 'out'), columns):
            lines.append(f'"{TITLE}","{name}: {what}","K rules/s",{statistics.median(column):.3f},'
                         f'{column[0]:.3f},{column[-1]:.3f},,,\n')
    if csv is not None:
        with open(csv, 'a', encoding='ascii') as file:
            file.writelines(lines)
    return True
