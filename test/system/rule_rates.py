#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""DPDK's dpdk-test-flow-perf puts 100,000 rules in and takes them out again, without an error.

One thread does so: the tool's --cores=2 shares one variable between its threads (flow, in DPDK
22.11), and so destroys some rules twice and others never.
"""

import os
import sys

import bench
from bench import check

sys.path.insert(0, os.path.join(bench.SOURCE, 'app', 'steer-perf'))

import flow_perf  # noqa: E402

RULES = 100000


def perf(*options):
    # without huge pages all of its tables must fit into what -m gives
    eal = [('1024' if option == bench.MEGABYTES else option) for option in bench.EAL]
    text, rates = flow_perf.run([*eal, bench.cores(), '-n1'], RULES, options, timeout=100)
    check(rates, text)
    print('#', *options, ': insert, delete', *(f'{rate} K/s' for rate in rates))


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
