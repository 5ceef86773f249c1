#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Rules as text: what flow dump shows can be loaded by rules= and typed into testpmd."""

import contextlib
import os
import re
import subprocess
import sys
import tempfile

import bench
import frames
from bench import Skip, check, expect
from steering import prefix_kills

SOURCE = os.environ['STEER_SOURCE']
UPPER, LOWER = 'net_steer0,iface=net_af_packet0', 'net_af_packet0,iface=lower'
KEY = ''.join(f'{i:02x}' for i in range(40))

RULES = [
    'priority 2 pattern eth / ipv4 dst spec 10.0.0.0 dst mask 255.255.255.0 / udp dst spec 5 '
    'dst last 7 dst mask 0xffff / end actions mark id 9 / count / queue index 3 / end',
    'pattern eth / vlan vid is 7 / ipv4 / end actions queue index 2 / end',
    'pattern eth / ipv6 dst is 2001:db8::7 has_frag_ext is 0 / tcp flags spec 2 flags mask 0x12 '
    '/ end actions drop / end',
    'priority 1 pattern eth src is 02:00:00:00:00:07 / ipv4 / end actions flag / passthru / end',
    'priority 3 pattern eth / ipv4 / udp / end actions rss func toeplitz types ipv4 ipv4-udp end '
    f'key {KEY} queues 0 1 3 end / end',
    'pattern eth / ipv4 / udp dst is 4789 / vxlan vni is 42 / eth / ipv4 proto is 6 / end '
    'actions queue index 1 / end',
    'priority 9 pattern eth / ipv6 / end actions rss queues 1 2 end / end',
]

ETHER = frames.Ether(src='02:00:00:00:00:07')
PACKETS = [
    *(frames.Ether() / frames.IP(dst='10.0.0.9') / frames.UDP(dport=d) for d in range(4, 9)),
    *(ETHER / frames.IP(dst='10.1.0.1') / frames.UDP(sport=s, dport=80) for s in range(16)),
    frames.Ether() / frames.Dot1Q(vlan=7) / frames.IP(dst='10.0.0.9') / frames.UDP(dport=5),
    *(frames.Ether() / frames.IPv6(dst='2001:db8::7') / frames.TCP(flags=f)
      for f in ('S', 'A', 'SA')),
    frames.Ether() / frames.IP() / frames.UDP(dport=4789) / frames.VXLAN(vni=42) /
    frames.Ether() / frames.IP() / frames.TCP(),
]


def steering(pmd, wire):
    """Where the packets go, and their marks."""
    pmd.command('set verbose 1')
    pmd.command('start')
    found = []
    for packet in PACKETS:
        start = pmd.position()
        wire.send(bytes(packet))
        pmd.idle(0.1, 5)
        found.append([(r.queue, r.mark) for r in bench.reports(pmd, start)])
    return found


def dumped(pmd):
    """What the dump has as commands, and without the comments behind them."""
    text = pmd.command('flow dump 0 all').replace('\r', '')
    lines = re.findall(r'^flow create 0 .* end # .*$', text, re.M)
    return lines, [line.split(' # ')[0] for line in lines]


@contextlib.contextmanager
def rules_file(text):
    with tempfile.NamedTemporaryFile('w', prefix='steer-text-', suffix='.rules') as file:
        file.write(text)
        file.flush()
        yield file.name


def reload():
    """a dump, loaded by rules= or typed in, steers in the same way and is dumped the same"""
    with bench.veth('lower') as wire:
        with bench.testpmd(UPPER, LOWER) as pmd:
            for rule in RULES:
                head, behind = rule.split('pattern', 1)
                bench.create(pmd, f'flow create 0 ingress {head}pattern{behind}')
            lines, commands = dumped(pmd)
            check(len(lines) == len(RULES), f'{len(lines)} rules: {lines}')
            wanted = steering(pmd, wire)
            check([] in wanted and [(3, 9)] in wanted, f'the rules do not differ: {wanted}')
            check(pmd.quit() == 0, 'testpmd did not end well')
        with rules_file('\n'.join(lines)) as name, \
                bench.testpmd(f'{UPPER},rules={name}', LOWER) as pmd:
            pmd.command('flow flush 0')
            again, same = dumped(pmd)
            check(same == commands, f'{same}, dumped was {commands}')
            check(all(f'rules={name}:' in line for line in again), f'no origin: {again}')
            found = steering(pmd, wire)
            check(found == wanted, f'loaded: {found}, it was {wanted}')
            check(pmd.quit() == 0, 'testpmd did not end well')
        if any(' prefix ' in line for line in lines) and prefix_kills():
            raise Skip('the rest: this testpmd crashes on rules with "prefix", also over net_null')
        with bench.testpmd(UPPER, LOWER) as pmd:
            for line in lines:
                bench.create(pmd, line)
            check(dumped(pmd)[1] == commands, f'{dumped(pmd)[1]}, dumped was {commands}')
            found = steering(pmd, wire)
            check(found == wanted, f'typed in: {found}, it was {wanted}')
            check(pmd.quit() == 0, 'testpmd did not end well')


def example():
    """the example file can be loaded and steers"""
    vdev = f'{UPPER},rules={SOURCE}/app/demo/example.rules'
    with bench.veth('lower') as wire, bench.testpmd(vdev, LOWER) as pmd:
        pmd.command('set verbose 1')
        pmd.command('start')
        start = pmd.position()
        wire.send(bytes(frames.Ether() / frames.IP() / frames.UDP(dport=53)))
        pmd.idle(0.2, 5)
        found = [(r.queue, r.mark) for r in bench.reports(pmd, start)]
        check(found == [(0, 53)], f'{found}')
        check(len(dumped(pmd)[0]) == 4, f'{dumped(pmd)[0]}')
        check(pmd.quit() == 0, 'testpmd did not end well')


def refusal():
    """a bad line is shown with its place, and the port is not there"""
    bad = 'flow create 0 ingress pattern eth / ipv4 dst is 10.0.0.300 / end actions drop / end\n'
    with rules_file('# fine\n' + bad) as name:
        done = subprocess.run(['dpdk-testpmd', *bench.EAL, bench.cores(), '--vdev=net_null0',
                               f'--vdev=net_steer0,iface=net_null0,rules={name}', '--', '-i',
                               '--total-num-mbufs=4096'], input='show port summary all\nquit\n',
                              text=True, timeout=60, check=False, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, start_new_session=True)
        text = done.stdout
        expect(text, f'{name}:2:49: "10.0.0.300": ipv4 dst takes an IPv4 address',
               '\n\t' + ' ' * 48 + '^~~~~~~~~~\n')
        check(done.returncode == 0 and 'net_steer0 ' not in text.split('testpmd>')[1],
              f'the port is there: {text}')


if __name__ == '__main__':
    sys.exit(bench.main([reload, example, refusal], ['dpdk-testpmd']))
