#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""What the port tells on DPDK's telemetry socket, below /steer, while packets are steered."""

import contextlib
import os
import sys
import time

import bench
import frames
from bench import check
from telemetry import Telemetry

LOWER = 'net_af_packet0,iface=lower,qpairs=1'
PREFIX = f'steer_telemetry_{os.getpid()}'
QUEUES = 4


@contextlib.contextmanager
def port():
    """A testpmd over a pair of interfaces; it, our end of the pair, and its telemetry."""
    with bench.veth('lower') as wire, \
            bench.testpmd('net_steer0,iface=net_af_packet0', LOWER,
                          eal=[f'--file-prefix={PREFIX}']) as pmd:
        telemetry = Telemetry(PREFIX)
        yield pmd, wire, telemetry
        check(pmd.quit() == 0, f'testpmd did not end well: {pmd.last()}')


def send(wire, dport, n):
    for _ in range(n):
        wire.send(bytes(frames.Ether() / frames.IP() / frames.UDP(dport=dport) /
                        frames.Raw(b'.' * 58)))


def what_is_there():
    """The port, its lower, its RSS"""
    with port() as (_, _, telemetry):
        check(telemetry.ask('/steer/list') == [0], 'ports')
        info = telemetry.ask('/steer/info', 0)
        for name, value in (('name', 'net_steer0'), ('iface', 'net_af_packet0'),
                            ('lower', 'net_af_packet0'), ('rx_queues', QUEUES),
                            ('lower_rx_queues', 1), ('flows', 0), ('isolated', 'off'),
                            ('kernel', 'off'), ('dispatch', 'poll')):
            check(info.get(name) == value, f'{name}: {value} expected: {info}')
        rss = telemetry.ask('/steer/rss', 0)
        check(len(rss['reta']) == rss['reta_size'] and set(rss['reta']) == set(range(QUEUES)) and
              len(rss['key']) == 80, f'{rss}')


def queues():
    """Where packets went"""
    with port() as (pmd, wire, telemetry):
        bench.create(pmd, 'pattern eth / ipv4 / udp dst is 5 / end actions queue index 2 / end')
        bench.create(pmd, 'pattern eth / ipv4 / udp dst is 6 / end actions drop / end')
        pmd.command('start')
        send(wire, 5, 7)
        send(wire, 6, 3)
        end = time.monotonic() + 5
        while True:
            found = telemetry.ask('/steer/queues', 0)
            if found['flow_hits'] == 10 or time.monotonic() > end:
                break
        each = found['queues']
        check(found['n_queues'] == QUEUES and sorted(each) == list('0123'), f'{found}')
        check(each['2']['packets'] == 7 and each['2']['bytes'] == 700 and
              found['rule_drops'] == 3 and each['2']['depth'] == 0, f'{found}')
        check(all(each[q]['lower_queues'] == 1 for q in each), f'{found}')


def flows():
    """Rules, page by page, and one of them, with what has hit it"""
    with port() as (pmd, wire, telemetry):
        for number in range(40):
            bench.create(pmd, f'pattern eth / ipv4 / udp dst is {100 + number} / end '
                         f'actions count / queue index {number % QUEUES} / end')
        bench.create(pmd, 'pattern eth / ipv4 / udp dst is 9 / end actions drop / end')
        pmd.command('start')
        send(wire, 117, 5)
        found = telemetry.pages('/steer/flows', 0, 'flows')
        check(sorted(found) == list(range(41)), f'{sorted(found)}')
        dump = [line for line in pmd.command('flow dump 0 all').splitlines()
                if line.startswith('flow create')]
        texts = [''.join(found[i]['text']) for i in sorted(found)]
        check(texts == [line.rstrip() for line in dump], f'{texts} is not {dump}')
        check('hits' not in found[40] and found[0]['hits'] == 0, f'{found[40]}, {found[0]}')
        end = time.monotonic() + 5
        while True:
            one = telemetry.ask('/steer/flow', 0, found[17]['rule'])
            if one['hits'] == 5 or time.monotonic() > end:
                break
        check(one['hits'] == 5 and one['bytes'] == 500 and one['text'] == found[17]['text'],
              f'{one}')


def refusals():
    """What is not understood is not answered, and the port goes on"""
    with port() as (_, _, telemetry):
        for params in ([], [''], ['x'], [1], [99999], ['0', '-1'], ['0', 'x'], ['0', '1', '2'],
                       ['0', '99999999999999999999999'], ['0,'], [' 0'], ['0' * 900]):
            check(telemetry.ask('/steer/flow', *params) is None, f'{params} is answered')
        for command in ('/steer/info', '/steer/rss'):
            check(telemetry.ask(command, 0, 1) is None, command)
        check(telemetry.ask('/steer/queues', 0, 2 ** 64 - 1)['queues'] in ({}, []), 'queues')
        check(telemetry.ask('/steer/flows', 0, 2 ** 64 - 1)['flows'] in ({}, []), 'flows')
        check(telemetry.ask('/steer/info', 0)['name'] == 'net_steer0', 'info')


if __name__ == '__main__':
    sys.exit(bench.main([what_is_there, queues, flows, refusals], ['dpdk-testpmd']))
