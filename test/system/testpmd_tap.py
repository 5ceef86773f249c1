#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""kernel= over a TAP device: the kernel picks the queue by rules and RSS."""

import random
import re
import socket
import sys
import time

import bench
import frames
from bench import check, expect, forbid
from testpmd_kernel import KEPT, VXLAN, check_rights, listen, nobody


def tap_world(kernel):
    """@return reports of 63 packets, by their number; how many crossed from queue to queue."""
    with bench.testpmd(f'net_steer0,iface=tap:steertap,hw=off,kernel={kernel}') as pmd:
        for rule in ('ipv4 / udp dst is 4789 / end actions mark id 7 / queue index 2',
                     'ipv4 / udp dst is 4790 / end actions drop',
                     'eth dst is 02:00:00:00:00:07 / end actions queue index 3',
                     'eth src is 02:00:00:00:00:08 / end actions queue index 2',
                     'eth dst is 02:00:00:00:00:01 src is 02:00:00:00:00:09 / ipv4 '
                     'src is 192.0.2.1 dst is 192.0.2.2 / '
                     'udp src is 3333 dst is 4444 / end actions drop'):
            bench.create(pmd, f'pattern {rule} / end')
        expect(pmd.command('flow create 0 ingress ' + KEPT[0]), 'only where the kernel steers')
        state = '# in the kernel, by TAP on steertap: 5 rules'
        check((state in pmd.command('flow dump 0 all')) == (kernel != 'off'), 'flow dump')
        listen(pmd)
        start = pmd.position()
        with bench.wire('steertap') as wire:
            lengths = frames.Lengths()
            for i in range(60):
                mac = '02:00:00:00:00:07' if i % 4 == 3 else '02:00:00:00:00:01'
                packet = (frames.Ether(dst=mac) / frames.IP(src=f'10.0.0.{i + 1}', dst='10.0.0.9') /
                          frames.UDP(sport=i, dport=(4789, 4790, 53, 53)[i % 4]))
                wire.send(lengths.take(packet)[0])
            for mac, dport in ((8, 4444), (9, 4444), (9, 4445)):
                packet = (frames.Ether(dst='02:00:00:00:00:01', src=f'02:00:00:00:00:0{mac}') /
                          frames.IP(src='192.0.2.1', dst='192.0.2.2') /
                          frames.UDP(sport=3333, dport=dport))
                wire.send(lengths.take(packet)[0])
            time.sleep(1)
        pmd.command('stop')
        stats = pmd.command('show port xstats 0')
        if kernel != 'off':
            # what was to be dropped did not come
            expect(stats, 'rx_rule_drops: 0\n')
        bench.end(pmd)
        crossed = sum(int(n) for n in re.findall(r'rx_q\d+_crossed: (\d+)', stats))
        return {r.length - frames.SHORTEST: r for r in bench.reports(pmd, start)}, crossed


def tap():
    """TAP: the kernel picks the queue by rules and RSS, and drops"""
    bench.need_tap()
    (without, before), (found, after) = tap_world('off'), tap_world('require')
    for i in range(60):
        a, b = without.get(i), found.get(i)
        check((a is None) == (b is None) == (i % 4 == 1), f'packet {i}: {a}, {b}')
        if b is None:
            continue
        check((a.queue, a.hash, a.mark) == (b.queue, b.hash, b.mark), f'packet {i}: {a}, {b}')
        check(i % 4 != 0 or (b.queue, b.mark) == (2, 7), f'packet {i}: {b}')
        check(i % 4 != 3 or b.queue == 3, f'packet {i}: {b}')
    check(found.get(60) is not None and found[60].queue == 2, 'by the source address')
    check(found.get(61) is None and without.get(61) is None and found.get(62) is not None,
          'a 5-tuple with addresses is dropped, another port is not')
    check(before > 0 and after == 0, f'{after} packets crossed, without programs {before}')


