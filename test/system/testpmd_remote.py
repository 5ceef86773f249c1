#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""remote=: a TAP port that takes over packets of another interface, which stays the kernel's."""

import contextlib
import ctypes
import os
import re
import signal
import socket
import struct
import sys
import time

import bench
import frames
from bench import check, expect, forbid, world
from testpmd_kernel import (ISOLATED, OURS, VXLAN, arrive, check_isolated, check_stopped, listen,
                            shown, wired)
from telemetry import Telemetry
from testpmd_telemetry import PREFIX

TAP = 'steertap'
OWN, ADDED, STRANGER = '02:00:00:00:00:aa', '02:00:00:00:00:cc', '02:00:00:00:00:bb'
BROADCAST, GROUP, IPV6_GROUP = 'ff:ff:ff:ff:ff:ff', '01:00:5e:01:02:03', '33:33:00:00:00:07'
ETH_P_IP = 0x800
UDP_SEGMENT = 103
BPF_SYSCALL, BPF_PROG_QUERY, TCX_INGRESS = 321, 16, 46
PORT, KERNEL, BOTH, NOBODY = (True, False), (False, True), (True, True), (False, False)


def tcx_programs(name):
    """How many programs of tc's are on an interface; tools of this release do not show them."""
    attr = ctypes.create_string_buffer(struct.pack('@IIIIQI', socket.if_nametoindex(name),
                                                   TCX_INGRESS, 0, 0, 0, 0), 128)
    world.check(world.libc.syscall(BPF_SYSCALL, BPF_PROG_QUERY, attr, 128), 'BPF_PROG_QUERY')
    return struct.unpack_from('@I', attr, 24)[0]


@contextlib.contextmanager
def port(args=(), eal=(), tap=TAP):
    """A testpmd over TAP, which must end well and leave nothing behind."""
    bench.need_tap()
    try:
        pmd = bench.testpmd(f'net_steer0,iface=tap:{tap},remote=port', args=args, eal=eal)
    except bench.Failed as error:
        if any(words in str(error) for words in ('built without BPF', 'Operation not permitted',
                                                 'Linux 6.6 or later')):
            raise bench.Skip(str(error).splitlines()[-1]) from error
        raise
    with pmd:
        yield pmd
        bench.end(pmd)
    if tap == TAP:
        nothing_left()


def nothing_left():
    deadline = time.monotonic() + 5
    while 'prog/xdp' in shown() and time.monotonic() < deadline:
        time.sleep(0.05)
    forbid(shown(), 'prog/xdp')
    expect(shown(), 'promiscuity 0 ', 'allmulti 0 ')
    check(tcx_programs('port') == 0, 'a program of tc is left')


def promiscuity():
    return int(re.search(r'promiscuity (\d+)', shown()).group(1))


class Ears:
    """What an interface's kernel receives: sockets of one protocol are behind tc's programs."""

    def __init__(self, name):
        self.socket = bench.wire(name, ETH_P_IP)
        self.socket.setblocking(False)

    def lengths(self):
        found = set()
        while True:
            try:
                found.add(len(self.socket.recv(4096)))
            except BlockingIOError:
                return found


def isolated(mtu, hook):
    with wired(mtu) as wire, port(ISOLATED) as pmd:
        bench.create(pmd, VXLAN)
        listen(pmd)
        expect(pmd.command('flow dump 0 all'),
               f'# in the kernel, by TAP on {TAP} and {hook} on remote port: 1 rules')
        check(tcx_programs('port') == 1 and tcx_programs(TAP) == 1, 'where are programs of tc?')
        check_stopped(pmd, wire)
        # TAP's own program chooses the queue
        forbid(re.sub(r'crossed: 0\n', '', pmd.command('show port xstats 0')), 'crossed: ')


def isolated_xdp():
    """Isolated, judged by XDP: what is matched is taken over, ping and TCP stay"""
    isolated(1500, 'native XDP')


def isolated_tc():
    """Isolated, where the interface has no native XDP"""
    isolated(9000, 'tc')


def whose(pmd, wire, expected):
    """Packets of destinations must come to testpmd, to the kernel, or to both."""
    ears = Ears('port')
    packets = [frames.Ether(dst=mac) / frames.IP(src='10.9.0.2', dst='10.9.0.7') /
               frames.UDP(sport=7, dport=number) for mac, number, _ in expected]
    found = arrive(pmd, wire, packets, sum(wanted[0] for _, _, wanted in expected))
    heard = ears.lengths()
    ears.socket.close()
    for i, (mac, number, wanted) in enumerate(expected):
        seen = (found[i] is not None, frames.SHORTEST + i in heard)
        check(seen == wanted, f'{mac}, UDP port {number}: port and kernel {wanted}: {seen}')


