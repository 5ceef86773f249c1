#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""net_steer over each kind of virtual port: rules, stop and start, and a good end."""

import contextlib
import os
import sys
import time
from typing import NamedTuple

import bench
import frames
from bench import QUEUES, check, expect, forbid

CAPTURE = '/run/lower.pcap'
PACKETS = 64
UDP = 'pattern eth / ipv4 / udp dst spec {0} dst mask 3 / end actions queue index {0} / end'


class Lower(NamedTuple):
    """A kind of lower port: its devices, the first of them being what iface= names."""
    name: str
    devices: tuple
    # devices that stand before net_steer's
    before: tuple = ()
    # where our frames go in, or nothing if packets come by themselves
    wire: str = 'peer'
    # a second testpmd, which forwards from the wire to the lower port
    other: tuple = ()
    # how often it is started: net_memif does not connect again while the other side runs on
    starts: int = 2


AF_PACKET = 'net_af_packet0,iface=lower'
# A bond takes its members when it is configured. To testpmd they are ports of its own, which it
# has to start before.
MEMBERS = ('net_af_packet1,iface=lower,qpairs=4', 'net_af_packet2,iface=spare,qpairs=4')
MEMBER = 'slave' if bench.dpdk_release() < (23, 11) else 'member'
BOND = f'net_bonding0,{MEMBER}=net_af_packet1,{MEMBER}=net_af_packet2'
LOWERS = [
    Lower('net_bonding_active', (f'{BOND},mode=1,primary=net_af_packet1',), before=MEMBERS),
    Lower('net_bonding_balance', (f'{BOND},mode=2',), before=MEMBERS),
    Lower('net_failsafe', ('net_failsafe0,dev(net_af_packet0,iface=lower)',)),
    Lower('net_tap', ('net_tap0,iface=tap0',), wire='tap0'),
    Lower('net_vhost', ('net_vhost0,iface=/run/vhost,queues=2',),
          other=('net_virtio_user0,path=/run/vhost,queues=2', AF_PACKET)),
    Lower('net_memif', ('net_memif0,role=server,socket=/run/memif,socket-abstract=no',),
          other=('net_memif0,role=client,socket=/run/memif,socket-abstract=no', AF_PACKET),
          starts=1),
    Lower('net_steer', ('net_steer1,iface=net_af_packet0,queues=2', AF_PACKET)),
    Lower('net_pcap_endless', (f'net_pcap0,rx_pcap={CAPTURE},infinite_rx=1',), wire=''),
    Lower('net_null', ('net_null0',), wire=''),
]


def packets():
    return [frames.Ether() / frames.IP(dst='10.0.0.9') / frames.UDP(dport=i) /
            frames.Raw(b'.' * (60 + i)) for i in range(PACKETS)]


def send(wire):
    for packet in packets():
        wire.send(bytes(packet))


def received(pmd, start, port):
    """Lengths of the packets of each queue."""
    found = [[] for _ in range(QUEUES)]
    for report in bench.reports(pmd, start, port):
        if report.type == 0x0800:
            found[report.queue].append(report.length)
    return found


def await_packets(pmd, start, wanted, port):
    deadline = time.monotonic() + 5
    while sum(map(len, received(pmd, start, port))) < wanted and time.monotonic() < deadline:
        time.sleep(0.02)
    return received(pmd, start, port)


def await_link(pmd, port):
    """Two processes may take seconds to find each other again."""
    deadline = time.monotonic() + 10
    while 'Link status: up' not in pmd.command(f'show port info {port}'):
        check(time.monotonic() < deadline, 'the link stays down')
    time.sleep(0.2)


def steered(pmd, wire, port, starts):
    """Each packet is in its rule's queue, also after stop and start."""
    wanted = [[len(p) for p in packets() if p.dport & 3 == q] for q in range(QUEUES)]
    pmd.command('set verbose 1')
    for _ in range(starts):
        for queue in range(QUEUES):
            bench.create(pmd, UDP.format(queue), port)
        pmd.command('start')
        await_link(pmd, port)
        start = pmd.position()
        send(wire)
        found = await_packets(pmd, start, PACKETS, port)
        check(found == wanted, f'{wanted} became {found}')
        for command in ('stop', f'port stop {port}', f'port start {port}'):
            forbid(expect(pmd.command(command), 'Done'), 'rror')


def counted(pmd, port):
    """Packets that come without end are counted in one rule's queue, and in no other."""
    bench.create(pmd, 'pattern eth / end actions queue index 2 / count / end', port)
    pmd.command('start')
    deadline = time.monotonic() + 5
    while ' hits: 0' in pmd.command(f'flow query {port} 0 count'):
        check(time.monotonic() < deadline, 'nothing comes')
    pmd.command('stop')
    answer = pmd.command(f'show port xstats {port}')
    forbid(answer, 'rx_q2_packets: 0\n')
    for queue in (0, 1, 3):
        expect(answer, f'rx_q{queue}_packets: 0\n')


def run(lower):
    if 'net_tap' in lower.name:
        bench.need_tap()
    port = len(lower.before)
    own = [*lower.before, f"net_steer0,iface={lower.devices[0].split(',')[0]}", *lower.devices]
    with contextlib.ExitStack() as stack:
        wire = stack.enter_context(bench.veth('lower'))
        bench.world.run('ip', 'link', 'add', 'spare', 'type', 'veth', 'peer', 'name', 'end')
        stack.callback(bench.world.run, 'ip', 'link', 'del', 'spare')
        frames.wrpcap(CAPTURE, packets())
        stack.callback(os.unlink, CAPTURE)
        pmd = stack.enter_context(bench.testpmd(*own))
        pmd.command(f'set portlist {port}')
        if lower.other:
            other = stack.enter_context(bench.testpmd(*lower.other, queues=1,
                                                      args=['--forward-mode=io']))
            other.command('start')
        if lower.wire not in ('', 'peer'):
            wire = stack.enter_context(bench.wire(lower.wire))
        if lower.wire:
            steered(pmd, wire, port, lower.starts)
        else:
            counted(pmd, port)
        # or a net_virtio_user of DPDK 22.11 would write to who has gone, and end by SIGPIPE
        if lower.other:
            bench.end(other, 'the other testpmd')
        expect(pmd.command(f'port stop {port}'), 'Done')
        forbid(expect(pmd.command(f'port close {port}'), f'Port {port} is closed'), 'rror')
        bench.end(pmd)


def test_of(lower):
    def test():
        run(lower)
    test.__name__ = lower.name
    test.__doc__ = lower.name
    return test


if __name__ == '__main__':
    sys.exit(bench.main([test_of(lower) for lower in LOWERS], ['dpdk-testpmd']))
