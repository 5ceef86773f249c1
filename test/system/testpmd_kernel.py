#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""One interface for testpmd and the kernel: kernel=, with addresses and traffic of the kernel's own."""

import contextlib
import hashlib
import os
import re
import shutil
import signal
import socket
import sys
import threading
import time

import bench
import frames
import guide_examples
from bench import check, expect, forbid, world
from telemetry import Telemetry
from testpmd_telemetry import PREFIX

OURS, THEIRS = '10.9.0.1', '10.9.0.2'
ISOLATED = ('--flow-isolate-all',)
VXLAN = 'pattern eth / ipv4 / udp dst is 4789 / end actions mark id 7 / queue index 2 / end'
KEPT = ('pattern eth type is 0x0806 / end actions send_to_kernel / end',
        'pattern eth / ipv4 / icmp / end actions send_to_kernel / end',
        'pattern eth / ipv4 / tcp / end actions send_to_kernel / end')


class Wire:
    """Both ends of a pair of interfaces: "port" is ours, "peer" is in a name space of its own."""

    def __init__(self, mtu):
        self.far = world.Netns('far')
        world.run('ip', 'link', 'add', 'port', 'type', 'veth', 'peer', 'name', 'peer',
                  'netns', 'far')
        world.run('ip', 'addr', 'add', f'{OURS}/24', 'dev', 'port')
        self.far.run('ip', 'addr', 'add', f'{THEIRS}/24', 'dev', 'peer')
        # what is sent locally has no checksums otherwise
        self.far.run('ethtool', '-K', 'peer', 'tx', 'off')
        self.far.run('ip', 'link', 'set', 'peer', 'mtu', str(mtu))
        world.run('ip', 'link', 'set', 'port', 'up')
        self.far.run('ip', 'link', 'set', 'peer', 'up')
        self.sender = self.far.call(bench.wire, 'peer')
        self.mac = re.search(r'link/ether (\S+)', shown()).group(1)

    def end(self):
        self.sender.close()
        world.run('ip', 'link', 'del', 'port')
        world.run('ip', 'netns', 'del', 'far')

    def ip(self, **fields):
        return frames.Ether(dst=self.mac) / frames.IP(src=THEIRS, dst=OURS, **fields)

    def ping(self):
        return ' 0% packet loss' in self.far.run('ping', '-c', '4', '-i', '0.1', '-W', '2', OURS)

    def transfer(self, size=2 << 20):
        """Bytes by TCP from there to us, through the kernel."""
        data = os.urandom(size)
        with socket.create_server((OURS, 5000)) as server:
            server.settimeout(5)
            client = self.far.call(socket.socket, socket.AF_INET, socket.SOCK_STREAM)
            client.settimeout(5)
            thread = threading.Thread(target=send_all, args=(client, data))
            thread.start()
            connection, _ = server.accept()
            with connection:
                connection.settimeout(5)
                digest = hashlib.sha256()
                while block := connection.recv(1 << 16):
                    digest.update(block)
            thread.join()
        return digest.digest() == hashlib.sha256(data).digest()


def send_all(client, data):
    with client:
        client.connect((OURS, 5000))
        client.sendall(data)


@contextlib.contextmanager
def wired(mtu=1500):
    try:
        pair = Wire(mtu)
    except RuntimeError as error:
        raise bench.Skip(error) from error
    try:
        yield pair
    finally:
        pair.end()


@contextlib.contextmanager
def port(args=(), kernel='require', more='', eal=()):
    """A testpmd over our end, which must end well."""
    try:
        pmd = bench.testpmd(f'net_steer0,iface=port,kernel={kernel}{more}', args=args, eal=eal)
    except bench.Failed as error:
        if 'built without BPF' in str(error) or 'Operation not permitted' in str(error):
            raise bench.Skip(str(error).splitlines()[-1]) from error
        raise
    with pmd:
        yield pmd
        bench.end(pmd)
    check('prog/xdp' not in shown(), f'a program is left: {shown()}')


def shown():
    return world.run('ip', '-d', 'link', 'show', 'port')


def arrive(pmd, wire, packets, wanted):
    """Send packets. @return reports by their lengths, when those wanted have come."""
    start = pmd.position()
    lengths = frames.Lengths()
    sent = [lengths.take(packet) for packet in packets]
    for frame, _ in sent:
        wire.sender.send(frame)
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        found = {r.length: r for r in bench.reports(pmd, start)}
        if sum(length in found for _, length in sent) >= wanted:
            break
        time.sleep(0.02)
    # what is not wanted would come as fast
    time.sleep(0.2)
    found = {r.length: r for r in bench.reports(pmd, start)}
    return [found.get(length) for _, length in sent]