def implicit():
    """Own addresses, broadcast, multicast, promiscuity: whose packets are without any rule"""
    with wired() as wire, port() as pmd:
        expect(pmd.command('show port info 0'), wire.mac.upper())
        for command in ('set promisc 0 off', 'set allmulti 0 off', f'mac_addr set 0 {OWN}'):
            pmd.command(command)
        listen(pmd)
        plain = [(OWN, 1, PORT), (wire.mac, 1, KERNEL), (STRANGER, 1, KERNEL), (BROADCAST, 1, BOTH),
                 (IPV6_GROUP, 1, BOTH), (GROUP, 1, KERNEL), (ADDED, 1, KERNEL)]
        whose(pmd, wire, plain)
        check(wire.ping() and wire.transfer(), 'no ping or TCP beside an address of its own')
        pmd.command('set allmulti 0 on')
        expect(shown(), 'allmulti 1 ')
        whose(pmd, wire, [(GROUP, 1, BOTH), (STRANGER, 1, KERNEL)])
        pmd.command('set allmulti 0 off')
        pmd.command(f'mcast_addr add 0 {GROUP}')
        pmd.command(f'mac_addr add 0 {ADDED}')
        expect(shown(), 'allmulti 0 ')
        whose(pmd, wire, [(GROUP, 1, BOTH), (ADDED, 1, PORT), ('01:00:5e:01:02:04', 1, KERNEL)])
        pmd.command(f'mcast_addr remove 0 {GROUP}')
        pmd.command(f'mac_addr remove 0 {ADDED}')
        whose(pmd, wire, plain)
        before = promiscuity()
        pmd.command('set promisc 0 on')
        check(promiscuity() == before + 1, f'promiscuity was {before}, is {promiscuity()}')
        whose(pmd, wire, [(OWN, 1, PORT), (STRANGER, 1, BOTH), (wire.mac, 1, BOTH), (GROUP, 1, BOTH)])
        pmd.command('set promisc 0 off')
        whose(pmd, wire, plain)
        pmd.command('stop')


def explicit():
    """Rules come before all that; isolated, there is nothing else"""
    with wired() as wire, port() as pmd:
        for command in ('set allmulti 0 off', f'mac_addr set 0 {OWN}'):
            pmd.command(command)
        for number, action in ((9, 'drop'), (10, 'send_to_kernel'), (11, 'queue index 1')):
            bench.create(pmd, f'pattern eth / ipv4 / udp dst is {number} / end actions {action} / end')
        listen(pmd)
        for mac in (OWN, wire.mac, BROADCAST, STRANGER):
            whose(pmd, wire, [(mac, 9, NOBODY), (mac, 10, KERNEL), (mac, 11, PORT),
                              (mac, 12, PORT if mac == OWN else BOTH)])
        # what the kernel cannot judge exactly could not stay with it
        for rule in ('udp dst spec 4000 dst last 4010 dst mask 0xffff / end actions queue index 1',
                     'udp / end actions jump group 1'):
            expect(pmd.command(f'flow create 0 ingress pattern eth / ipv4 / {rule} / end'),
                   'the remote netdev keeps what is not matched')
        expect(pmd.command('flow isolate 0 1'), 'Ingress')
        whose(pmd, wire, [(OWN, 12, KERNEL), (BROADCAST, 12, KERNEL), (OWN, 11, PORT),
                          (BROADCAST, 11, PORT), (OWN, 9, NOBODY)])
        pmd.command('stop')


def sent():
    """What the port sends leaves by the remote interface"""
    with wired() as wire, port(ISOLATED) as pmd:
        bench.create(pmd, VXLAN)
        pmd.command('set fwd io')
        pmd.command('start')
        ears = wire.far.call(Ears, 'peer')
        lengths = frames.Lengths()
        for _ in range(32):
            wire.sender.send(lengths.take(wire.ip() / frames.UDP(dport=4789))[0])
        deadline, heard = time.monotonic() + 5, set()
        while len(heard) < 32 and time.monotonic() < deadline:
            heard |= {n for n in ears.lengths() if n >= frames.SHORTEST}
            time.sleep(0.02)
        check(heard == set(range(frames.SHORTEST, frames.SHORTEST + 32)), f'came back: {heard}')
        ears.socket.close()
        pmd.command('stop')


def link():
    """The link is the remote interface's, and its MTU the most"""
    with wired() as wire, port() as pmd:
        expect(pmd.command('show port info 0'), 'Link status: up')
        wire.far.run('ip', 'link', 'set', 'peer', 'down')
        expect(pmd.command('show port info 0'), 'Link status: down')
        wire.far.run('ip', 'link', 'set', 'peer', 'up')
        expect(pmd.command('show port info 0'), 'Link status: up')
        forbid(pmd.command('port config mtu 0 1400'), 'fail')
        pmd.command('port config mtu 0 1501')
        expect(pmd.text(), 'leaves by remote=port: up to its own of 1500 is accepted')


