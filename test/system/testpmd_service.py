#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""dispatch=service: the stock testpmd with service cores that drain the lower port."""

import contextlib
import os
import re
import subprocess
import sys
import time

import bench
import frames
import steering
from bench import check, expect

CORES = (2, 3)
AF_PACKET = ('net_steer0,iface=net_af_packet0,dispatch=service', 'net_af_packet0,iface=lower')
UDP = frames.Ether() / frames.IP() / frames.UDP(dport=5) / frames.Raw(b'.' * 58)


def lcores():
    """EAL's --lcores with these cores besides those that testpmd has for itself."""
    return f'{bench.cores()},({CORES[0]}-{CORES[-1]})@{max(os.sched_getaffinity(0))}'


@contextlib.contextmanager
def port(*vdevs, cores='2'):
    """A testpmd with service cores, which must end well."""
    with bench.testpmd(*vdevs, lcores=lcores(), eal=['-S', cores]) as pmd:
        yield pmd
        check(pmd.quit() == 0, f'testpmd did not end well: {pmd.last()}')


def xstats(pmd, number=0):
    answer = pmd.command(f'show port xstats {number}')
    return {name: int(value) for name, value in re.findall(r'^(\w+): (\d+)$', answer, re.M)}


def send(pmd, wire, count, queue, number=0):
    """Packets that must all be received by a queue, in which there were none before."""
    pmd.command(f'clear port xstats {number}')
    for _ in range(count):
        wire.send(bytes(UDP))
    end = time.monotonic() + 5
    while xstats(pmd, number)['rx_good_packets'] < count:
        check(time.monotonic() < end, f'not all frames were received: {xstats(pmd, number)}')
    found = xstats(pmd, number)
    for name, wanted in (('packets', count), ('bytes', count * len(UDP)), ('crossed', count),
                         ('direct', 0), ('ring_full', 0)):
        check(found[f'rx_q{queue}_{name}'] == wanted, f'{name}: {wanted} expected: {found}')


def af_packet():
    """queue and mark of each packet over net_af_packet"""
    whole = [case for case in steering.cases('steering-cases.tsv')
             if 'frag=' not in case.packet and "'MF'" not in case.packet]
    with bench.veth('lower') as wire, port(*AF_PACKET) as pmd:
        steering.Bench(pmd, wire, bench.QUEUES).run(whole)


def tap():
    """queue and mark of each packet over four queues of net_tap, by two service cores"""
    bench.need_tap()
    with port('net_steer0,iface=net_tap0,dispatch=service', 'net_tap0,iface=lower',
              cores='2,3') as pmd, bench.wire('lower') as wire:
        steering.Bench(pmd, wire, bench.QUEUES).run(steering.cases('steering-cases.tsv'))


def counters():
    """what each queue counts, over stop and start"""
    with bench.veth('lower') as wire, port(*AF_PACKET) as pmd:
        for queue in (1, 3, 2):
            bench.create(pmd, 'pattern eth / ipv4 / udp dst is 5 / end '
                              f'actions queue index {queue} / end')
            pmd.command('start')
            send(pmd, wire, 20, queue)
            pmd.command('stop')
            expect(pmd.command('port stop 0'), 'Done')
            expect(pmd.command('port start 0'), 'Done')


def waiting():
    """packets that nobody takes wait for the application, and are dropped when the rings are full"""
    with bench.veth('lower') as wire, port(AF_PACKET[0] + ',ring_size=32', AF_PACKET[1]) as pmd:
        bench.create(pmd, 'pattern eth / ipv4 / udp dst is 5 / end actions queue index 2 / end')
        for _ in range(50):
            wire.send(bytes(UDP))
        end = time.monotonic() + 5
        while xstats(pmd)['rx_q2_packets'] + xstats(pmd)['rx_q2_ring_full'] < 50:
            check(time.monotonic() < end, f'not all frames were seen: {xstats(pmd)}')
        found = xstats(pmd)
        # one lower queue, one ring
        check(found['rx_q2_packets'] == 31, f'31 expected: {found}')
        check(found['rx_missed_errors'] == 19, f'19 expected: {found}')
        pmd.command('set verbose 1')
        start = pmd.position()
        pmd.command('start')
        pmd.idle(0.2, 5)
        queues = [report.queue for report in bench.reports(pmd, start)]
        check(queues == [2] * 31, f'queues: {queues}')


def attach():
    """a port that is attached later has a service, too"""
    with bench.veth('lower') as wire, port('net_null0', cores='2,3') as pmd:
        expect(pmd.command('port attach net_af_packet0,iface=lower'), 'Port 1 is attached')
        expect(pmd.command('port attach net_steer0,iface=net_af_packet0,dispatch=service'),
               'Port 2 is attached')
        expect(pmd.command('port start 2'), 'Done')
        bench.create(pmd, 'pattern eth / ipv4 / udp dst is 5 / end actions queue index 3 / end', 2)
        pmd.command('set portlist 2')
        pmd.command('start')
        send(pmd, wire, 20, 3, 2)
        pmd.command('stop')
        expect(pmd.command('port stop 2'), 'Done')
        expect(pmd.command('port detach 2'), 'Device is detached')


def no_core():
    """without a service core the port does not start, and says why"""
    done = subprocess.run(['dpdk-testpmd', *bench.EAL, bench.cores(),
                           '--vdev=net_null0',
                           '--vdev=net_steer0,iface=net_null0,dispatch=service', '--', '-i', '--total-num-mbufs=4096'],
                          input='quit\n', text=True, timeout=60, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    lines = [line for line in done.stdout.splitlines() if line.startswith('net_steer: ')]
    check(len(lines) == 1, done.stdout)
    expect(lines[0], 'net_steer0: dispatch=service needs a service core', '-s or -S')
    expect(done.stdout, 'Fail to start port 1: No such file or directory')


TESTS = [af_packet, tap, counters, waiting, attach, no_core]

if __name__ == '__main__':
    sys.exit(bench.main(TESTS, ['dpdk-testpmd']))
