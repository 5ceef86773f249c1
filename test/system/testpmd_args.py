#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Device arguments, good and bad, and the order of ports on testpmd's command line."""

import subprocess
import sys

import bench
import frames
from bench import check, expect, forbid

# arguments, and what the one line about them must say
BAD = [
    ('net_steer0', 'iface= is missing'),
    ('net_steer0,iface=', 'must be the name'),
    ('net_steer0,iface=net_steer0', 'must be the name of another port'),
    ('net_steer0,iface=net_null0,queues=0', 'queues=0: must be a number from 1 to 64'),
    ('net_steer0,iface=net_null0,queues=65', 'queues=65: '),
    ('net_steer0,iface=net_null0,queues=4x', 'queues=4x: '),
    ('net_steer0,iface=net_null0,queues=-1', 'queues=-1: '),
    ('net_steer0,iface=net_null0,ring_size=100', 'ring_size=100: must be a power of two'),
    ('net_steer0,iface=net_null0,ring_size=65536', 'ring_size=65536: '),
    ('net_steer0,iface=net_null0,colour=red', 'colour=red: unknown argument'),
    ('net_steer0,iface=net_null0,iface=net_null1', 'more than once'),
    ('net_steer0,iface=' + 'x' * 100, 'at most 63 characters'),
]


def plain(*vdevs):
    """What testpmd says from its start to its end. @return that, and its exit code."""
    done = subprocess.run(['dpdk-testpmd', *bench.EAL, bench.cores(),
                           *(f'--vdev={v}' for v in vdevs), '--', '-i', '--total-num-mbufs=4096'],
                          input='show port summary all\nquit\n', text=True, timeout=60, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    return done.stdout, done.returncode


def ours(text):
    return [line for line in text.splitlines() if line.startswith('net_steer: ')]


def bad():
    """each bad argument is one line that names it, and testpmd goes on with the other port"""
    wrong = []
    for vdev, words in BAD:
        text, code = plain(vdev, 'net_null0')
        lines = ours(text)
        if code or len(lines) != 1 or words not in lines[0] or 'net_null0 ' not in text:
            wrong.append(f'{vdev}: exit code {code}: {text}')
    check(not wrong, '\n'.join(wrong))


def good():
    """queues= is what the port offers"""
    with bench.testpmd('net_steer0,iface=net_null0,queues=5,ring_size=64', 'net_null0') as pmd:
        expect(pmd.command('show port info 0'), 'Max possible RX queues: 5\n',
               'Max possible TX queues: 5\n', 'Devargs: iface=net_null0,queues=5,ring_size=64')
        check(pmd.quit() == 0, 'testpmd did not end well')
    text, code = plain('net_steer0,iface=net_null0,queues=4', 'net_null0')
    check(code == 0 and 'net_steer0 ' in text, text)


def order():
    """the lower port may stand before or after net_steer, which has the id of its own place"""
    for vdevs, steer, lower in ((('net_steer0,iface=net_null0', 'net_null0'), 0, 1),
                                (('net_null0', 'net_steer0,iface=net_null0'), 1, 0)):
        with bench.testpmd(*vdevs) as pmd:
            expect(pmd.command('show port summary all'), 'available ports: 1\n', 'net_steer0')
            expect(pmd.command(f'show port info {steer}'), 'Driver name: net_steer\n')
            expect(pmd.command(f'show port info {lower}'), f'Invalid port {lower}')
            check(pmd.quit() == 0, 'testpmd did not end well')


def two():
    """two net_steer ports with their lower ports behind them have ids 0 and 1"""
    with bench.testpmd('net_steer0,iface=net_null0', 'net_steer1,iface=net_null1', 'net_null0',
                       'net_null1') as pmd:
        expect(pmd.command('show port summary all'), 'Number of available ports: 2', '\n0 ', '\n1 ')
        for port in (0, 1):
            expect(pmd.command(f'show port info {port}'), f'Device name: net_steer{port}\n')
        check(pmd.quit() == 0, 'testpmd did not end well')


def stacked():
    """net_steer over net_steer"""
    with bench.veth('lower') as wire, \
            bench.testpmd('net_steer0,iface=net_steer1', 'net_steer1,iface=net_af_packet0',
                          'net_af_packet0,iface=lower') as pmd:
        bench.create(pmd, 'pattern eth / ipv4 / end actions queue index 3 / mark id 8 / end')
        pmd.command('set verbose 1')
        pmd.command('start')
        start = pmd.position()
        for _ in range(5):
            wire.send(bytes(frames.Ether() / frames.IP()))
        pmd.idle(0.2, 5)
        found = [(r.queue, r.mark) for r in bench.reports(pmd, start)]
        check(found == [(3, 8)] * 5, f'queues and marks: {found}')
        check(pmd.quit() == 0, 'testpmd did not end well')


def absent():
    """a lower port that never comes: one notice, and configure names it"""
    text, code = plain('net_steer0,iface=net_null9', 'net_null0')
    check(code == 0, f'exit code {code}: {text}')
    lines = ours(text)
    check('net_null9: there is no such port yet' in lines[0], lines)
    check(any('net_null9: there is no such port (any more)' in line for line in lines[1:]), lines)


def owned():
    """a lower port has one owner, and a loop is none"""
    text, code = plain('net_steer0,iface=net_null0', 'net_steer1,iface=net_null0', 'net_null0')
    check(code == 0, f'exit code {code}: {text}')
    expect(text, 'net_steer1: iface=net_null0: the port is owned by net_steer0')
    text, code = plain('net_steer0,iface=net_steer1', 'net_steer1,iface=net_steer0', 'net_null0')
    check(code == 0, f'exit code {code}: {text}')
    expect(text, 'leads back to net_steer1 itself')


def removed():
    """the lower port is pulled away from below, and testpmd goes on"""
    bench.need_tap()
    with bench.testpmd('net_steer0,iface=net_tap0', 'net_tap0,iface=tap') as pmd:
        pmd.command('start')
        pmd.command('stop')
        pmd.command('port stop 0')
        answer = pmd.command('device detach net_tap0')
        forbid(answer, 'Segmentation')
        expect(pmd.command('show port summary all'), 'Number of available ports')
        check(pmd.quit() == 0, 'testpmd did not end well')


TESTS = [bad, good, order, two, stacked, absent, owned, removed]

if __name__ == '__main__':
    sys.exit(bench.main(TESTS, ['dpdk-testpmd']))
