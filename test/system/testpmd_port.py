#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Each of testpmd's commands for a port works on net_steer, or is answered by a clear error."""

import contextlib
import re
import sys
import time

import bench
import frames
from bench import check, expect, forbid

AF_PACKET = ('net_steer0,iface=net_af_packet0', 'net_af_packet0,iface=lower')
KEY = '6D5A56DA255B0EC24167253D43A38FB0D0CA2BCBAE7B30B477CB2DA38030F20C6A42B73BBEAC01FB'


@contextlib.contextmanager
def port(*vdevs, args=()):
    """A testpmd over a pair of interfaces; it must end well. @return it and our end of the pair."""
    with bench.veth('lower') as wire, bench.testpmd(*(vdevs or AF_PACKET), args=args) as pmd:
        yield pmd, wire
        check(pmd.quit() == 0, f'testpmd did not end well: {pmd.last()}')


def send(pmd, wire, packet, count):
    """Frames, of which all must be received."""
    before = stat(pmd, 'RX-packets')
    for _ in range(count):
        wire.send(bytes(packet))
    end = time.monotonic() + 5
    while stat(pmd, 'RX-packets') < before + count:
        check(time.monotonic() < end, 'not all frames were received')


def stat(pmd, name):
    return int(re.search(rf'{name}: +(\d+)', pmd.command('show port stats 0')).group(1))


def xstats(pmd):
    answer = pmd.command('show port xstats 0')
    return {name: int(value) for name, value in re.findall(r'^(\w+): (\d+)$', answer, re.M)}


def info():
    """show port info"""
    with port() as (pmd, _):
        answer = expect(pmd.command('show port info 0'), 'Driver name: net_steer\n',
                        'Device name: net_steer0\n', 'Link status: up', 'MTU: 1500',
                        'Promiscuous mode: enabled', 'Redirection table size: 128',
                        'Hash key size in bytes: 40', 'Current number of RX queues: 4',
                        'Current number of TX queues: 4', 'FLOW_RULE_KEEP')
        address = re.search(r'link/ether (\S+)', bench.world.run('ip', 'link', 'show', 'lower'))
        expect(answer, f'MAC address: {address.group(1).upper()}')
        # the lower port is ours, and not for testpmd
        expect(pmd.command('show port info 1'), 'Invalid port 1')
        expect(pmd.command('show port summary all'), 'Number of available ports: 1')
        expect(pmd.command('show rxq info 0 1'), 'Number of RXDs', 'Rx queue state: started')
        expect(pmd.command('show txq info 0 1'), 'Number of TXDs', 'Tx queue state: started')


def stats():
    """show and clear port stats and xstats"""
    udp = frames.Ether() / frames.IP() / frames.UDP(dport=5) / frames.Raw(b'.' * 58)
    with port() as (pmd, wire):
        bench.create(pmd, 'pattern eth / ipv4 / udp dst is 5 / end actions queue index 2 / end')
        bench.create(pmd, 'pattern eth / ipv4 / udp dst is 6 / end actions drop / end')
        pmd.command('start')
        for _ in range(10):
            wire.send(bytes(udp).replace(b'\x00\x05', b'\x00\x06', 1))
        send(pmd, wire, udp, 20)
        found = xstats(pmd)
        check(len(found) == len(set(found)) > 20, f'xstats: {found}')
        for name, wanted in (('rx_good_packets', 20), ('rx_good_bytes', 2000),
                             ('rx_q2_packets', 20), ('rx_q2_bytes', 2000), ('rx_q0_packets', 0),
                             ('rx_rule_drops', 10), ('rx_flow_hits', 30), ('rx_missed_errors', 0)):
            check(found.get(name) == wanted, f'{name}: {wanted} expected: {found}')
        pmd.command('clear port stats 0')
        check(stat(pmd, 'RX-packets') == 0, 'stats are not cleared')
        pmd.command('clear port xstats 0')
        left = {name: value for name, value in xstats(pmd).items() if value}
        check(not left, f'xstats are not cleared: {left}')
        check(list(xstats(pmd)) == list(found), 'names of xstats have changed')


def mtu():
    """port config mtu reaches the interface"""
    with port() as (pmd, _):
        for size in (1400, 1500):
            forbid(pmd.command(f'port config mtu 0 {size}'), 'fail', 'Fail')
            expect(pmd.command('show port info 0'), f'MTU: {size}\n')
            expect(bench.world.run('ip', 'link', 'show', 'lower'), f'mtu {size} ')
        expect(pmd.command('port config mtu 0 65000'), '> device max frame size')


def modes():
    """promiscuous mode and MAC addresses"""
    with port() as (pmd, _):
        pmd.command('set promisc 0 off')
        expect(pmd.command('show port info 0'), 'Promiscuous mode: disabled')
        forbid(bench.world.run('ip', 'link', 'show', 'lower'), 'PROMISC')
        pmd.command('set promisc 0 on')
        expect(pmd.command('show port info 0'), 'Promiscuous mode: enabled')
        expect(bench.world.run('ip', 'link', 'show', 'lower'), 'PROMISC')
        check(not pmd.command('mac_addr add 0 02:00:00:00:00:77'), 'an address is refused')
        expect(pmd.command('show port 0 macs'), '02:00:00:00:00:77')
        check(not pmd.command('mac_addr remove 0 02:00:00:00:00:77'), 'an address stays')
        check(not pmd.command('mac_addr set 0 02:00:00:00:00:78'), 'the address stays')
        expect(pmd.command('show port info 0'), 'MAC address: 02:00:00:00:00:78')


