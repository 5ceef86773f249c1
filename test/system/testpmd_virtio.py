#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""A virtual machine's port without the virtual machine: net_virtio_user against net_vhost.

The host is a second testpmd. It hands on what comes by a pair of interfaces, queue by queue, to its
net_vhost port, and back. Without huge pages EAL's memory is one file, which vhost can share.
"""

import contextlib
import os
import re
import socket
import sys
import time

import bench
import frames
import steering
from bench import QUEUES, check

SOCKET = '/run/vhost.sock'
ETHERTYPE_IP = 0x0800
# flows whose packets come by turns, each packet with a length of its own
FLOWS = 16
PACKETS = 960
# fewer than the rings of virtio hold
AT_ONCE = 64


def start_host(pairs, *args):
    options = ''.join(f',{arg}' for arg in args)
    host = bench.testpmd(f'net_vhost0,iface={SOCKET},queues={pairs}{options}',
                         f'net_af_packet0,iface=lower,qpairs={pairs}', queues=pairs,
                         args=['--forward-mode=io'])
    host.command('start')
    return host


def start_guest(pairs, *args):
    options = ''.join(f',{arg}' for arg in args)
    return bench.testpmd('net_steer0,iface=net_virtio_user0',
                         f'net_virtio_user0,path={SOCKET},queues={pairs}{options}')


def counts(host, direction, queues):
    """Packets of each queue of a host's vhost port."""
    text = host.command('show port xstats 0')
    return [int(re.search(rf'^{direction}_q{i}_packets: (\d+)', text, re.M).group(1))
            for i in range(queues)]


def steer(pmd, wire):
    """The cases, but for those with fragments: the host's net_af_packet puts them together."""
    whole = [case for case in steering.cases('steering-cases.tsv')
             if 'frag=' not in case.packet and "'MF'" not in case.packet]
    steering.Bench(pmd, wire, QUEUES).run(whole)


def numbered(count):
    """Packets whose length is their number; flow and wanted queue follow from it."""
    flow = frames.Ether() / frames.IP(src='10.0.0.1', dst='10.0.0.9')
    return [bytes(flow / frames.UDP(sport=1000 + i % FLOWS, dport=i % FLOWS)).ljust(100 + i, b'.')
            for i in range(count)]


def come_back(receiver, wanted):
    """Lengths of the frames that the guest has sent, in the order in which they arrived."""
    found = []
    receiver.settimeout(0.2)
    deadline = time.monotonic() + 5
    while len(found) < wanted and time.monotonic() < deadline:
        with contextlib.suppress(TimeoutError):
            data, address = receiver.recvfrom(2048)
            # not those that we have sent
            if address[2] != socket.PACKET_OUTGOING:
                found.append(len(data))
    return found


def exchange(wire, sent):
    """@return the lengths of what comes back for the frames that are sent."""
    back = []
    with bench.wire('peer', ETHERTYPE_IP) as receiver:
        for i in range(0, len(sent), AT_ONCE):
            for frame in sent[i:i + AT_ONCE]:
                wire.send(frame)
            back += come_back(receiver, AT_ONCE)
    return back


def in_order(flow, *ways):
    for lengths in ways:
        own = [length for length in lengths if (length - 100) % FLOWS == flow]
        check(own == sorted(own), f'flow {flow} is out of order: {own}')


def echo(pmd, wire):
    """Each packet comes in by its rule's queue and goes back by it; each flow in order."""
    for queue in range(QUEUES):
        bench.create(pmd, f'pattern eth / ipv4 / udp dst spec {queue} dst mask 3 / end '
                          f'actions queue index {queue} / end')
    for command in ('stop', 'set fwd io', 'start'):
        pmd.command(command)
    start = pmd.position()
    sent = numbered(PACKETS)
    back = exchange(wire, sent)
    pmd.idle(0.3, 5)
    found = [[r.length for r in bench.reports(pmd, start) if r.queue == q] for q in range(QUEUES)]
    for queue in range(QUEUES):
        wanted = [len(frame) for frame in sent[queue::QUEUES]]
        check(sorted(found[queue]) == wanted, f'queue {queue}: {wanted} became {found[queue]}')
    check(sorted(back) == [len(frame) for frame in sent], f'{len(back)} came back: {back}')
    for flow in range(FLOWS):
        in_order(flow, found[flow % QUEUES], back)


def pairs_of_queues(pairs):
    with contextlib.suppress(FileNotFoundError):
        os.unlink(SOCKET)
    with bench.veth('lower') as wire, start_host(pairs) as host, start_guest(pairs) as pmd:
        steer(pmd, wire)
        check(min(counts(host, 'tx', pairs)) > 0, 'packets did not come by all queue pairs')
        echo(pmd, wire)
        check(counts(host, 'rx', pairs) == [PACKETS // pairs] * pairs,
              'packets were not shared out among the queue pairs')
        bench.end(pmd)
        bench.end(host)


def one():
    """four queues over one queue pair: each packet steered, and sent back"""
    pairs_of_queues(1)


def two():
    """four queues over two queue pairs: each packet steered, and sent back"""
    pairs_of_queues(2)


def await_link(pmd, status):
    deadline = time.monotonic() + 10
    while f'Link status: {status}' not in pmd.command('show port info 0'):
        check(time.monotonic() < deadline, f'the link does not go {status}')
        time.sleep(0.05)


def attached(host):
    """Wait until packets can pass: a guest has its link a little earlier."""
    check(host.seen('Port 0: link state change event', 0, 10), 'no guest is attached')


def through(host, pmd, wire):
    """Packets to the guest and back, all by its queue 3."""
    attached(host)
    pmd.command('clear port xstats 0')
    sent = numbered(AT_ONCE)
    back = exchange(wire, sent)
    check(back == [len(frame) for frame in sent], f'not all came back: {back}')
    bench.expect(pmd.command('show port xstats 0'), f'rx_q3_packets: {AT_ONCE}\n')


def hang_up():
    """the host dies and comes again, twice: link status, packets and rules"""
    with bench.veth('lower') as wire, contextlib.ExitStack() as hosts:
        host = hosts.enter_context(start_host(1, 'client=1'))
        pmd = hosts.enter_context(start_guest(1, 'server=1'))
        bench.create(pmd, 'pattern eth / ipv4 / end actions queue index 3 / end')
        pmd.command('set fwd io')
        pmd.command('start')
        await_link(pmd, 'up')
        through(host, pmd, wire)
        for _ in range(2):
            host.kill()
            await_link(pmd, 'down')
            host = hosts.enter_context(start_host(1, 'client=1'))
            await_link(pmd, 'up')
            through(host, pmd, wire)
        bench.end(pmd)
        bench.end(host)


if __name__ == '__main__':
    sys.exit(bench.main([one, two, hang_up], ['dpdk-testpmd']))
