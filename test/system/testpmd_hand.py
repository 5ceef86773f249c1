#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Rules handed down: the stock testpmd on net_steer on net_steer."""

import contextlib
import re
import subprocess
import sys
import time

import bench
import frames
import steering
from bench import check, expect

# testpmd leaves ports that are owned alone: of the one below it sees what the upper one tells
UPPER = 0
STACK = ('net_steer0,iface=net_steer1', 'net_steer1,iface=net_tap0', 'net_tap0,iface=lower')
UDP = frames.Ether() / frames.IP() / frames.UDP(dport=5) / frames.Raw(b'.' * 58)
RULE = 'pattern eth / ipv4 / udp dst is 5 / end actions '


@contextlib.contextmanager
def stack(**options):
    """testpmd, which must end well, on a net_steer port on another; and the wire below."""
    bench.need_tap()
    more = ''.join(f',{key}={value}' for key, value in options.items())
    with bench.testpmd(STACK[0] + more, *STACK[1:]) as pmd, bench.wire('lower') as wire:
        pmd.command(f'set portlist {UPPER}')
        yield pmd, wire
        check(pmd.quit() == 0, f'testpmd did not end well: {pmd.last()}')


def xstat(pmd, name):
    answer = pmd.command(f'show port xstats {UPPER}')
    return int(re.search(rf'^{name}: (\d+)$', answer, re.M).group(1))


def send(pmd, wire, count):
    """Packets, all of which testpmd is to see."""
    before = xstat(pmd, 'rx_good_packets')
    for _ in range(count):
        wire.send(bytes(UDP))
    end = time.monotonic() + 10
    while xstat(pmd, 'rx_good_packets') < before + count:
        check(time.monotonic() < end, 'not all frames were received')


def hits(pmd, rule):
    answer = expect(pmd.command(f'flow query {UPPER} {rule} count'), 'hits_set: 1')
    return int(re.search(r'hits: (\d+)', answer).group(1))


def cases():
    """queue and mark of each packet are the same"""
    with stack() as (pmd, wire):
        steering.Bench(pmd, wire, bench.QUEUES).run(steering.cases('steering-cases.tsv'))


def below():
    """the lower port has the rules, and its software is the only one at work"""
    with stack() as (pmd, wire):
        first = bench.create(pmd, RULE + 'mark id 7 / count / queue index 2 / end')
        expect(pmd.command(f'flow dump {UPPER} all'), "handed down to lower port 'net_steer1'")
        pmd.command('start')
        send(pmd, wire, 20)
        check(xstat(pmd, 'rx_handed_down') >= 20, 'not handed down')
        check(xstat(pmd, 'rx_flow_hits') == 0, 'searched twice')
        check(xstat(pmd, 'lower_rx_flow_hits') == 20, 'not the rule below')
        check(xstat(pmd, 'rx_q2_packets') == 20, 'not queue 2')
        check(hits(pmd, first) == 20, 'not counted')
        pmd.command(f'flow destroy {UPPER} rule {first}')
        send(pmd, wire, 20)
        check(xstat(pmd, 'lower_rx_flow_hits') == 20, 'the rule is still below')


def back():
    """at the first refusal software takes over, names the rule and counts on"""
    with stack() as (pmd, wire):
        first = bench.create(pmd, RULE + 'count / queue index 2 / end')
        pmd.command('start')
        send(pmd, wire, 20)
        start = pmd.position()
        # overlaps the first one at equal priority
        bench.create(pmd, 'pattern eth / ipv4 ttl is 64 / end actions queue index 1 / end')
        expect(pmd.text(start), "lower port 'net_steer1' cannot have the rules", 'ttl')
        expect(pmd.command(f'flow dump {UPPER} all'), 'in software')
        send(pmd, wire, 20)
        check(xstat(pmd, 'rx_flow_hits') == 20, 'not in software')
        check(xstat(pmd, 'lower_rx_flow_hits') == 20, 'the rule is still below')
        check(xstat(pmd, 'rx_q2_packets') == 40, 'not queue 2')
        check(hits(pmd, first) == 40, 'not counted on')


def off():
    """hw=off keeps rules in software"""
    with stack(hw='off') as (pmd, wire):
        bench.create(pmd, RULE + 'queue index 2 / end')
        pmd.command('start')
        send(pmd, wire, 20)
        check(xstat(pmd, 'rx_flow_hits') == 20, 'not in software')
        check(xstat(pmd, 'lower_rx_flow_hits') == 0, 'the rule is below')


def required():
    """hw=require refuses what the lower port cannot have, and a lower port without rules"""
    with stack(hw='require') as (pmd, _):
        bench.create(pmd, RULE + 'queue index 2 / end')
        answer = pmd.command('flow create 0 ingress pattern eth / ipv4 ttl is 64 / end '
                             'actions queue index 1 / end')
        expect(answer, 'complain')
        expect(pmd.command(f'flow dump {UPPER} all'), 'handed down')
    done = subprocess.run(['dpdk-testpmd', *bench.EAL, bench.cores(), '--vdev=net_null0',
                           '--vdev=net_steer0,iface=net_null0,hw=require', '--', '-i',
                           '--total-num-mbufs=4096'],
                          input='quit\n', text=True, timeout=60, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    expect(done.stdout, "net_steer0: hw=require, but lower port 'net_null0' cannot have rules")


TESTS = [cases, below, back, off, required]

if __name__ == '__main__':
    sys.exit(bench.main(TESTS, ['dpdk-testpmd']))
