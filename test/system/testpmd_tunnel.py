#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""testpmd's tunnel offload: flow tunnel, tunnel_set and tunnel_match, and what misses."""

import re
import sys

import bench
import frames
from bench import check, expect

LOWER = ('net_steer0,iface=net_af_packet0', 'net_af_packet0,iface=lower')
INNER = (frames.Ether(src='06:00:00:00:00:01', dst='06:00:00:00:00:02') /
         frames.IP(src='10.0.0.1', dst='10.0.0.2') / frames.UDP(sport=1, dport=5) /
         frames.Raw(b'.' * 60))
OUTER = frames.Ether(src='02:00:00:00:00:01', dst='02:00:00:00:00:02') / frames.IP()
VXLAN = OUTER / frames.UDP(sport=9, dport=4789) / frames.VXLAN(vni=7)
SET = 'flow create 0 ingress group 0 tunnel_set {} pattern {} / end actions jump group {} / end'
MATCH = 'flow create 0 ingress group {} tunnel_match {} pattern {} / end actions {} / end'


def begin(pmd):
    pmd.command('set verbose 1')
    pmd.command('start')


def exchange(pmd, wire, packet):
    """Send a packet. @return what testpmd said of it, and the report."""
    start = pmd.position()
    wire.send(bytes(packet))
    pmd.idle(0.2, 5)
    found = bench.reports(pmd, start)
    check(len(found) == 1, f'reports: {pmd.text(start)}')
    return pmd.text(start), found[0]


def missed(pmd, wire, packet, number, kind, group):
    """It comes as it was, and testpmd tells where it missed."""
    text, report = exchange(pmd, wire, packet)
    expect(text, f'restore info: - tunnel #{number} type {kind} - outer header present - '
                 f'miss group {group}\n')
    check(report.length == len(packet), f'length {report.length} instead of {len(packet)}')
    check(report.source == packet.src, f'source: {report}')


def matched(pmd, wire, packet, inner, queue):
    """It comes out of the tunnel into a queue."""
    text, report = exchange(pmd, wire, packet)
    check('restore info' not in text, f'restore info: {text}')
    check(report.length == len(inner), f'length {report.length} instead of {len(inner)}')
    check(report.source == inner.src, f'source: {report}')
    check(report.queue == queue, f'queue {report.queue} instead of {queue}')
    return report


def vxlan():
    """tunnel_set, then tunnel_match: what misses tells where, what matches comes out"""
    with bench.veth('lower') as wire, bench.testpmd(*LOWER) as pmd:
        expect(pmd.command('flow tunnel create 0 type vxlan'), 'port 0: flow tunnel #1 type vxlan')
        expect(pmd.command('flow tunnel list 0'), 'port 0 tunnel #1 type=vxlan')
        begin(pmd)
        bench.create(pmd, SET.format(1, 'eth / ipv4 / udp dst is 4789', 3))
        missed(pmd, wire, VXLAN / INNER, 1, 'vxlan', 3)
        rule = bench.create(pmd, MATCH.format(3, 1, 'eth / ipv4 / udp / vxlan vni is 7 / eth / ipv4 '
                                              '/ udp dst is 5', 'mark id 17 / queue index 2'))
        report = matched(pmd, wire, VXLAN / INNER, INNER, 2)
        check(report.mark == 17, f'mark: {report}')
        other = INNER.copy()
        other[frames.UDP].dport = 6
        missed(pmd, wire, VXLAN / other, 1, 'vxlan', 3)
        text, report = exchange(pmd, wire, INNER)
        check('restore info' not in text, f'no tunnel: {text}')
        expect(pmd.command('flow dump 0 all'), '# tunnel_set of vxlan tunnel 1: flow create 0 ',
               '# tunnel_match of vxlan tunnel 1: flow create 0 ')
        expect(pmd.command(f'flow destroy 0 rule {rule}'), 'destroyed')
        missed(pmd, wire, VXLAN / INNER, 1, 'vxlan', 3)
        # testpmd's tunnel is a word for it; the rules are there still
        expect(pmd.command('flow tunnel destroy 0 id 1'), 'port 0: flow tunnel #1 destroyed')
        check('#1' not in pmd.command('flow tunnel list 0'), 'the tunnel is listed')
        text, _ = exchange(pmd, wire, VXLAN / INNER)
        expect(text, 'restore info: - tunnel -none- type vxlan')
        pmd.command('flow flush 0')
        text, _ = exchange(pmd, wire, VXLAN / INNER)
        check('restore info' not in text, f'no rule: {text}')
        check(pmd.quit() == 0, 'testpmd did not end well')