def segments():
    """What the network stack has put together, or not yet cut, comes as packets"""
    with wired() as wire, port(ISOLATED) as pmd:
        wire.far.run('ethtool', '-K', 'peer', 'tx', 'on', 'tx-udp-segmentation', 'on')
        bench.create(pmd, VXLAN)
        listen(pmd)
        start = pmd.position()
        with wire.far.call(socket.socket, socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, 1000)
            sender.sendto(b'.' * 4500, (OURS, 4789))
        deadline = time.monotonic() + 5
        while len(bench.reports(pmd, start)) < 5 and time.monotonic() < deadline:
            time.sleep(0.02)
        found = [(r.length, r.queue) for r in bench.reports(pmd, start)]
        check(found == [(1042, 2)] * 4 + [(542, 2)], f'came: {found}')
        pmd.command('stop')


def gone():
    """The remote interface goes: the link is down for good, and the port ends well"""
    with wired(), port(ISOLATED) as pmd:
        bench.create(pmd, VXLAN)
        pmd.command('start')
        world.run('ip', 'link', 'del', 'port')
        expect(pmd.command('show port info 0'), 'Link status: down')
        # another one by that name is not the port's
        world.run('ip', 'link', 'add', 'port', 'type', 'veth', 'peer', 'name', 'other')
        for name in ('other', 'port'):
            world.run('ip', 'link', 'set', name, 'up')
        expect(pmd.command('show port info 0'), 'Link status: down')
        pmd.command('flow flush 0')
        pmd.command('stop')


def killed():
    """After kill -9 nothing is left, and the kernel has its packets"""
    with wired() as wire:
        with port(ISOLATED):
            pass
        pmd = bench.testpmd(f'net_steer0,iface=tap:{TAP},remote=port')
        listen(pmd)
        expect(shown(), 'prog/xdp', 'promiscuity 1 ')
        os.kill(pmd.process.pid, signal.SIGKILL)
        pmd.process.wait()
        nothing_left()
        check(wire.ping() and wire.transfer(), 'no ping or TCP')
        pmd.kill()


def text_of(*devices):
    """What testpmd says of devices, accepted or not."""
    try:
        with bench.testpmd(*devices) as pmd:
            text = pmd.text()
            bench.end(pmd)
            return text
    except bench.Failed as error:
        return str(error)


def refused():
    """What cannot be is refused in one line; kernel=auto goes on without"""
    bench.need_tap()
    cases = (('tap:second', 'nothere', 'no such interface in this network namespace'),
             ('tap:second', 'second', 'that is the TAP interface itself'),
             ('tap:second', 'lo', 'an interface of type 772: Ethernet is accepted'),
             ('port', 'lo', 'come to a port of net_tap alone'),
             ('net_ring_r', 'port', 'is on no netdev'))
    with wired():
        for iface, remote, words in cases:
            for kernel, begins in (('', 'kernel=require, but '),
                                   (',kernel=auto', 'kernel=auto: user space steers alone')):
                text = text_of('net_ring_r', f'net_steer0,iface={iface},remote={remote}{kernel}')
                lines = [line for line in text.splitlines() if words in line]
                check(len(lines) == 1 and begins in lines[0], f'{remote}: {text[-500:]}')
        check(tcx_programs('port') == 0, 'a program of tc is left')


def occupied():
    """Another program of XDP's stays: tc's alone do"""
    with wired() as wire, port(ISOLATED), port(ISOLATED, tap='second') as pmd:
        expect(pmd.text(), 'no native XDP, tc judges its packets', 'is attached to it already')
        bench.create(pmd, VXLAN)
        listen(pmd)
        expect(pmd.command('flow dump 0 all'), 'by TAP on second and tc on remote port: 1 rules')
        check_isolated(pmd, wire)
        pmd.command('stop')


def told():
    """Telemetry tells of both interfaces"""
    with wired() as wire, port(eal=[f'--file-prefix={PREFIX}']) as pmd:
        for command in ('set promisc 0 off', f'mac_addr set 0 {OWN}'):
            pmd.command(command)
        listen(pmd)
        before = Telemetry(PREFIX).ask('/steer/kernel', 0)
        whose(pmd, wire, [(OWN, 1, PORT), (wire.mac, 1, KERNEL), (BROADCAST, 1, BOTH)])
        found = Telemetry(PREFIX).ask('/steer/kernel', 0)
        for name, value in (('hook', 'TAP'), ('netdev', TAP), ('remote', 'port'),
                            ('remote_hook', 'native XDP')):
            check(found.get(name) == value, f'{name}: {value} expected: {found}')
        for name in ('to_user', 'to_kernel', 'copied'):
            check(found[name] > before[name], f'{name}: {before}, then {found}')
        pmd.command('stop')


if __name__ == '__main__':
    sys.exit(bench.main([isolated_xdp, isolated_tc, implicit, explicit, sent, segments, link,
                         gone, killed, refused, occupied, told],
                        ['dpdk-testpmd', 'ethtool', 'ping']))