def listen(pmd):
    pmd.command('set verbose 1')
    pmd.command('start')


def check_isolated(pmd, wire):
    """Ports in turn: one is testpmd's."""
    packets = [wire.ip() / frames.UDP(dport=4789 if i % 3 == 0 else 4000 + i) for i in range(30)]
    found = arrive(pmd, wire, packets, 10)
    for i, report in enumerate(found):
        check((report is not None) == (i % 3 == 0), f'packet {i}: {report}')
        check(report is None or (report.queue, report.mark) == (2, 7), f'packet {i}: {report}')
    check(wire.ping(), 'no ping')
    check(wire.transfer(), 'bytes differ')


def check_stopped(pmd, wire):
    """Isolated, stopped, and isolated again."""
    check_isolated(pmd, wire)
    # the kernel has it all while the port is stopped
    pmd.command('stop')
    expect(pmd.command('port stop 0'), 'Done')
    check(wire.ping() and wire.transfer(), 'the kernel has lost packets to a stopped port')
    expect(pmd.command('port start 0'), 'Done')
    expect(pmd.command('flow isolate 0 1'), 'Ingress')
    bench.create(pmd, VXLAN)
    listen(pmd)
    check_isolated(pmd, wire)
    pmd.command('stop')


def isolated(mtu, hook):
    with wired(mtu) as wire, port(ISOLATED) as pmd:
        bench.create(pmd, VXLAN)
        listen(pmd)
        expect(pmd.command('flow dump 0 all'), f'# in the kernel, by {hook} on port: 1 rules')
        check_stopped(pmd, wire)


def isolated_native():
    """Isolated, by native XDP: what is matched comes up, ping and TCP stay"""
    isolated(1500, 'native XDP')


def isolated_generic():
    """Isolated, by generic XDP"""
    isolated(9000, 'generic XDP')


def kept():
    """Not isolated: ARP, ICMP and TCP stay by rules, all else comes up"""
    with wired() as wire, port() as pmd:
        for rule in KEPT:
            bench.create(pmd, rule)
        listen(pmd)
        packets = [wire.ip() / frames.UDP(dport=4000 + i) for i in range(16)]
        found = arrive(pmd, wire, packets + [wire.ip() / frames.ICMP()], 16)
        check(all(found[:16]) and found[16] is None, f'came: {found}')
        check(wire.ping() and wire.transfer(), 'no ping or TCP')
        # neighbours are asked for anew
        world.run('ip', 'neigh', 'flush', 'dev', 'port')
        wire.far.run('ip', 'neigh', 'flush', 'dev', 'peer')
        check(wire.ping(), 'no ping without neighbours')
        # without the rule testpmd has it, and nobody answers
        pmd.command('flow destroy 0 rule 1')
        check(arrive(pmd, wire, [wire.ip() / frames.ICMP()], 1)[0], 'ICMP still stays')
        pmd.command('stop')


def syns():
    """TCP SYNs of a port to the kernel, the rest of it to a queue"""
    with wired() as wire, port() as pmd:
        bench.create(pmd, 'flow create 0 ingress priority 0 pattern eth / ipv4 / tcp dst is 5000 '
                     'flags spec 2 flags mask 0x17 / end actions send_to_kernel / end')
        bench.create(pmd, 'flow create 0 ingress priority 1 pattern eth / ipv4 / tcp dst is 5000 / '
                     'end actions queue index 3 / end')
        listen(pmd)
        found = arrive(pmd, wire, [wire.ip() / frames.TCP(dport=5000, flags=flags)
                                   for flags in ('S', 'A', 'SA', 'F', 'SEC')], 3)
        check([r and r.queue for r in found] == [None, 3, 3, 3, None], f'came: {found}')
        pmd.command('stop')


def same_packets(wire):
    """Some of each kind that RSS and rules tell apart."""
    for i in range(24):
        yield wire.ip() / frames.UDP(sport=1000 + i, dport=4000 + i % 3)
        yield wire.ip() / frames.TCP(sport=1000 + i, dport=80, flags='A')
        yield wire.ip(frag=3) / frames.Raw(bytes([i] * 40))
        yield (frames.Ether(dst=wire.mac) / frames.Dot1Q(vlan=5) /
               frames.IPv6(src=f'fd00::{i + 1}', dst='fd00::2') /
               frames.UDP(sport=i, dport=4000 + i % 3))


