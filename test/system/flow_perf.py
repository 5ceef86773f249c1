#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""DPDK's dpdk-test-flow-perf puts 100,000 rules in and takes them out again, without an error.

One thread does so: the tool's --cores=2 shares one variable between its threads (flow, in DPDK
22.11), and so destroys some rules twice and others never.
"""

import os
import re
import subprocess
import sys

import bench
from bench import check

RULES = 100000


def perf(*args):
    """Run it; its rates in thousand rules a second, of insertion and deletion."""
    # without huge pages all of its tables must fit into what -m gives
    eal = [('1024' if option == '512' else option) for option in bench.EAL]
    done = subprocess.run(['dpdk-test-flow-perf', *eal, bench.cores(), '-n1',
                           '--vdev=net_steer0,iface=net_null0', '--vdev=net_null0', '--',
                           '--portmask=0x1', '--rxq=4', '--txq=4', '--ingress', '--group=0',
                           '--ether', f'--rules-count={RULES}', '--rules-batch=10000',
                           '--deletion-rate', *args],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, timeout=100,
                          stderr=subprocess.STDOUT, check=False, start_new_session=True)
    text = done.stdout
    check(done.returncode == 0, f'exit code {done.returncode}: {text}')
    check(not re.search(r'error|fail', text, re.IGNORECASE), text)
    rates = [re.search(rf'Latency \| {what}\] All Cores :: Port 0 :: Total \D*([\d.]+) K', text)
             for what in ('Insertion', 'Deletion')]
    check(all(rates), f'no rates: {text}')
    print('#', ' '.join(args), ': insert, delete', *(f'{rate.group(1)} K/s' for rate in rates))


def queue():
    """100,000 rules with QUEUE"""
    perf('--ipv4', '--udp', '--queue')


def rss():
    """100,000 rules with RSS"""
    perf('--ipv4', '--udp', '--rss')


def mark():
    """100,000 rules on IPv6 with MARK and COUNT"""
    perf('--ipv6', '--tcp', '--mark', '--count', '--queue')


if __name__ == '__main__':
    sys.exit(bench.main([queue, rss, mark], ['dpdk-test-flow-perf']))
