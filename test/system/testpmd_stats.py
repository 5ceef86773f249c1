#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Statistics that tell why, packet types and tables of any size, as testpmd shows them."""

import contextlib
import re
import sys
import time

import bench
import frames
from bench import check, expect

LOWER = 'net_af_packet0,iface=lower,qpairs=1'
UDP = frames.Ether() / frames.IP() / frames.UDP(dport=5) / frames.Raw(b'.' * 58)
TYPES = (
    (UDP, 'L2_ETHER L3_IPV4 L4_UDP'),
    (frames.Ether() / frames.IP(options=b'\x01' * 4) / frames.TCP(), 'L2_ETHER L3_IPV4_EXT L4_TCP'),
    (frames.Ether() / frames.IPv6() / frames.TCP(), 'L2_ETHER L3_IPV6 L4_TCP'),
    # not of IPv4: net_af_packet has the kernel wait for all of it
    (frames.Ether() / frames.IPv6() / frames.IPv6ExtHdrFragment(m=1) / frames.UDP(),
     'L2_ETHER L3_IPV6_EXT L4_FRAG'),
    (frames.Ether() / frames.ARP(), 'L2_ETHER_ARP'),
    (frames.Ether() / frames.IP() / frames.UDP(dport=4789) / frames.VXLAN() / frames.Ether() /
     frames.IPv6() / frames.UDP(),
     'L2_ETHER L3_IPV4 L4_UDP TUNNEL_VXLAN INNER_L2_ETHER INNER_L3_IPV6 INNER_L4_UDP'),
)


@contextlib.contextmanager
def port(arguments=''):
    """A testpmd over a pair of interfaces; it must end well. @return it and our end of the pair."""
    with bench.veth('lower') as wire, \
            bench.testpmd(f'net_steer0,iface=net_af_packet0{arguments}', LOWER) as pmd:
        yield pmd, wire
        check(pmd.quit() == 0, f'testpmd did not end well: {pmd.last()}')


def xstats(pmd):
    answer = pmd.command('show port xstats 0')
    return {name: int(value) for name, value in re.findall(r'^(\w+): (\d+)$', answer, re.M)}


def wait(pmd, name, wanted):
    """The xstats, when one of them has become what it should."""
    end = time.monotonic() + 5
    while True:
        found = xstats(pmd)
        if found.get(name) == wanted:
            return found
        check(time.monotonic() < end, f'{name}: {wanted} expected: {found}')


def reasons():
    """xstats tell why, by queue of the lower port, and the lower port's own"""
    with port() as (pmd, wire):
        before = list(xstats(pmd))
        bench.create(pmd, 'pattern eth / ipv4 / udp dst is 5 / end actions drop / end')
        pmd.command('start')
        for _ in range(7):
            wire.send(bytes(UDP))
        other = frames.Ether() / frames.IP() / frames.UDP(dport=6) / frames.Raw(b'.' * 58)
        for _ in range(3):
            wire.send(bytes(other))
        # cut within the UDP header: the length of IPv4 says more
        wire.send(bytes(UDP)[:40])
        found = wait(pmd, 'rx_flow_misses', 4)
        for name, wanted in (('rx_rule_drops', 7), ('rx_lq0_rule_drops', 7), ('rx_flow_hits', 7),
                             ('rx_lq0_flow_hits', 7), ('rx_lq0_flow_misses', 4),
                             ('rx_malformed', 1), ('rx_lq0_malformed', 1),
                             ('rx_isolated_drops', 0), ('lower_rx_good_packets', 11)):
            check(found.get(name) == wanted, f'{name}: {wanted} expected: {found}')
        check(list(found) == before, 'names of xstats have changed')
        pmd.command('clear port xstats 0')
        left = {name: value for name, value in xstats(pmd).items() if value}
        check(not left, f'xstats are not cleared: {left}')


def types():
    """packet types as received; fewer with set port ptype_mask"""
    with port() as (pmd, wire):
        supported = pmd.command('show port 0 ptypes')
        for name in ('L2_ETHER', 'L3_IPV6_EXT', 'L4_FRAG', 'TUNNEL_GENEVE', 'INNER_L4_SCTP'):
            expect(supported, name)
        expect(pmd.command('set verbose 1'), 'verbose')
        for mask, layers in ((0x0fffffff, '.*'), (0x00000f00, 'L4_.*')):
            pmd.command('start')
            # testpmd has turned them off
            pmd.command(f'set port 0 ptype_mask {mask}')
            for packet, wanted in TYPES:
                start = pmd.position()
                wire.send(bytes(packet).ljust(100, b'\0'))
                names = [n for n in wanted.split() if re.fullmatch(layers, n)]
                hardware = shown(pmd, start)
                check(hardware == names, f'{names} expected: {hardware}')
            pmd.command('stop')


def shown(pmd, start):
    """Types of the one packet that testpmd reports."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        found = re.search(r'length=.* sw ptype', pmd.text(start))
        if found:
            types_shown = re.search(r'hw ptype: ([A-Z0-9_ ]+?) +- ', found.group(0))
            return types_shown.group(1).split() if types_shown else []
        time.sleep(0.01)
    raise bench.Wrong(f'no packet is reported: {pmd.text(start)}')


def tables():
    """redirection tables of the size that the port reports"""
    for size in (512, 100):
        with port(f',reta_size={size}') as (pmd, wire):
            expect(pmd.command('show port info 0'), f'Redirection table size: {size}')
            pmd.command(f'port config 0 rss reta (0,3),({size - 1},2)')
            # testpmd reads no more than 127 characters: the first of each group, and the last
            asked = sorted({*range(0, size, 64), size - 1})
            masks = ','.join(hex(sum(1 << i % 64 for i in asked if i // 64 == group))
                             for group in range(-(-size // 64)))
            answer = pmd.command(f'show port 0 rss reta {size} ({masks})')
            found = dict(re.findall(r'hash index=(\d+), queue=(\d+)', answer))
            wanted = {str(i): {0: '3', size - 1: '2'}.get(i, str(i % 4)) for i in asked}
            check(found == wanted, f'table of {size}: {answer}')
            # a packet without a hash takes the first entry
            pmd.command('start')
            wire.send(bytes(frames.Ether(type=0x9000) / frames.Raw(b'.' * 60)))
            wait(pmd, 'rx_q3_packets', 1)


if __name__ == '__main__':
    sys.exit(bench.main([reasons, types, tables], ['dpdk-testpmd']))