def kinds():
    """the four types that testpmd knows, group 0 to group 0 as Open vSwitch has it"""
    tunnels = [
        ('vxlan', 'udp dst is 4789', VXLAN),
        ('gre', 'gre protocol is 0x6558', OUTER / frames.GRE(proto=0x6558)),
        ('nvgre', 'nvgre tni is 7', OUTER / frames.NVGRE(7)),
        ('geneve', 'udp dst is 6081', OUTER / frames.UDP(dport=6081) / frames.GENEVE(vni=7)),
    ]
    with bench.veth('lower') as wire, bench.testpmd(*LOWER) as pmd:
        begin(pmd)
        for number, (kind, items, outer) in enumerate(tunnels, 1):
            expect(pmd.command(f'flow tunnel create 0 type {kind}'),
                   f'flow tunnel #{number} type {kind}')
            bench.create(pmd, SET.format(number, f'eth / ipv4 / {items}', 0))
            missed(pmd, wire, outer / INNER, number, kind, 0)
            bench.create(pmd, MATCH.format(0, number, f'eth / ipv4 / {kind} / eth / ipv4',
                                           'queue index 3'))
            matched(pmd, wire, outer / INNER, INNER, 3)
            pmd.command('flow flush 0')
        check(pmd.quit() == 0, 'testpmd did not end well')


def forwarding():
    """what testpmd forwards are the bytes that were inside"""
    inner = bytes(frames.Ether(src='06:00:00:00:00:01', dst='06:00:00:00:00:02', type=0x88b5) /
                  frames.Raw(bytes(range(100))))
    with bench.veth('lower') as wire, bench.testpmd(*LOWER) as pmd, \
            bench.wire('peer', 0x88b5) as back:
        pmd.command('set fwd io')
        expect(pmd.command('flow tunnel create 0 type vxlan'), '#1')
        bench.create(pmd, SET.format(1, 'eth / ipv4 / udp / vxlan', 7))
        bench.create(pmd, MATCH.format(7, 1, 'eth / ipv4 / udp / vxlan vni is 7 / eth',
                                       'queue index 1'))
        pmd.command('start')
        back.settimeout(10)
        for _ in range(5):
            wire.send(bytes(VXLAN / frames.Raw(inner)))
            check(back.recv(2048) == inner, 'other bytes')
        check(pmd.quit() == 0, 'testpmd did not end well')


# what is refused, and what is said of it
REFUSED = [
    ('ingress tunnel_set 1 pattern eth / end actions queue index 1 / end', 'tunnel_set: no jump'),
    ('ingress tunnel_set 1 pattern eth / ipv4 / udp / geneve / end actions jump group 1 / end',
     'tunnel_set: vxlan: the pattern asks for another tunnel'),
    ('ingress tunnel_match 1 pattern eth / ipv4 / gre / end actions drop / end',
     'tunnel_match: vxlan: another item asks'),
    ('ingress group 2 tunnel_match 1 pattern eth / end actions jump group 2 / end',
     'jump: group 2 leads back to group 2'),
    ('egress tunnel_set 1 pattern eth / end actions jump group 1 / end', 'egress'),
]


def refusals():
    """what cannot be done is refused in a sentence"""
    with bench.veth('lower'), bench.testpmd(*LOWER) as pmd:
        expect(pmd.command('flow tunnel create 0 type vxlan'), '#1')
        for rule, said in REFUSED:
            for verb in ('validate', 'create'):
                expect(pmd.command(f'flow {verb} 0 {rule}'), 'Caught PMD error', said)
        check(not re.search(r'^\d+\t', pmd.command('flow list 0'), re.M), 'a refused rule is there')
        check(pmd.quit() == 0, 'testpmd did not end well')


if __name__ == '__main__':
    sys.exit(bench.main([vxlan, kinds, forwarding, refusals], ['dpdk-testpmd']))
