#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Kernel interfaces named by iface=: net_steer makes the lower port, and leaves nothing behind."""

import contextlib
import sys
import time

import bench
import frames
from bench import QUEUES, check, expect

PACKETS = 64
UDP = 'pattern eth / ipv4 / udp dst spec {0} dst mask 3 / end actions queue index {0} / end'


def packets():
    return [frames.Ether() / frames.IP(dst='10.0.0.9') / frames.UDP(dport=i) /
            frames.Raw(b'.' * (60 + i)) for i in range(PACKETS)]


def received(pmd, start):
    """Lengths of the packets of each queue, in order."""
    found = [[] for _ in range(QUEUES)]
    for report in bench.reports(pmd, start):
        if report.type == 0x0800:
            found[report.queue].append(report.length)
    return found


def steered(pmd, wire):
    wanted = [[len(p) for p in packets() if p.dport & 3 == q] for q in range(QUEUES)]
    for queue in range(QUEUES):
        bench.create(pmd, UDP.format(queue))
    pmd.command('set verbose 1')
    pmd.command('start')
    start = pmd.position()
    for packet in packets():
        wire.send(bytes(packet))
    deadline = time.monotonic() + 5
    while received(pmd, start) != wanted and time.monotonic() < deadline:
        time.sleep(0.02)
    check(received(pmd, start) == wanted, f'{wanted} became {received(pmd, start)}')
    pmd.command('stop')
    answer = pmd.command('show port xstats 0')
    for queue in range(QUEUES):
        expect(answer, f'rx_q{queue}_packets: {PACKETS // QUEUES}\n')


def shown(name):
    return bench.world.run('ip', '-d', 'link', 'show', name)


def end(pmd):
    """close, and quit"""
    expect(pmd.command('port stop 0'), 'Done')
    expect(pmd.command('port close 0'), 'Port 0 is closed')
    check(pmd.quit() == 0, f'testpmd did not end well: {pmd.last()}')


def af_packet():
    """iface=INTERFACE with lower=af_packet"""
    with bench.veth('lower') as wire, \
            bench.testpmd('net_steer0,iface=lower,lower=af_packet,lower_queues=2') as pmd:
        steered(pmd, wire)
        end(pmd)


def af_xdp():
    """iface=INTERFACE is AF_XDP's, and its program goes with the port"""
    with bench.veth('lower') as wire:
        bench.world.run('ethtool', '-K', 'peer', 'tx', 'off')
        with bench.testpmd('net_steer0,iface=lower') as pmd:
            if 'prog/xdp' not in shown('lower'):
                raise bench.Skip(f'no AF_XDP here: {pmd.last(5)}')
            steered(pmd, wire)
            end(pmd)
        check('prog/xdp' not in shown('lower'), f'a program is left: {shown("lower")}')


def tap():
    """iface=tap:INTERFACE, which goes with the port"""
    bench.need_tap()
    with bench.testpmd('net_steer0,iface=tap:steertap') as pmd:
        with bench.wire('steertap') as wire:
            steered(pmd, wire)
        end(pmd)
    with contextlib.suppress(RuntimeError):
        raise bench.Wrong(f'the interface is left: {shown("steertap")}')


if __name__ == '__main__':
    sys.exit(bench.main([af_packet, af_xdp, tap], ['dpdk-testpmd', 'ethtool']))