def toeplitz(key, data):
    """The hash, bit by bit."""
    window, bits = int.from_bytes(key, 'big'), 8 * len(key)
    found = 0
    for i in range(8 * len(data)):
        if data[i // 8] & 0x80 >> i % 8:
            found ^= window >> bits - 32 - i & 0xffffffff
    return found


def set_rss(pmd, key, table):
    """A word of testpmd's has up to 127 characters."""
    check('error' not in pmd.command(f'port config 0 rss-hash-key ipv4-udp {key.hex()}').lower(),
          'the key is refused')
    for begin in range(0, len(table), 8):
        part = ','.join(f'({i},{table[i]})' for i in range(begin, min(begin + 8, len(table))))
        forbid(pmd.command(f'port config 0 rss reta {part}'), 'ailed', 'rror', 'nvalid')


def tap_rss():
    """TAP: the kernel picks the queue by the key and the table that testpmd sets"""
    bench.need_tap()
    draw = random.Random(20261122)
    key = draw.randbytes(40)
    with bench.testpmd('net_steer0,iface=tap:steertap,hw=off,kernel=require',
                       args=('--rss-udp',)) as pmd:
        size = int(re.search(r'Redirection table size: (\d+)',
                             pmd.command('show port info 0')).group(1))
        table = [draw.randrange(bench.QUEUES) for _ in range(size)]
        set_rss(pmd, key, table)
        listen(pmd)
        start = pmd.position()
        lengths = frames.Lengths()
        wanted = {}
        with bench.wire('steertap') as wire:
            for _ in range(64):
                fields = draw.randbytes(12)
                packet = (frames.Ether() / frames.IP(src=socket.inet_ntoa(fields[:4]),
                                                     dst=socket.inet_ntoa(fields[4:8])) /
                          frames.UDP(sport=int.from_bytes(fields[8:10], 'big'),
                                     dport=int.from_bytes(fields[10:], 'big')))
                frame, length = lengths.take(packet)
                number = toeplitz(key, fields)
                wanted[length] = (table[number % size], number)
                wire.send(frame)
            time.sleep(1)
        pmd.command('stop')
        stats = pmd.command('show port xstats 0')
        found = {r.length: (r.queue, r.hash) for r in bench.reports(pmd, start)
                 if r.length in wanted}
        bench.end(pmd)
    check(found == wanted, f'{wanted} became {found}')
    check(len({queue for queue, _ in found.values()}) == bench.QUEUES, f'not all queues: {found}')
    # by that queue of the device which the kernel picked
    crossed = re.findall(r'rx_q\d+_crossed: (\d+)', stats)
    check(crossed and not any(map(int, crossed)), f'crossed: {crossed}')


def capabilities():
    """Another user than root: some capabilities do"""
    bench.need_tap()
    names = ['bpf', 'perfmon', 'net_admin', 'net_raw', 'ipc_lock']
    with nobody(*names), bench.testpmd('net_steer0,iface=tap:steertap,kernel=require') as pmd:
        check_rights(pmd, 0xc000007000)
        bench.create(pmd, VXLAN)
        expect(pmd.command('flow dump 0 all'), '# in the kernel, by TAP on steertap: 1 rules')
        listen(pmd)
        start = pmd.position()
        with bench.wire('steertap') as wire:
            frame, length = frames.Lengths().take(frames.Ether() / frames.IP() /
                                                  frames.UDP(dport=4789))
            wire.send(frame)
            pmd.seen(f'length={length} ', start, 5)
        found = [(r.queue, r.mark) for r in bench.reports(pmd, start) if r.length == length]
        check(found == [(2, 7)], f'came: {found}')
        bench.end(pmd)
    with nobody(*names[2:]):
        try:
            bench.testpmd('net_steer0,iface=tap:steertap,kernel=require').kill()
        except bench.Failed as error:
            expect(str(error), 'kernel=require, but load: ', 'CAP_BPF')
        else:
            raise bench.Wrong('not refused without CAP_BPF')


if __name__ == '__main__':
    sys.exit(bench.main([tap, tap_rss, capabilities], ['dpdk-testpmd', 'setpriv']))
