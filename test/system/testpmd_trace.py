#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""steer-trace and a running port agree, packet by packet, on the demonstration's traffic.

The lower port is DPDK's that reads a capture; what testpmd receives by queue i leaves by queue i of
another one, which writes it into a file of its own.
"""

import contextlib
import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import time

import bench
import world
from bench import check
from rules import rules
from topology import CLIENT, OTHER, SERVER

PROGRAM = os.path.join(bench.BUILD, 'app', 'steer-trace', 'steer-trace')
TRAFFIC = os.path.join(os.path.dirname(world.__file__), 'traffic.py')
PACKETS = 100_000
REPORTED = 1_000
MORE = (
    'priority 2 ingress pattern eth / arp_eth_ipv4 / end actions mark id 9 / count / queue index 3'
    ' / end',
    'priority 2 ingress pattern eth / ipv4 / icmp / end actions count / flag / end',
    'priority 2 ingress pattern eth / ipv4 / udp src spec 8000 src last 8011 src mask 65535'
    ' dst mask 0 / end actions count / queue index 1 / end',
    f'priority 2 ingress pattern eth / ipv4 dst is {OTHER} / tcp flags spec 2 flags mask 2 / end'
    ' actions mark id 11 / count / rss types ipv4-tcp end queues 2 3 end / end',
    f'priority 3 ingress pattern eth / ipv4 src is {CLIENT} ttl is 64 / end actions mark id 12 /'
    ' passthru / end',
)


def table():
    """Commands of the demonstration's rules, and of others."""
    return [rule.command(0) for rule in rules()] + [f'flow create 0 {rule}' for rule in MORE]


# The capture

def connect(client, server):
    """Two hosts and a wire: no frame is longer than those of a real one, checksums are finished."""
    client.run('ip', 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns',
               server.name)
    for host, addresses in ((client, (CLIENT,)), (server, (SERVER, OTHER))):
        host.run('ethtool', '-K', 'eth0', 'tx', 'off', 'gro', 'off', 'tso', 'off')
        for address in addresses:
            host.run('ip', 'address', 'add', f'{address}/24', 'dev', 'eth0')
        host.run('ip', 'link', 'set', 'eth0', 'up')


def count(path):
    """Packets of a capture."""
    return sum(1 for _ in read(path))


def capture(path):
    """Traffic of the demonstration until there are enough packets of it."""
    client, server = world.Netns('client'), world.Netns('server')
    connect(client, server)
    echo = server.start(sys.executable, TRAFFIC, 'serve', stdout=subprocess.PIPE, text=True)
    dump = client.start('tcpdump', '-i', 'eth0', '-s', '0', '-B', '65536', '-U', '-Z', 'root',
                        '-w', path, stderr=subprocess.PIPE, text=True)
    check('listening' in dump.stderr.readline(), 'tcpdump does not listen')
    check(echo.stdout.readline() == 'ready\n', 'the server is not ready')
    while count(path) < PACKETS:
        client.run(sys.executable, TRAFFIC, 'talk', '20')
        time.sleep(1)
    for process in (dump, echo):
        process.terminate()
        process.wait(20)


def read(path):
    """Packets of a capture, as far as it is written."""
    with open(path, 'rb') as file:
        order = '<' if file.read(24)[:1] in (b'\xd4', b'\x4d') else '>'
        while len(header := file.read(16)) == 16:
            data = file.read(struct.unpack(order + '4I', header)[2])
            yield data


# steer-trace

def trace(*args):
    """What steer-trace prints; its end must be good."""
    done = subprocess.run([PROGRAM, '-q', str(bench.QUEUES), *args], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)
    check(done.returncode == 0, f'steer-trace {args}: {done.returncode}, {done.stderr[-500:]}')
    return done.stdout


def verdicts(rules_path, capture_path):
    """[(queue or None, mark or None, hash or None, rule or None)] of each packet."""
    found = []
    for line in trace('-r', rules_path, '--json', capture_path).splitlines():
        told = json.loads(line)
        found.append((told.get('queue'), told.get('mark'), told.get('hash'), told.get('rule')))
    return found


# testpmd

@contextlib.contextmanager
def port(capture_path, *out, args=()):
    """testpmd whose lower port reads the capture, with the rules; it must end well."""
    writer = ['net_pcap1,' + ','.join(f'tx_pcap={path}' for path in out)] if out else []
    with bench.testpmd('net_steer0,iface=net_pcap0', f'net_pcap0,rx_pcap={capture_path}', *writer,
                       args=(*args, '--no-flush-rx')) as pmd:
        for command in table():
            bench.create(pmd, command)
        yield pmd
        bench.end(pmd)


def hits(pmd):
    """{index of a rule that counts: its hits}"""
    found = {}
    for i, command in enumerate(table()):
        if ' count ' in command:
            told = re.search(r'hits: (\d+)', pmd.command(f'flow query 0 {i} count'))
            found[i] = int(told.group(1)) if told else None
    return found


def received(pmd, wanted):
    """Wait until the lower port has read all of its capture."""
    end = time.monotonic() + 60
    while True:
        told = dict(re.findall(r'^(\w+): (\d+)$', pmd.command('show port xstats 0'), re.M))
        if int(told['lower_rx_good_packets']) >= wanted:
            check(int(told['lower_rx_good_packets']) == wanted, told)
            check(told['rx_missed_errors'] == '0', f'packets were lost: {told}')
            return
        check(time.monotonic() < end, f'{wanted} packets expected: {told}')
        time.sleep(0.2)


