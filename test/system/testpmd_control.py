#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Rules by requests: an application that never called rte_flow is steered while packets arrive."""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time

import bench
import frames
import telemetry
from bench import check
from telemetry import Telemetry

LOWER = 'net_af_packet0,iface=lower,qpairs=1'
PREFIX = f'steer_control_{os.getpid()}'
NOBODY = 65534
CLIENTS = 9
REQUESTS = 1000

CONNECT = 'import socket, sys; ' \
    'socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET).connect(sys.argv[1])'


@contextlib.contextmanager
def port(control='on'):
    """A testpmd in rxonly over a pair of interfaces; it, our end of the pair, its telemetry."""
    with bench.veth('lower') as wire, \
            bench.testpmd(f'net_steer0,iface=net_af_packet0,control={control}', LOWER,
                          eal=[f'--file-prefix={PREFIX}']) as pmd:
        with Telemetry(PREFIX) as client:
            yield pmd, wire, client
        check(pmd.quit() == 0, f'testpmd did not end well: {pmd.last()}')


def rule(dport, queue, priority=0):
    return f'priority {priority} ingress pattern eth / ipv4 / udp dst is {dport} / end ' \
        f'actions queue index {queue} / end'


def packets(pmd):
    """What each queue has received, as the application counts."""
    stats = pmd.command('show port xstats 0')
    return [int(n) for n in re.findall(r'(?m)^rx_q\d+_packets: (\d+)', stats)]


def steered(pmd, wire, dport, n=20):
    """Send; by which queues they come."""
    time.sleep(0.3)
    before = packets(pmd)
    for _ in range(n):
        wire.send(bytes(frames.Ether() / frames.IP() / frames.UDP(dport=dport) /
                        frames.Raw(b'.' * 58)))
    end = time.monotonic() + 5
    while True:
        came = [b - a for a, b in zip(before, packets(pmd))]
        if sum(came) >= n or time.monotonic() > end:
            check(sum(came) == n, f'{n} packets sent, {came} came')
            return [queue for queue, each in enumerate(came) if each]


class Traffic:
    """Packets all the time, by a thread."""

    def __init__(self, wire, dports):
        self.wire, self.dports, self.over = wire, dports, False
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.over:
            for dport in self.dports:
                self.wire.send(bytes(frames.Ether() / frames.IP() / frames.UDP(dport=dport)))
            time.sleep(0.001)

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *_):
        self.over = True
        self.thread.join()


def at_run_time():
    """testpmd in rxonly, never given a flow command, while packets arrive"""
    with port() as (pmd, wire, client):
        pmd.command('start')
        with Traffic(wire, [1000]):
            made = client.ask('/steer/flow_create', 0, rule(53, 2))
            check(made.get('port') == 0 and 'flow' in made, f'{made}')
            number = made['flow']
            token = client.ask('/steer/load_begin', 0)['load']
            for queue in range(4):
                answer = client.ask('/steer/load_add', 0, token, rule(100 + queue, queue))
                check(answer.get('line') == queue + 1, f'{answer}')
            check(client.ask('/steer/load_commit', 0, token) == {'port': 0, 'flows': 4}, 'commit')
        for dport, queue in ((53, 2), (100, 0), (101, 1), (102, 2), (103, 3)):
            check(steered(pmd, wire, dport) == [queue], f'port {dport} is not on queue {queue}')
        found = client.pages('/steer/flows', 0, 'flows')
        check([f['made_by'] for f in found.values()] == ['control'] * 5, f'{found}')
        # they outlive the application's flush, stop and start
        pmd.command('flow flush 0')
        pmd.command('stop')
        pmd.command('port stop 0')
        pmd.command('port start 0')
        pmd.command('start')
        check(steered(pmd, wire, 53) == [2], 'not after stop and start')
        check(client.ask('/steer/flow_destroy', 0, number) == {'port': 0, 'flow': number}, 'gone')
        check(client.ask('/steer/flow_flush', 0) == {'port': 0, 'destroyed': 4}, 'flush')
        check(client.ask('/steer/info', 0)['flows'] == 0, 'rules are left')


def load(client, dports, queue):
    token = client.ask('/steer/load_begin', 0, 'replace')['load']
    for dport in dports:
        client.ask('/steer/load_add', 0, token, rule(dport, queue))
    check(client.ask('/steer/load_commit', 0, token)['flows'] == len(dports), 'commit')