def judged(wire, kernel):
    """Queue, hash and mark of each of them."""
    with port(('--rss-ip', '--rss-udp'), kernel) as pmd:
        bench.create(pmd, 'pattern eth / ipv4 / udp dst is 4001 / end actions mark id 9 / rss queues '
                     '1 3 end / end')
        bench.create(pmd, 'pattern eth / vlan vid is 5 / ipv6 / udp dst is 4001 / end actions mark '
                     'id 10 / queue index 2 / end')
        bench.create(pmd, 'pattern eth / ipv4 / udp src spec 1010 src last 1013 src mask 0xffff / end '
                     'actions mark id 11 / passthru / end')
        bench.create(pmd, 'pattern eth / ipv4 / udp dst is 4002 / end actions drop / end')
        listen(pmd)
        packets = list(same_packets(wire))
        found = arrive(pmd, wire, packets, len(packets) - 8)
        pmd.command('stop')
        # where the program leaves nothing open, nothing is looked at again
        judged_there = re.search(r'rx_judged_below: (\d+)', pmd.command('show port xstats 0'))
        check((int(judged_there.group(1)) > 40) == (kernel != 'off'), judged_there.group())
    return [r and (r.queue, r.hash, r.mark) for r in found]


def same():
    """Queues, hashes and marks are the same with programs and without"""
    with wired() as wire:
        without, with_programs = judged(wire, 'off'), judged(wire, 'require')
        check(sum(r is not None for r in without) > 80, f'few came: {without}')
        for i, (a, b) in enumerate(zip(without, with_programs)):
            check(a == b, f'packet {i}: {a} without, {b} with programs')


def refused():
    """What a program cannot say is refused where it has to be exact"""
    span = ('pattern eth / ipv4 / udp dst spec 4000 dst last 4010 dst mask 0xffff / end '
            'actions queue index 1 / end')
    jump = 'pattern eth / ipv4 / udp / end actions jump group 1 / end'
    with wired() as wire:
        with port(ISOLATED) as pmd:
            expect(pmd.command(f'flow create 0 ingress {span}'), 'in the kernel: ')
            expect(pmd.command(f'flow create 0 ingress {jump}'), 'in the kernel: ', 'a jump')
            bench.create(pmd, VXLAN)
            listen(pmd)
            check_isolated(pmd, wire)
            pmd.command('stop')
        with port() as pmd:
            bench.create(pmd, jump)
            expect(pmd.command('flow isolate 0 1'), 'in the kernel: ', 'a jump')
            pmd.command('flow flush 0')
            bench.create(pmd, span)
            expect(pmd.command('flow isolate 0 1'), 'in the kernel: ')
            listen(pmd)
            found = arrive(pmd, wire, [wire.ip() / frames.UDP(dport=port_number)
                                       for port_number in (3999, 4000, 4010, 4011)], 4)
            check([r and r.queue for r in found][1:3] == [1, 1] and all(found), f'came: {found}')
            pmd.command('stop')


def occupied():
    """Another program on the interface stays; auto goes on, require does not"""
    with wired(), port(ISOLATED):
        for kernel, words in (('require', 'kernel=require, but '),
                              ('auto', 'kernel=auto: user space steers alone')):
            text = ''
            try:
                with bench.testpmd(f'net_steer0,iface=port,kernel={kernel}',
                                   args=ISOLATED) as second:
                    text = second.text()
                    second.kill()
            except bench.Failed as error:
                text = str(error)
            expect(text, words)


def killed():
    """After kill -9 no program is left, and the kernel has its packets"""
    with wired() as wire:
        pmd = bench.testpmd('net_steer0,iface=port,kernel=require')
        listen(pmd)
        check('prog/xdp' in shown(), shown())
        os.kill(pmd.process.pid, signal.SIGKILL)
        pmd.process.wait()
        deadline = time.monotonic() + 5
        while 'prog/xdp' in shown() and time.monotonic() < deadline:
            time.sleep(0.05)
        forbid(shown(), 'prog/xdp')
        check(wire.ping() and wire.transfer(), 'no ping or TCP')
        pmd.kill()


def churn():
    """Rules come and go under traffic, without a packet where it does not belong"""
    with wired() as wire, port(ISOLATED) as pmd:
        bench.create(pmd, VXLAN)
        listen(pmd)
        start = pmd.position()
        done = threading.Event()
        frame = bytes(wire.ip() / frames.UDP(dport=4789) / frames.Raw(b'.' * 60))
        other = bytes(wire.ip() / frames.UDP(dport=4000) / frames.Raw(b'.' * 60))

        def send():
            while not done.is_set():
                wire.sender.send(frame)
                wire.sender.send(other)
                time.sleep(0.002)

        thread = threading.Thread(target=send)
        thread.start()
        for i in range(40):
            rule = f'pattern eth / ipv4 / udp dst is {5000 + i} / end actions queue index 1 / end'
            pmd.command(f'flow create 0 ingress {rule}')
            if i % 2:
                pmd.command(f'flow destroy 0 rule {i}')
        check(wire.ping(), 'no ping')
        done.set()
        thread.join()
        time.sleep(0.3)
        wrong = [r for r in bench.reports(pmd, start) if (r.queue, r.mark) != (2, 7)]
        check(len(bench.reports(pmd, start)) > 100 and not wrong, f'wrong: {wrong[:5]}')
        # the last ones came in a long row, and are there nevertheless
        found = arrive(pmd, wire, [wire.ip() / frames.UDP(dport=5000 + i) for i in range(40)], 20)
        for i, report in enumerate(found):
            check((report is not None and report.queue == 1) == (i % 2 == 1), f'{i}: {report}')
        pmd.command('stop')
        expect(pmd.command('flow dump 0 all'), ' 21 rules')


