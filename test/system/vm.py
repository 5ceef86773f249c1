#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""A real PCI device below: in a virtual machine net_steer probes a virtio-net device with one pair
of queues, and makes four of it for the stock testpmd."""

import collections
import os
import platform
import sys

import bench
import frames
import guest
import guest_image
import steering
from bench import check, expect, forbid

QUEUES = bench.QUEUES
EAL = ['--lcores=0@0,1@0,2@1', '-b', guest.DEVICE, f'--vdev=net_steer0,iface={guest.DEVICE}']
ARGS = [f'--rxq={QUEUES}', f'--txq={QUEUES}', '--nb-cores=2', '--total-num-mbufs=8192',
        '--forward-mode=rxonly', '--port-topology=loop', '--disable-link-check', '--hot-plug']
# as DPVS makes them for worker 0 to 3 of 4
DPVS = [f'group 0 priority 1 ingress pattern eth / ipv4 dst is 10.0.0.9 / {l4} '
        f'dst spec {worker} dst mask 3 / end actions queue index {worker} / count / end'
        for worker in range(QUEUES) for l4 in ('tcp', 'udp')]
MARKED = 'pattern eth / ipv4 / udp dst is 5 / end actions mark id 7 / queue index 2 / end'
PACKETS = 400
BURST = 32
# seconds: an emulated processor may be slow
PATIENCE = 20
PROGRAMS = ['qemu-system-x86_64', 'busybox', 'cpio', 'dpdk-testpmd']
KERNEL = os.path.join(bench.BUILD, 'vm')


def ids(vm):
    """net_steer has probed the device: port 0 is ours, port 1 the device's and not to be used"""
    check(vm.banner.count(f'net_virtio (1af4:1041) device: {guest.DEVICE}') == 1, vm.banner)
    summary = expect(vm.command('show port summary all'), 'Number of available ports: 1\n')
    check(f'0    {guest.MAC} net_steer0 ' in summary, summary)
    expect(vm.command(f'show device info {guest.DEVICE}'), 'Driver name: net_virtio', 'Port id: 1 ')
    expect(vm.command('show device info net_steer0'), 'Driver name: net_steer', 'Port id: 0 ')
    expect(vm.command('show port info 1'), 'Invalid port 1')


def steered(vm):
    """queue and mark of each packet from outside, see data/steering-cases.tsv"""
    cases = steering.cases('steering-cases.tsv')
    steering.Bench(vm, vm.wire, QUEUES, patience=5).run(cases)
    vm.command('stop')
    vm.command('set verbose 0')


def flow(i):
    """A flow to DPVS's local address, and the worker that it is for."""
    l4 = frames.UDP if i % 3 else frames.TCP
    return frames.Ether() / frames.IP(dst='10.0.0.9') / l4(sport=1000 + i, dport=2000 + i), i % 4


def counters(vm):
    """Packets in and out by queue."""
    stats = dict(line.split(': ') for line in vm.command('show port xstats 0').splitlines()
                 if ': ' in line)
    return [[int(stats[f'{way}_q{q}_packets']) for q in range(QUEUES)] for way in ('rx', 'tx')]


def forwarded(vm):
    """numbered packets go in and out by their worker's queue, none is lost, flows stay in order"""
    rules = [bench.create(vm, f'flow create 0 {rule}') for rule in DPVS]
    vm.command('set fwd io')
    vm.command('clear port xstats 0')
    vm.command('start')
    sent, came = collections.defaultdict(list), collections.defaultdict(list)
    wanted = [0] * QUEUES
    for number in range(PACKETS):
        packet, worker = flow(number * 7 % 40)
        frame = bytes(packet / frames.Raw(b'%060d' % number))
        vm.wire.send(frame)
        # by addresses and ports
        sent[frame[26:38]].append(frame)
        wanted[worker] += 1
        # there is no room for many on the way back
        if number % 8 == 7:
            for back in vm.frames(8):
                came[back[26:38]].append(back)
    vm.command('stop')
    check(came == sent, f'{sent} came back as {came}')
    check(counters(vm) == [wanted, wanted], f'wanted {wanted} in and out: {counters(vm)}')
    hits = [vm.command(f'flow query 0 {rule} count') for rule in rules]
    total = sum(int(answer.split('hits: ')[1].split('\n')[0]) for answer in hits)
    check(total == PACKETS, f'the rules have counted {total}: {hits}')
    vm.command('flow flush 0')