def exchanged():
    """All rules at once by others, and back: never a packet without a rule"""
    dports = range(100, 110)
    with port() as (pmd, wire, client):
        pmd.command('start')
        load(client, dports, 1)
        before = packets(pmd)
        with Traffic(wire, dports):
            for turn in range(50):
                load(client, dports, 1 + turn % 2)
        check(steered(pmd, wire, 105) == [2], 'not by the last load')
        came = [b - a for a, b in zip(before, packets(pmd))]
        check(came[0] == 0 and came[3] == 0 and came[1] + came[2] > 20, f'{came}')
        check(client.ask('/steer/info', 0)['flows'] == 10, 'rules are left')


def off():
    """control=off refuses what changes rules"""
    with port('off') as (_, _, client):
        for command, *params in (('flow_create', rule(53, 2)), ('flow_destroy', 1, 'any'),
                                 ('flow_flush',), ('load_begin',), ('load_add', 1, rule(5, 1)),
                                 ('load_commit', 1), ('load_abort', 1)):
            answer = client.ask(f'/steer/{command}', 0, *params)
            check(answer['errno'] == 1 and 'control=on' in answer['error'], f'{command}: {answer}')
        check(client.ask('/steer/flow_validate', 0, rule(53, 2)) == {'port': 0}, 'validate')
        check(client.ask('/steer/info', 0)['flows'] == 0, 'there are rules')


def bad_requests():
    """Requests that nobody should take."""
    good = f'/steer/flow_create,0,{rule(9, 1)}'.encode()
    return [good[:-n] for n in range(1, 40)] + [
        good + b' ' * (1023 - len(good)), good + b' ' * 4000,
        b'/steer/flow_create,0,' + b'a' * 60000,
        b'/steer/flow_create,0,' + bytes(range(1, 256)), bytes(range(256)), b'/steer/flow_create',
        b'\0', b',', b',,,,', b'/steer/flow_create,' + b'0' * 900, b'/steer/flow_create,-1,x',
        b'/steer/flow_create,0,\xff\xfe\xfd', b'/steer/flow_create,7,' + rule(9, 1).encode(),
        b'/steer/flow_destroy,0,18446744073709551615', b'/steer/flow_destroy,0,1,all',
        b'/steer/load_add,0,1,' + rule(9, 1).encode(), b'/steer/load_commit,0,0',
        b'/steer/load_begin,0,replace,replace', b'/steer/flow_flush,0,0',
        b'{"/steer/flow_create": "json"}', b'/steer/flow_create,0,%n%n%s%s']


def is_refused(answer):
    return answer is None or (isinstance(answer, dict) and 'errno' in answer)


def refusals():
    """Malformed, oversized, binary, at once from nine clients: errors, and nothing changes"""
    requests, answered, wrong = bad_requests(), [], []

    def run(client, number):
        for turn in range(number, REQUESTS, CLIENTS):
            request = requests[turn % len(requests)]
            answer = client.send(request)
            answered.append(turn)
            if not is_refused(answer):
                wrong.append((request[:60], answer))

    with port() as (pmd, wire, client):
        pmd.command('start')
        client.ask('/steer/flow_create', 0, rule(53, 2))
        before = client.ask('/steer/flows', 0)
        with contextlib.ExitStack() as stack:
            clients = [stack.enter_context(Telemetry(PREFIX)) for _ in range(CLIENTS)]
            threads = [threading.Thread(target=run, args=each) for each in zip(clients, range(99))]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        check(not wrong, f'{len(wrong)} are answered: {wrong[:3]}')
        check(len(answered) == REQUESTS, f'{len(answered)} answers to {REQUESTS} requests')
        check(client.ask('/steer/flows', 0) == before, 'rules have changed')
        check(steered(pmd, wire, 53) == [2], 'packets go otherwise')


def access():
    """Another user cannot connect"""
    if shutil.which('setpriv') is None:
        raise bench.Skip('no setpriv')
    command = [sys.executable, '-c', CONNECT, telemetry.path(PREFIX)]
    other = ['setpriv', f'--reuid={NOBODY}', f'--regid={NOBODY}', '--clear-groups']
    with port() as (_, _, client):
        check(subprocess.run(command, check=False).returncode == 0, 'we cannot connect')
        tried = subprocess.run([*other, *command], capture_output=True, text=True, check=False)
        check(tried.returncode != 0 and 'PermissionError' in tried.stderr,
              f'user {NOBODY}: {tried.returncode} {tried.stderr}')
        check(client.ask('/steer/list') == [0], 'the port')


if __name__ == '__main__':
    sys.exit(bench.main([at_run_time, exchanged, off, refusals, access], ['dpdk-testpmd']))
