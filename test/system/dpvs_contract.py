#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""What DPVS demands of its ports, by a program that demands the same, see dpvs_contract/.

It balances real connections by full NAT. A worker can use an answer of the server only if it has
the connection: all must come to the right one. The last test prints how it went, and how it goes
without net_steer.
"""

import asyncio
import collections
import contextlib
import os
import subprocess
import sys

import bench
import dpvs_hosts
from bench import check

SOCKET = '/run/vhost.sock'
VLAN = 100
PROGRAM = os.path.join(bench.BUILD, 'test', 'system', 'dpvs_contract', 'dpvs-contract')
STREAMS, DATAGRAMS, SECONDS = 200, 16, 20
# without net_steer most fail: no need to wait for them
PLAIN_STREAMS, PLAIN_SECONDS = 60, 1.5

Row = collections.namedtuple('Row', 'lower workers connections completed replies right')
rows = []


def lanes(workers):
    """EAL's --lcores: one for the main thread, and up to two on which the workers take turns."""
    cpus = sorted(os.sched_getaffinity(0))
    return f'--lcores=0@{cpus[0]},1@{cpus[0]}' + (f',2@{cpus[-1]}' if workers > 1 else '')


class Contract:
    """The program at work; its words are lines that begin with what they are about."""

    def __init__(self, workers, vdevs, args=(), eal=()):
        argv = [PROGRAM, *(eal or bench.EAL), lanes(workers), *(f'--vdev={v}' for v in vdevs), '--',
                f'--workers={workers}', *args]
        for key, values in (('neighbour', dpvs_hosts.NEIGHBOURS), ('mac', dpvs_hosts.MACS),
                            ('vip', dpvs_hosts.VIP.values()), ('lip', dpvs_hosts.LIP.values()),
                            ('rs', dpvs_hosts.SERVER.values()),
                            ('kernel', dpvs_hosts.KERNEL.values())):
            argv += [f'--{key}={value}' for value in values]
        self.lines = []
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)

    def wait_ready(self):
        """@return the addresses of both ports."""
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if self.lines[-1] == 'ready':
                return [words[2] for words in self.said('address')]
        raise bench.Wrong('\n'.join(self.lines[-8:]))

    def said(self, kind):
        return [line.split() for line in self.lines if line.startswith(f'{kind} ')]

    def notes(self):
        """What was refused, each once."""
        return list(dict.fromkeys(' '.join(words[1:]) for words in self.said('note')))

    def finish(self):
        """Let it end. @return what each worker counted."""
        output, _ = self.process.communicate()
        self.lines += output.splitlines()
        check(self.process.returncode == 0, '\n'.join(self.lines[-8:]))
        return [{key: int(value) for key, value in (pair.split('=') for pair in words[1:])}
                for words in self.said('worker')]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def introduce(client, server, macs):
    client.knows(macs[0], *dpvs_hosts.VIP.values(), *dpvs_hosts.KERNEL.values())
    server.knows(macs[1], *dpvs_hosts.LIP.values())


def total(counts, key):
    return sum(count[key] for count in counts)


def judge(counts, workers, done):
    """All that is expected with net_steer."""
    check(done == [STREAMS, DATAGRAMS, DATAGRAMS],
          f'of {STREAMS} connections, {DATAGRAMS} datagrams and as many to the kernel '
          f'{done} were answered')
    check(total(counts, 'connections') == STREAMS + DATAGRAMS, f'connections: {counts}')
    for nothing in ('wrong', 'unknown', 'strayed', 'foreign', 'refused'):
        check(total(counts, nothing) == 0, f'{nothing}: {counts}')
    check(counts[-1]['kernel'] >= DATAGRAMS, f'to the kernel: {counts}')
    for count in counts[:workers]:
        check(count['connections'] > 0, f'a worker has none: {counts}')
        check(count['destroyed'] == 4, f'copies of rules are still there: {counts}')


def balance(lower, workers, *vdevs, args=(), host=contextlib.nullcontext, vlan=0):
    """Two net_steer ports between client and server, and what the lower ports need there."""
    with dpvs_hosts.hosts(vlan) as (client, server), host(), \
            Contract(workers, vdevs, args) as program:
        introduce(client, server, program.wait_ready())
        done = asyncio.run(dpvs_hosts.meet(client, server, STREAMS, DATAGRAMS, SECONDS))
        counts = program.finish()
    rows.append(Row(lower, workers, STREAMS, done[0], total(counts, 'right') +
                    total(counts, 'wrong'), total(counts, 'right')))
    judge(counts, workers, done)