def sent_first(vm):
    """what four TX queues send arrives outside by the device's one queue"""
    vm.command('set fwd io')
    vm.command('clear port xstats 0')
    vm.command('start tx_first')
    came = vm.frames(QUEUES * BURST)
    more = vm.frames(1, timeout=0.5)
    vm.command('stop')
    check(len(came) == QUEUES * BURST and not more, f'{len(came)} came, and {more}')
    source = bytes.fromhex(guest.MAC.replace(':', ''))
    check(all(frame[6:12] == source for frame in came), f'not from the device: {came}')
    check(counters(vm)[1] == [BURST] * QUEUES, f'queues: {counters(vm)}')


def marked(vm):
    """A rule is made, and a packet for it comes as it says."""
    bench.create(vm, MARKED)
    vm.command('set fwd rxonly')
    vm.command('set verbose 1')
    vm.command('start')
    frame, length = frames.Lengths().take(frames.Ether() / frames.IP() / frames.UDP(dport=5))
    report = steering.exchange(vm, vm.wire, [frame], 1, PATIENCE).get(length)
    vm.command('stop')
    vm.command('set verbose 0')
    check(report and (report.queue, report.mark) == (2, 7), f'not in queue 2 with mark 7: {report}')


def restarted(vm):
    """packets are steered again after port stop and port start"""
    expect(vm.command('port stop 0'), 'Done')
    # testpmd has flushed the rules
    expect(vm.command('port start 0'), 'Done')
    marked(vm)


def plugged(vm):
    """the device is pulled out of a polled port, whose link goes down, and put in again"""
    vm.command('start')
    start = vm.position()
    vm.pull_out()
    check(vm.seen(f'iface={guest.DEVICE}: the port is gone', start, PATIENCE) and
          vm.seen('Device is detached', start, PATIENCE), f'pulled out unseen: {vm.last()}')
    # testpmd stops, detaches and starts by itself, and shows no new prompt
    vm.idle(1, PATIENCE)
    vm.answered = vm.position()
    expect(vm.command('show port summary all'), f'0    {guest.MAC} net_steer0 ', ' down ')
    vm.command('stop')
    expect(vm.command('port stop 0'), 'Done')

    start = vm.position()
    vm.put_in()
    check(vm.seen('has been added', start, PATIENCE), f'put in unseen: {vm.last()}')
    vm.idle(1, PATIENCE)
    vm.answered = vm.position()
    expect(vm.command(f'port attach {guest.DEVICE}'), 'Port 1 is attached')
    expect(vm.command('port start 0'), 'Done')
    expect(vm.command('show port summary all'), 'Number of available ports: 1\n', ' up ')
    marked(vm)


def closed(vm):
    """port stop, port close and quit"""
    expect(vm.command('port stop 0'), 'Done')
    expect(vm.command('port close 0'), 'Done')
    expect(vm.command('show port summary all'), 'Number of available ports: 0\n')
    forbid(vm.command(f'show device info {guest.DEVICE}'), 'Port id')
    code = vm.quit()
    check(code == 0, f'testpmd ended with {code}: {vm.last()}')


# each builds on those before
STEPS = [ids, steered, forwarded, sent_first, restarted, plugged, closed]


def virtio():
    """a virtio-net PCI device with one pair of queues, in a virtual machine"""
    with guest.Guest(guest_image.Kernel(KERNEL), EAL, ARGS) as vm:
        failed = [step.__name__ for step in STEPS if not bench.attempt(step, vm)]
    check(not failed, f'failed: {" ".join(failed)}')


def main():
    if platform.machine() != 'x86_64':
        return bench.world.lacks(f'there is no machine for {platform.machine()} in this test')
    # a network there is only before the test has entered a world of its own
    if os.geteuid() == 0:
        try:
            bench.world.need(*PROGRAMS)
            guest_image.download(KERNEL)
        except (bench.world.Missing, bench.Wrong) as wrong:
            print(f'{wrong}\nnot ok {virtio.__doc__}')
            return 1
    return bench.main([virtio], PROGRAMS, 280)


if __name__ == '__main__':
    sys.exit(main())
