#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Rules and packets of DPDK's own test plans, see data/flow-cases.tsv, through the stock testpmd.

One testpmd runs all the time. For each rule its packets are sent together, and after them a frame
that says that all have passed.
"""

import itertools
import os
import sys
import time
from typing import NamedTuple

import bench
import frames

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data', 'flow-cases.tsv')
QUEUES = 64


class Case(NamedTuple):
    """A line of the data file."""
    id: str
    rule: str
    packet: str
    expected: str


def cases():
    with open(DATA, encoding='utf-8') as lines:
        return [Case(*line.rstrip('\n').split('\t')) for line in lines if line[0] != '#']


def by_hash(report):
    """The queue of RSS: the table of redirections is 0, 1 ... 63, 0 ..., and no hash counts as 0."""
    return (report.hash or 0) % 128 % QUEUES


def matches(expected, report):
    """Is a packet where it is expected, with the mark that is expected? None: it did not come."""
    if expected == 'drop' or report is None:
        return expected == 'drop' and report is None
    words = dict((word.split('=') + [None])[:2] for word in expected.split(','))
    mark = int(words['mark']) if 'mark' in words else None
    if report.mark != mark:
        return False
    if 'queue' in words:
        return report.queue == int(words['queue'])
    if 'queues' in words:
        return str(report.queue) in words['queues'].split('|')
    return report.queue == by_hash(report)


def install(pmd, rule):
    """A rule, or several commands in a row."""
    for command in rule.split(' ;; '):
        if command.startswith('flow create'):
            bench.create(pmd, command)
        else:
            bench.expect(pmd.command(command), 'destroyed')


def arrived(pmd, start):
    """What was reported since start, by length."""
    found = {}
    for report in bench.reports(pmd, start):
        if report.source != frames.END_SOURCE.lower():
            bench.check(report.length not in found, f'twice: {report}')
            found[report.length] = report
    return found


def exchange(pmd, wire, sent, wanted):
    """Send frames, of which wanted are to come. @return what was reported of them, by length."""
    start = pmd.position()
    for frame in sent:
        wire.send(frame)
    wire.send(frames.END)
    # a rule without a pattern takes this frame as well, and may drop it
    pmd.seen(f'src={frames.END_SOURCE}', start, 1)
    # those of other queues may come after it
    end = time.monotonic() + 1
    while len(arrived(pmd, start)) < wanted and time.monotonic() < end:
        time.sleep(0.002)
    return arrived(pmd, start)


def judge(case, lengths, found):
    """In words what is wrong about a case, or nothing."""
    reports = [found.pop(length, None) for length in lengths]
    bad = [r for r in reports if not matches(case.expected, r)]
    if not bad:
        return []
    return [f'{case.id}: {case.rule}\n  {case.packet}\n  expected {case.expected}: {bad[0]}']


def run_rule(pmd, wire, lengths, rule, group):
    """All cases of a rule. @return what is wrong, in words."""
    try:
        install(pmd, rule)
    except bench.Wrong as wrong:
        return [f'{group[0].id}: {wrong}']
    sent = [[lengths.take(p) for p in frames.packets(case.packet)] for case in group]
    wanted = sum(len(own) for case, own in zip(group, sent) if case.expected != 'drop')
    found = exchange(pmd, wire, [frame for own in sent for frame, _ in own], wanted)
    wrong = []
    for case, own in zip(group, sent):
        wrong += judge(case, [length for _, length in own], found)
    wrong += [f'{rule}: not sent, or too late: {report}' for report in found.values()]
    pmd.command('flow flush 0')
    return wrong


def run(lower, stripping=False):
    """All cases over one kind of lower port, which uses the interface "lower"."""
    lengths = frames.Lengths(stripping)
    wrong = []
    done = 0
    args = [f'--rxq={QUEUES}', f'--txq={QUEUES}', '--rxd=256', '--txd=256',
            '--total-num-mbufs=32768']
    if stripping:
        args.append('--enable-hw-vlan-strip')
    name = lower.split(',')[0]
    # room for the longest list of packets in one queue
    with bench.veth('lower') as wire, \
            bench.testpmd(f'net_steer0,iface={name},ring_size=512', lower, args=args) as pmd:
        pmd.command('port config all rss default')
        pmd.command('set verbose 1')
        pmd.command('start')
        for rule, group in itertools.groupby(cases(), lambda case: case.rule):
            group = list(group)
            wrong += run_rule(pmd, wire, lengths, rule, group)
            done += len(group)
        bench.check(pmd.quit() == 0, 'testpmd did not end well')
    bench.check(done > 300, 'where are the cases?')
    bench.check(not wrong, f'{len(wrong)} of {done} cases:\n' + '\n'.join(wrong))


def tags_in_packet():
    """rules of DPDK's test plans, VLAN tags in the packet"""
    run('net_pcap0,rx_iface_in=lower,tx_iface=lower')


def tags_stripped():
    """rules of DPDK's test plans, the outer VLAN tag stripped"""
    run('net_af_packet0,iface=lower', stripping=True)


if __name__ == '__main__':
    sys.exit(bench.main([tags_in_packet, tags_stripped], ['dpdk-testpmd']))