def allmulticast():
    """allmulticast mode, which net_tap has"""
    bench.need_tap()
    with bench.testpmd('net_steer0,iface=net_tap0', 'net_tap0,iface=tap') as pmd:
        pmd.command('set allmulti 0 on')
        expect(pmd.command('show port info 0'), 'Allmulticast mode: enabled')
        check(pmd.quit() == 0, 'testpmd did not end well')


def vhost():
    """net_vhost below, which may not be asked for everything before its queues are set up"""
    for queues in (1, 4):
        with bench.testpmd('net_steer0,iface=eth_vhost0',
                           f'eth_vhost0,iface=/run/vhost{queues}.sock,queues={queues}') as pmd:
            expect(pmd.command('show port info 0'), 'Driver name: net_steer\n')
            check(len(xstats(pmd)) > 20, 'no xstats')
            expect(pmd.command('port stop 0'), 'Done')
            expect(pmd.command('port start 0'), 'Done')
            bench.end(pmd)


def rss():
    """redirection table and hash key are set and shown"""
    with port() as (pmd, wire):
        pmd.command('port config 0 rss reta (0,3),(1,2),(127,1)')
        answer = pmd.command('show port 0 rss reta 128 (0xffffffffffffffff,0xffffffffffffffff)')
        found = [int(q) for q in re.findall(r'queue=(\d+)', answer)]
        check(found == [3, 2] + [i % 4 for i in range(2, 127)] + [1], f'table: {found}')
        pmd.command(f'port config 0 rss-hash-key ipv4-udp {KEY}')
        expect(pmd.command('show port 0 rss-hash key'), KEY, 'ipv4-udp')
        # a packet without a hash takes the first entry
        pmd.command('start')
        send(pmd, wire, frames.Ether(type=0x9000) / frames.Raw(b'.' * 60), 3)
        check(xstats(pmd)['rx_q3_packets'] == 3, 'the table has no effect')
        expect(pmd.command('port config 0 rss reta (0,9)'), 'exceeds')


def stop_and_start():
    """port stop and start, several times, with packets after each"""
    udp = frames.Ether() / frames.IP() / frames.UDP(dport=5) / frames.Raw(b'.' * 58)
    with port() as (pmd, wire):
        for queue in (1, 3, 2):
            bench.create(pmd, 'pattern eth / ipv4 / udp dst is 5 / end '
                              f'actions queue index {queue} / end')
            pmd.command('start')
            pmd.command('clear port xstats 0')
            send(pmd, wire, udp, 10)
            check(xstats(pmd)[f'rx_q{queue}_packets'] == 10, f'not in queue {queue}')
            pmd.command('stop')
            expect(pmd.command('port stop 0'), 'Done')
            expect(pmd.command('port start 0'), 'Done')
            expect(pmd.command('show port info 0'), 'Link status: up')


def other_queues():
    """queues are configured anew between stop and start"""
    with port() as (pmd, wire):
        for queues in (2, 8, 1, 4):
            pmd.command('port stop 0')
            pmd.command(f'port config all rxq {queues}')
            pmd.command(f'port config all txq {queues}')
            expect(pmd.command('port start 0'), 'Done')
            expect(pmd.command('show port info 0'), f'Current number of RX queues: {queues}\n',
                   f'Current number of TX queues: {queues}\n')
            bench.create(pmd, f'pattern eth / end actions queue index {queues - 1} / end')
            pmd.command('start')
            pmd.command('clear port xstats 0')
            send(pmd, wire, frames.Ether() / frames.ARP() / frames.Raw(b'.' * 40), 5)
            check(xstats(pmd)[f'rx_q{queues - 1}_packets'] == 5, f'not in queue {queues - 1}')
            pmd.command('stop')


def descriptors():
    """status of descriptors, also of those that are not there"""
    with port() as (pmd, _):
        expect(pmd.command('show port 0 rxq 0 desc 0 status'), 'Desc status = AVAILABLE')
        # releases differ in the first letter
        expect(pmd.command('show port 0 rxq 0 desc used count'), 'sed desc count = 0')
        for queue in ('rxq 9 desc 0', 'rxq 0 desc 60000', 'txq 9 desc 0'):
            expect(pmd.command(f'show port 0 {queue} status'), 'Invalid input')


def closing():
    """port close, detach and attach"""
    with port() as (pmd, _):
        expect(pmd.command('port stop 0'), 'Done')
        expect(pmd.command('port close 0'), 'Port 0 is closed', 'Port 1 is closed')
        expect(pmd.command('show port summary all'), 'Number of available ports: 0')
    with port() as (pmd, _):
        expect(pmd.command('port detach 0'), 'Port not stopped')
        expect(pmd.command('port stop 0'), 'Done')
        expect(pmd.command('port detach 0'), 'Device is detached')
        expect(pmd.command('show port summary all'), 'Number of available ports: 0')
        expect(pmd.command('port attach net_af_packet1,iface=lower'), 'Port 0 is attached')
        expect(pmd.command('port attach net_steer1,iface=net_af_packet1'), 'Port 1 is attached')
        expect(pmd.command('port start 1'), 'Done')
        expect(pmd.command('show port info 1'), 'Driver name: net_steer', 'Link status: up')


TESTS = [info, stats, mtu, modes, allmulticast, vhost, rss, stop_and_start, other_queues, descriptors,
         closing]

if __name__ == '__main__':
    sys.exit(bench.main(TESTS, ['dpdk-testpmd']))
