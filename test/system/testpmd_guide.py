#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Each example of the documentation, typed into testpmd as it stands there."""

import re
import sys

import bench
import frames
import guide_examples
import steering
from bench import check

# what testpmd says of a command that it does not understand, or that is refused
WRONG = re.compile(r'Caught|Bad arguments|Command not found|Ambiguous|(?<!0 )[Ff]ailed|[Ii]nvalid'
                   r'|[Cc]annot|not found|complain|Please|Unknown')
# these take a port that the kernel steers for: see testpmd_kernel.py
OTHERS = 'bifurcated'
# the examples name a port 1 as well, which DPVS has
PORTS = ['net_steer0,iface=net_af_packet0', 'net_steer1,iface=net_null0',
         'net_af_packet0,iface=lower', 'net_null0,no-rx=1']


class Reader:
    """Who reads an example, types in what it says, and looks whether it comes true."""

    def __init__(self, pmd, wire):
        self.pmd = pmd
        self.wire = wire
        self.lengths = frames.Lengths()
        self.running = False
        self.answer = None
        self.line = None

    def run(self, on):
        """Packets are received, and shown, only where the example speaks of them."""
        if on and not self.running:
            self.pmd.command('set verbose 1')
        if on != self.running:
            self.pmd.command('start' if on else 'stop')
        self.running = on

    def settle(self, refused=False):
        """The last command is done with: was it understood?"""
        if self.answer is not None and not refused:
            check(not WRONG.search(self.answer), f'{self.line}: {self.answer}')

    def command(self, line):
        self.settle()
        if line == 'start':
            self.run(True)
            return
        if line.startswith('port stop'):
            self.run(False)
        self.line, self.answer = line, self.pmd.command(line)

    def packet(self, expression, fate):
        self.run(True)
        expected = fate.replace('dropped', 'drop').replace('RSS', 'rss')
        expected = re.sub(r'(queue|mark) (\d+)', r'\1=\2', expected).replace(', ', ',')
        for packet in frames.packets(expression):
            frame, length = self.lengths.take(packet)
            found = steering.exchange(self.pmd, self.wire, [frame], expected != 'drop')
            check(steering.matches(expected, found.get(length), bench.QUEUES),
                  f'{expression}: {fate}, but came {list(found.values())}')

    def remark(self, words):
        """What the example says of the command before."""
        if words.startswith('Ether('):
            self.packet(*words.rsplit(': ', 1))
        elif self.answer is not None:
            refused = words.startswith('refused: ')
            words = words.removeprefix('refused: ')
            check(words in self.answer and (not refused or WRONG.search(self.answer)),
                  f'{self.line}: no "{words}" in: {self.answer}')
            self.settle(refused)
            self.answer = self.answer if refused is False else None

    def read(self, lines):
        for line in lines:
            if line.startswith('# '):
                self.remark(line[2:])
            else:
                self.command(line.split(' # ')[0])
        self.settle()


def one(example):
    """read one, in words of its own"""
    lines = example.lines
    if any(' prefix ' in line for line in lines) and steering.prefix_kills():
        raise bench.Skip('this testpmd crashes on rules with "prefix", also over net_null')
    if any(line.startswith('flow update ') for line in lines) and bench.dpdk_release() < (23, 11):
        raise bench.Skip('DPDK has "flow update" from 23.11 on')
    with bench.veth('lower') as wire, bench.testpmd(*PORTS) as pmd:
        Reader(pmd, wire).read(lines)
        check(pmd.quit() == 0, 'testpmd did not end well')


def test_of(example):
    def test():
        one(example)
    test.__doc__ = example.place
    test.__name__ = example.place.split('/')[-1]
    return test


def main():
    tests = [test_of(example) for example in guide_examples.examples(bench.SOURCE)
             if OTHERS not in example.place]
    check(len(tests) > 5, 'where are the examples?')
    return bench.main(tests, ['dpdk-testpmd'])


if __name__ == '__main__':
    sys.exit(main())
