#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Rules and packets of DPDK's own test plans, data/flow-cases.tsv, through the stock testpmd."""

import sys

import bench
import steering

# as many as the plans name
QUEUES = 64


def run(lower, stripping=False):
    """All cases over one kind of lower port, which uses the interface "lower"."""
    args = [f'--rxq={QUEUES}', f'--txq={QUEUES}', '--rxd=256', '--txd=256',
            '--total-num-mbufs=32768']
    if stripping:
        args.append('--enable-hw-vlan-strip')
    # room for the longest list of packets in one queue
    steer = f'net_steer0,iface={lower.split(",")[0]},ring_size=512'
    with bench.veth('lower') as wire, bench.testpmd(steer, lower, args=args) as pmd:
        steering.Bench(pmd, wire, QUEUES, stripping).run(steering.cases('flow-cases.tsv'))
        bench.check(pmd.quit() == 0, 'testpmd did not end well')


def tags_in_packet():
    """rules of DPDK's test plans, VLAN tags in the packet"""
    run('net_pcap0,rx_iface_in=lower,tx_iface=lower')


def tags_stripped():
    """rules of DPDK's test plans, the outer VLAN tag stripped"""
    run('net_af_packet0,iface=lower', stripping=True)


if __name__ == '__main__':
    sys.exit(bench.main([tags_in_packet, tags_stripped], ['dpdk-testpmd']))