def examples():
    """The examples of the how-to"""
    found = [e for e in guide_examples.examples(bench.SOURCE) if 'bifurcated' in e.place]
    check(len(found) > 3, f'where are they? {found}')
    with wired(), port() as pmd:
        for line in (line for example in found for line in example.lines):
            if line.startswith('# '):
                expect(answer, line)
                continue
            answer = pmd.command(line)
            check(not line.startswith('flow create') or ' created' in answer, f'{line}: {answer}')


def told():
    """Telemetry tells what the programs do"""
    with wired() as wire, port(ISOLATED, eal=[f'--file-prefix={PREFIX}']) as pmd:
        bench.create(pmd, VXLAN)
        listen(pmd)
        check_isolated(pmd, wire)
        found = Telemetry(PREFIX).ask('/steer/kernel', 0)
        for name, value in (('in_kernel', 'on'), ('hook', 'native XDP'), ('netdev', 'port'),
                            ('rules', 1), ('masks', 1), ('refined', 0), ('behind', 'off'),
                            ('to_user', 10), ('dropped', 0), ('no_socket', 0)):
            check(found.get(name) == value, f'{name}: {value} expected: {found}')
        check(found['to_kernel'] > 20, f'to_kernel: {found}')
        pmd.command('stop')


@contextlib.contextmanager
def nobody(*names):
    """Programs that are started are a user's who has these capabilities and nothing else."""
    caps = ','.join(['-all', *(f'+{name}' for name in names)])
    where, user = '/run/nobody', 65534
    path = f'{where}/dpdk-testpmd'
    os.makedirs(f'{where}/run', exist_ok=True)
    os.chown(f'{where}/run', user, user)
    # the build may be where nobody comes, and so may be where we are
    shutil.copy(bench.PLUGIN, where)
    with open(path, 'w', encoding='ascii') as file:
        file.write(f'#!/bin/sh\ncd /\nexport XDG_RUNTIME_DIR={where}/run\n'
                   f'export LD_LIBRARY_PATH={where}:"$LD_LIBRARY_PATH"\n'
                   f'exec setpriv --reuid={user} --regid={user} --clear-groups '
                   f'--bounding-set={caps} --inh-caps={caps} --ambient-caps={caps} '
                   f'{shutil.which("dpdk-testpmd")} "$@"\n')
    os.chmod(path, 0o755)
    before = os.environ['PATH']
    os.environ['PATH'] = f'{where}:{before}'
    try:
        yield
    finally:
        os.environ['PATH'] = before


def check_rights(pmd, capabilities_bits):
    with open(f'/proc/{pmd.process.pid}/status', encoding='ascii') as file:
        expect(file.read(), 'Uid:\t65534\t65534\t65534\t65534\n',
               f'CapEff:\t{capabilities_bits:016x}\n')


def capabilities():
    """Another user than root: some capabilities do"""
    # libxdp asks for the program by its id, which takes CAP_SYS_ADMIN
    with wired() as wire, nobody('sys_admin', 'net_admin', 'net_raw', 'ipc_lock'), \
            port(ISOLATED) as pmd:
        check_rights(pmd, 0x207000)
        bench.create(pmd, VXLAN)
        listen(pmd)
        check_isolated(pmd, wire)
        pmd.command('stop')
    with wired(), nobody('net_admin', 'net_raw', 'ipc_lock'):
        try:
            bench.testpmd('net_steer0,iface=port,kernel=require').kill()
        except bench.Failed as error:
            expect(str(error), 'kernel=require, but load: ', 'CAP_BPF')
        else:
            raise bench.Wrong('not refused without CAP_BPF')



if __name__ == '__main__':
    sys.exit(bench.main([isolated_native, isolated_generic, kept, syns, same, refused, occupied,
                         killed, churn, told, examples, capabilities],
                        ['dpdk-testpmd', 'ethtool', 'ping', 'setpriv']))
