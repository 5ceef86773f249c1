#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Rules of all items and actions, see data/steering-cases.tsv, through the stock testpmd."""

import os
import sys

import bench
import frames
import steering

QUEUES = bench.QUEUES


def af_packet():
    """queue and mark of each packet over net_af_packet

    Its kernel side puts IPv4 fragments together, so these are left to the others.
    """
    whole = [case for case in steering.cases('steering-cases.tsv')
             if 'frag=' not in case.packet and "'MF'" not in case.packet]
    with bench.veth('lower') as wire, \
            bench.testpmd('net_steer0,iface=net_af_packet0', 'net_af_packet0,iface=lower') as pmd:
        steering.Bench(pmd, wire, QUEUES).run(whole)
        bench.check(pmd.quit() == 0, 'testpmd did not end well')


def tap():
    """queue and mark of each packet over net_tap with as many queues"""
    bench.need_tap()
    with bench.testpmd('net_steer0,iface=net_tap0', 'net_tap0,iface=lower') as pmd, \
            bench.wire('lower') as wire:
        steering.Bench(pmd, wire, QUEUES).run(steering.cases('steering-cases.tsv'))
        bench.check(pmd.quit() == 0, 'testpmd did not end well')


def pcap():
    """packets of a file keep their order in each queue"""
    udp = [frames.Ether() / frames.IP(dst='10.0.0.9') / frames.UDP(dport=i % 7) /
           frames.Raw(b'.' * i) for i in range(600)]
    path = '/run/packets.pcap'
    frames.wrpcap(path, udp)
    with bench.testpmd('net_steer0,iface=net_pcap0',
                       f'net_pcap0,rx_pcap={path},tx_iface=lo') as pmd:
        for i in range(QUEUES):
            bench.create(pmd, f'pattern eth / ipv4 / udp dst spec {i} dst mask 3 / end '
                              f'actions queue index {i} / count / end')
        pmd.command('set verbose 1')
        pmd.command('start')
        pmd.idle(0.3, 10)
        pmd.command('stop')
        lengths = [[r.length for r in bench.reports(pmd) if r.queue == q] for q in range(QUEUES)]
        counts = [pmd.command(f'flow query 0 {i} count') for i in range(QUEUES)]
        bench.check(pmd.quit() == 0, 'testpmd did not end well')
    for queue in range(QUEUES):
        wanted = [len(p) for p in udp if p.dport & 3 == queue]
        bench.check(lengths[queue] == wanted, f'queue {queue}: {wanted} became {lengths[queue]}')
        bench.expect(counts[queue], f' hits: {len(wanted)}\n', f' bytes: {sum(wanted)}')
    os.unlink(path)


if __name__ == '__main__':
    sys.exit(bench.main([af_packet, tap, pcap], ['dpdk-testpmd']))
