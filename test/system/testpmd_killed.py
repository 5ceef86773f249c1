#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""testpmd is killed at any moment, and started again: the port below is there as before.

STEER_STORM_KILLS: so many in all, and not just one on each kind of port below; STEER_TEST_SEED:
other moments. What is left by a kill is what the kernel and DPDK leave, and nothing of ours.
"""

import contextlib
import os
import random
import re
import sys
import threading
import time

import bench
import frames
import testpmd_virtio
from bench import QUEUES, check, world

KINDS = 4
KILLS = -(-int(os.environ.get('STEER_STORM_KILLS') or KINDS) // KINDS)
SEED = int(os.environ.get('STEER_TEST_SEED') or '20261122', 0)
STAGES = ('as it starts', 'under traffic', 'as rules change')
PACKETS = 64
UDP = 'pattern eth / ipv4 / udp dst spec {0} dst mask 3 / end actions queue index {0} / end'
killed = dict.fromkeys(STAGES, 0)
survived = []


def numbered():
    flow = frames.Ether() / frames.IP(src='10.0.0.1', dst='10.0.0.9')
    return [bytes(flow / frames.UDP(sport=1000 + i, dport=i)).ljust(80, b'.')
            for i in range(PACKETS)]


def works(pmd, wire):
    """Each packet comes by its rule's queue."""
    for queue in range(QUEUES):
        bench.create(pmd, UDP.format(queue))
    pmd.command('start')
    # the port below may be a moment later than its link
    deadline = time.monotonic() + 20
    wanted = [str(PACKETS // QUEUES)] * QUEUES
    found = None
    while found != wanted:
        check(time.monotonic() < deadline, f'packets of queues: {found}, not {wanted}')
        pmd.command('clear port xstats 0')
        for frame in numbered():
            wire.send(frame)
        for _ in range(20):
            text = pmd.command('show port xstats 0')
            found = re.findall(r'^rx_q\d+_packets: (\d+)', text, re.M)
            if sum(map(int, found)) >= PACKETS:
                break
            time.sleep(0.05)


@contextlib.contextmanager
def traffic(wire):
    """Packets all the time; nobody has to take them."""
    done = threading.Event()

    def send():
        while not done.is_set():
            for frame in numbered():
                with contextlib.suppress(OSError):
                    wire.send(frame)
            time.sleep(0.001)

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield
    finally:
        done.set()
        sender.join()


def change_rules(pmd, chance):
    """Until it is killed."""
    rules = []
    with contextlib.suppress(bench.Failed, OSError):
        while True:
            if len(rules) < 20 or chance.random() < 0.5:
                dport = chance.randrange(1 << 16)
                rules.append(bench.create(
                    pmd, f'pattern eth / ipv4 / udp dst spec {dport} dst mask '
                         f'{0xffff << chance.randrange(4) & 0xffff} / end actions '
                         f'mark id {dport} / count / queue index {dport & 3} / end'))
            elif chance.random() < 0.05:
                pmd.command('flow flush 0')
                rules = []
            else:
                rule = rules.pop(chance.randrange(len(rules)))
                pmd.command(f'flow destroy 0 rule {rule}')


def kill(pmd, wire, stage, chance):
    """A moment after now."""
    delay = chance.random() * 0.5
    with traffic(wire):
        if stage == 'under traffic':
            time.sleep(delay)
            pmd.kill()
        else:
            timer = threading.Timer(delay, pmd.kill)
            timer.start()
            change_rules(pmd, chance)
            timer.join()
    killed[stage] += 1


def kill_at_start(start, took, chance):
    delay = chance.random() * took
    try:
        pmd = start(timeout=delay)
    except bench.Failed:
        pass
    else:
        pmd.kill()
    killed['as it starts'] += 1


def files():
    return {os.path.join(where, name) for where, _, names in os.walk('/run') for name in names}


def storm(number, start, wire, nothing_left):
    """Killed, and started again, as often as wanted; then it ends well."""
    chance = random.Random(SEED + number)
    begin = time.monotonic()
    pmd = start()
    took = time.monotonic() - begin
    before = files()
    for i in range(KILLS):
        stage = STAGES[(i + number) % len(STAGES)]
        print(f'# {start.__name__} {i}: {stage}', flush=True)
        if stage == 'as it starts':
            pmd.kill()
            kill_at_start(start, took, chance)
        else:
            works(pmd, wire)
            kill(pmd, wire, stage, chance)
        nothing_left()
        check(not files() - before, f'left: {files() - before}')
        pmd = start()
    works(pmd, wire)
    pmd.command('stop')
    bench.end(pmd)
    nothing_left()
    survived.append(number)


def shown(name):
    return world.run('ip', '-d', 'link', 'show', name)


def no_program():
    """The kernel takes a program off when the last who holds it is gone: that may take it a while."""
    deadline = time.monotonic() + 5
    while 'prog/xdp' in (text := shown('lower')):
        check(time.monotonic() < deadline, f'a program is left: {text}')
        time.sleep(0.02)


def kernel():
    """on a kernel interface, with programs attached to it"""
    def kernel_port(timeout=30):
        return bench.testpmd('net_steer0,iface=lower,kernel=require', timeout=timeout)

    with bench.veth('lower') as wire:
        storm(0, kernel_port, wire, no_program)


def af_packet():
    """on a kernel interface by net_af_packet"""
    def packet_port(timeout=30):
        return bench.testpmd('net_steer0,iface=lower,lower=af_packet', timeout=timeout)

    with bench.veth('lower') as wire:
        storm(1, packet_port, wire, no_program)


class Tap:
    """A wire to a TAP device, which comes and goes with who made it."""

    def send(self, frame):
        with bench.wire('steertap') as wire:
            wire.send(frame)


def tap():
    """on a TAP device, with programs attached to it"""
    def tap_port(timeout=30):
        return bench.testpmd('net_steer0,iface=tap:steertap,kernel=require', timeout=timeout)

    def no_tap():
        check('steertap' not in world.run('ip', 'link'), 'the TAP device is left')

    bench.need_tap()
    storm(2, tap_port, Tap(), no_tap)


def virtio():
    """on net_virtio_user, as a guest of a host that stays"""
    def guest(timeout=30):
        return bench.testpmd('net_steer0,iface=net_virtio_user0',
                             f'net_virtio_user0,path={testpmd_virtio.SOCKET},queues=1',
                             timeout=timeout)

    with contextlib.suppress(FileNotFoundError):
        os.unlink(testpmd_virtio.SOCKET)
    with bench.veth('lower') as wire, testpmd_virtio.start_host(1) as host:
        storm(3, guest, wire, lambda: check(host.process.poll() is None, 'the host has died'))
        bench.end(host)


def told():
    """the table of "make soak" has them"""
    path = os.environ.get('STEER_SOAK_RESULT')
    if not path:
        raise bench.Skip('not run by it')
    counts = ', '.join(f'{count} {stage}' for stage, count in killed.items())
    with open(path, 'w', encoding='ascii') as file:
        file.write(f'{sum(killed.values())} kills ({counts}), seed {SEED}, '
                   f'{KINDS - len(survived)} findings')


if __name__ == '__main__':
    print(f'# seed {SEED}', flush=True)
    sys.exit(bench.main([kernel, af_packet, tap, virtio, told], ['dpdk-testpmd'],
                        250 + 60 * KILLS))