def af_packet(workers, *args):
    balance('af_packet', workers, 'net_steer0,iface=net_af_packet0',
            'net_steer1,iface=net_af_packet1', 'net_af_packet0,iface=wan,qpairs=2',
            'net_af_packet1,iface=lan,qpairs=2', args=args)


def one_worker():
    """1 worker over af_packet, its rules with mask 0"""
    af_packet(1)


def two_workers():
    """2 workers over af_packet"""
    af_packet(2)


def three_workers():
    """3 workers over af_packet, local ports that are nobody's"""
    af_packet(3)


def four_workers():
    """4 workers over af_packet, rules with FUZZY"""
    af_packet(4, '--signature')


def eight_workers():
    """8 workers over af_packet"""
    af_packet(8)


def af_xdp(workers, lower='af_xdp', **more):
    """net_steer makes the lower ports itself."""
    balance(lower, workers, 'net_steer0,iface=wan,lower=af_xdp',
            'net_steer1,iface=lan,lower=af_xdp', **more)


def af_xdp_two():
    """2 workers over af_xdp"""
    af_xdp(2)


def af_xdp_four():
    """4 workers over af_xdp"""
    af_xdp(4)


def vlan_two():
    """2 workers over af_xdp, the servers in a VLAN of which no rule speaks"""
    af_xdp(2, 'af_xdp, servers in VLAN', args=[f'--vlan={VLAN}'], vlan=VLAN)


@contextlib.contextmanager
def virtio_host():
    """Another testpmd plays the host: what comes by both wires is handed on to vhost ports."""
    wires = [f'net_af_packet{i},iface={wire},qpairs=2' for i, wire in enumerate(('wan', 'lan'))]
    vhosts = [f'net_vhost{i},iface={SOCKET}{i},queues=2' for i in range(2)]
    # ports 0 and 1 are a pair, and 2 and 3
    with bench.testpmd(wires[0], vhosts[0], wires[1], vhosts[1], queues=2,
                       args=['--forward-mode=io', '--port-topology=paired']) as host:
        host.command('start')
        yield
        check(host.quit() == 0, f'the host did not end well: {host.last()}')


def virtio_user(workers):
    """The ports of a virtual machine, without it."""
    users = [f'net_virtio_user{i},path={SOCKET}{i},queues=2' for i in range(2)]
    balance('virtio_user', workers, 'net_steer0,iface=net_virtio_user0',
            'net_steer1,iface=net_virtio_user1', *users, host=virtio_host)


def virtio_two():
    """2 workers over virtio_user"""
    virtio_user(2)


def virtio_four():
    """4 workers over virtio_user"""
    virtio_user(4)


def plain(workers):
    """The same without net_steer, on ports with as many queues as there are workers."""
    with dpvs_hosts.hosts() as (client, server), Contract(
            workers, [f'net_af_packet0,iface=wan,qpairs={workers}',
                      f'net_af_packet1,iface=lan,qpairs={workers}'], ['--plain']) as program:
        introduce(client, server, program.wait_ready())
        done = asyncio.run(dpvs_hosts.meet(client, server, PLAIN_STREAMS, 0, PLAIN_SECONDS))
        counts = program.finish()
    rows.append(Row('none: plain af_packet', workers, PLAIN_STREAMS, done[0],
                    total(counts, 'right') + total(counts, 'wrong'), total(counts, 'right')))
    for note in program.notes():
        print(f'# plain: {note}')
    check(total(counts, 'refused') == 8 * workers, f'plain ports take rules: {counts}')
    check(total(counts, 'wrong') > 0, f'no reply came to a wrong worker: {counts}')


def plain_two():
    """2 workers on plain af_packet ports: rules are refused, replies go astray"""
    plain(2)


def plain_four():
    """4 workers on plain af_packet ports: rules are refused, replies go astray"""
    plain(4)


def table():
    """each reply has come to the worker that owns its connection"""
    print(f'# {"net_steer over":24}{"workers":>8}{"connections":>13}{"completed":>11}'
          f'{"replies":>9}{"at the right worker":>21}')
    for row in rows:
        share = 100 * row.right / max(row.replies, 1)
        print(f'# {row.lower:24}{row.workers:8}{row.connections:13}{row.completed:11}'
              f'{row.replies:9}{share:19.1f} %')
    for row in rows:
        if not row.lower.startswith('none'):
            check(row.replies > 0 and row.right == row.replies, f'{row}')
            check(row.completed == row.connections, f'{row}')


TESTS = [one_worker, two_workers, three_workers, four_workers, eight_workers, af_xdp_two, af_xdp_four,
         vlan_two, virtio_two, virtio_four, plain_two, plain_four, table]

if __name__ == '__main__':
    sys.exit(bench.main(TESTS, ['ip', 'ethtool']))