class Work:
    """What both tests need: made once."""

    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix='steer-trace-', dir='/run')
        self.capture = os.path.join(self.directory, 'capture.pcap')
        self.rules = os.path.join(self.directory, 'rules')
        with open(self.rules, 'w', encoding='ascii') as file:
            file.write('\n'.join(table()) + '\n')
        capture(self.capture)
        self.packets = list(read(self.capture))
        self.verdicts = verdicts(self.rules, self.capture)

    def path(self, name):
        return os.path.join(self.directory, name)


WORK = []


def work():
    if not WORK:
        WORK.append(Work())
    return WORK[0]


# Tests

def queues():
    """100,000 packets: each comes by the queue that steer-trace says, each rule counts as many"""
    w = work()
    check(len(w.packets) >= PACKETS and len(w.verdicts) == len(w.packets),
          f'{len(w.verdicts)} verdicts, {len(w.packets)} packets')
    out = [w.path(f'queue{i}.pcap') for i in range(bench.QUEUES)]
    with port(w.capture, *out, args=('--forward-mode=io', '--portlist=0,2')) as pmd:
        pmd.command('start')
        received(pmd, len(w.packets))
        pmd.command('stop')
        counted = hits(pmd)
    for i, path in enumerate(out):
        wanted = [p for p, v in zip(w.packets, w.verdicts) if v[0] == i]
        found = list(read(path))
        check(wanted, f'no packet for queue {i}')
        check(found == wanted, f'queue {i}: {len(found)} packets, {len(wanted)} of steer-trace')
    told = json.loads(trace('-r', w.rules, '--summary', '--json', w.capture))['summary']
    for i, rule in enumerate(told['rules']):
        if i in counted:
            check(rule['packets'] == counted[i], f'rule {i}: {counted[i]} hits, {rule}')
    check(sum(1 for hit in counted.values() if hit) > 8, f'too few rules were hit: {counted}')


def marks():
    """mark and hash of each of the first packets, as testpmd reports them"""
    w = work()
    first = w.path('first.pcap')
    with open(w.capture, 'rb') as source, open(first, 'wb') as file:
        file.write(source.read(24))
        for _ in range(REPORTED):
            header = source.read(16)
            file.write(header + source.read(struct.unpack('=4I', header)[2]))
    with port(first) as pmd:
        pmd.command('set verbose 1')
        start = pmd.position()
        pmd.send('start')
        wanted = sum(v[0] is not None for v in w.verdicts[:REPORTED])
        end = time.monotonic() + 60
        while len(bench.reports(pmd, start)) < wanted and time.monotonic() < end:
            time.sleep(0.2)
        # as packets come at once, the prompt of "start" may stand in the middle of a report
        pmd.skip()
        pmd.command('stop')
        reports = bench.reports(pmd, start)
    for queue in range(bench.QUEUES):
        found = [(r.mark, r.hash) for r in reports if r.queue == queue]
        wanted = [(v[1], v[2]) for v in w.verdicts[:REPORTED] if v[0] == queue]
        check(found == wanted, f'queue {queue}: {len(found)} reports, {len(wanted)} wanted, first '
              f'other: {next((p for p in zip(found, wanted) if p[0] != p[1]), None)}')
    check(any(r.mark for r in reports), 'no packet was marked')


def pcapng():
    """the same of a capture in pcapng, by standard input"""
    w = work()
    first = w.path('first.pcap')
    blocks = [struct.pack('<IIIHHqI', 0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0, -1, 28),
              struct.pack('<IIHHII', 1, 20, 1, 0, 0, 20)]
    for packet in read(first):
        padded = packet + b'\0' * (-len(packet) % 4)
        length = 32 + len(padded)
        blocks.append(struct.pack('<IIIIIII', 6, length, 0, 0, 0, len(packet), len(packet)) +
                      padded + struct.pack('<I', length))
    with open(w.path('first.pcapng'), 'wb') as file:
        file.write(b''.join(blocks))
    check(verdicts(w.rules, w.path('first.pcapng')) == w.verdicts[:REPORTED], 'others in pcapng')


def errors():
    """bad rules, captures and command lines are refused, in words"""
    w = work()
    bad = w.path('bad')
    with open(bad, 'w', encoding='ascii') as file:
        file.write('# fine\nflow create 0 ingress pattern eth / ipv5 / end actions drop / end\n')
    torn = w.path('torn.pcap')
    with open(w.capture, 'rb') as source, open(torn, 'wb') as file:
        file.write(source.read(1000))
    for args, code, words in (
            (('-r', bad, '00'), 1, f'{bad}:2:'),
            (('-r', bad, '00'), 1, '^'),
            (('-r', w.path('none'), '00'), 1, 'No such file'),
            ((w.path('none'),), 1, 'No such file'),
            ((bad,), 1, 'hexadecimal'),
            ((torn,), 1, 'truncated'),
            ((w.directory,), 1, 'directory'),
            (('-q', '65', '00'), 2, 'from 1 to 64'),
            (('--rss=nonsense', '00'), 2, 'types are wanted'),
            (('--reta=9', '00'), 2, 'existing queues'),
            ((), 2, 'is wanted')):
        done = subprocess.run([PROGRAM, *args], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              text=True, check=False)
        check(done.returncode == code and words in done.stderr,
              f'{args}: {done.returncode}, {done.stderr}')


if __name__ == '__main__':
    if not os.path.exists(PROGRAM):
        print(f'not ok {PROGRAM} was not built: it needs libpcap (libpcap-dev)')
        sys.exit(1)
    sys.exit(bench.main([queues, marks, pcapng, errors], ('ethtool', 'tcpdump', 'dpdk-testpmd')))
