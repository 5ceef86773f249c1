#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""DPDK's own examples, as Debian ships their sources, compiled and run on net_steer ports."""

import collections
import contextlib
import ipaddress
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import bench
import world
from bench import Skip, check
from frames import IP, UDP, Ether, IPv6, Raw

SOURCES = '/usr/share/dpdk/examples'
ETH_P_ALL, PACKET_OUTGOING = 3, 4
FLOWS = 64
FRONT = '02:00:00:00:00:09'
LOWER = 'net_steer{0},iface=lower{0},lower=af_packet'
# l3fwd wants checksums to be looked at by the port
TAPS = ['net_steer0,iface=net_tap0', 'net_steer1,iface=net_tap1', 'net_tap0,iface=wire0',
        'net_tap1,iface=wire1']


@contextlib.contextmanager
def compiled(name):
    """An example's own make. @return the directory with the program and its data."""
    if not os.path.exists(f'{SOURCES}/{name}/Makefile'):
        raise Skip(f'{SOURCES}/{name} is not there: apt-get install dpdk-doc')
    with tempfile.TemporaryDirectory(dir=bench.BUILD, prefix='example-') as where:
        for part in ('common', name):
            shutil.copytree(f'{SOURCES}/{part}', f'{where}/{part}')
        # its warnings are none of ours, and neither is what make above us was told
        env = {key: value for key, value in os.environ.items() if not key.startswith('MAKE')}
        world.run('make', '-C', f'{where}/{name}', 'CC=cc -w', env=env)
        yield f'{where}/{name}'


class Example:
    """A running example, which must end well when it is interrupted."""

    def __init__(self, program, vdevs, args=()):
        # EAL needs a run-time directory for telemetry, and tables of routes much memory
        eal = ['512' if option == bench.MEGABYTES else option
               for option in bench.EAL if option != '--no-shconf'] + [
            bench.cores(), *(f'--vdev={vdev}' for vdev in vdevs)]
        self.output = tempfile.TemporaryFile('w+b')  # noqa: SIM115
        # it is to say at once what it says
        self.process = subprocess.Popen(['stdbuf', '-oL', program, *eal, '--', *args],
                                        stdin=subprocess.DEVNULL, stdout=self.output,
                                        stderr=subprocess.STDOUT, start_new_session=True)

    def said(self):
        self.output.seek(0)
        return self.output.read().decode(errors='replace')

    def wait(self, condition, seconds=60):
        """Until what it has said is as it should be."""
        end = time.monotonic() + seconds
        while not condition(said := self.said()):
            check(time.monotonic() < end and self.process.poll() is None, said[-3000:])
            time.sleep(0.02)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.process.send_signal(signal.SIGINT)
            code = self.process.wait(60)
            check(code == 0, f'ended with {code}: {self.said()[-3000:]}')
        self.process.kill()
        self.process.wait()
        self.output.close()


def telemetry(command):
    """What the running DPDK application answers to dpdk-telemetry.py."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as client:
        client.connect('/run/dpdk/rte/dpdk_telemetry.v2')
        client.recv(1 << 12)
        client.send(command.encode())
        return json.loads(client.recv(1 << 16))[command.split(',')[0]]


def routed(wire, count, seconds=10):
    """Frames that came in by a wire, as scapy has them, by the number at their end."""
    found, end = {}, time.monotonic() + seconds
    wire.settimeout(0.1)
    while len(found) < count and time.monotonic() < end:
        with contextlib.suppress(TimeoutError):
            frame, (_, _, kind, *_) = wire.recvfrom(2048)
            tag = re.search(rb'<(\d+)>$', frame)
            if tag and kind != PACKET_OUTGOING:
                check(int(tag.group(1)) not in found, f'twice: {frame.hex()}')
                found[int(tag.group(1))] = Ether(frame)
    return found


def send(wire, packets):
    for number, packet in enumerate(packets):
        wire.send(bytes(packet / Raw(b'.' * 40 + b'<%d>' % number)))


def check_route(made, packet, port):
    """l3fwd's own marks on what it forwards: its MAC address for a port, and IPv4 has a hop less."""
    layer = IP if IP in packet else IPv6
    words = f'{packet.summary()} to port {port}: {made!r}'
    check(made.dst == f'02:00:00:00:00:{port:02x}', words)
    check(layer is IPv6 or made.ttl == packet.ttl - 1, words)
    check(all(getattr(made[layer], field) == getattr(packet[layer], field)
              for field in ('src', 'dst')) and made.sport == packet.sport, words)


def l3fwd_on(lookup, where):
    """One way to look a route up, in both directions and for both versions of IP."""
    four = ','.join(f'({port},{queue},{queue % 2})' for port in (0, 1) for queue in range(4))
    with Example(f'{where}/build/l3fwd', TAPS,
                 [f'--lookup={lookup}', '-p', '3', '-P', f'--config={four}',
                  f'--rule_ipv4={where}/lpm_default_v4.cfg',
                  f'--rule_ipv6={where}/lpm_default_v6.cfg']) as example:
        example.wait(lambda said: said.count('entering main loop on lcore') == 2)
        wires = [bench.wire(f'wire{n}', ETH_P_ALL) for n in (0, 1)]
        for there in (1, 0):
            packets = [Ether(dst=FRONT) / IP(dst=f'198.18.{there}.{n + 1}') /
                       UDP(sport=n, dport=9) for n in range(FLOWS)]
            net = int(ipaddress.ip_address(f'2001:200:0:{there}::'))
            packets += [Ether(dst=FRONT) /
                        IPv6(dst=str(ipaddress.ip_address(net + n + 1))) /
                        UDP(sport=n, dport=9) for n in range(FLOWS)]
            send(wires[1 - there], packets)
            made = routed(wires[there], len(packets))
            check(len(made) == len(packets), f'{len(packets)} sent, {len(made)} forwarded')
            for number, packet in enumerate(packets):
                check_route(made[number], packet, there)
        for port in (0, 1):
            xstats = telemetry(f'/ethdev/xstats,{port}')
            each = [xstats[f'rx_q{q}_packets'] for q in range(4)]
            print(f'# {lookup}: port {port}: packets of each queue:', *each)
            check(all(each), f'a queue of port {port} got nothing')


def l3fwd():
    """l3fwd routes IPv4 and IPv6 between two ports, each with four queues on two lcores"""
    bench.need_tap()
    with compiled('l3fwd') as where:
        for lookup in ('lpm', 'fib'):
            l3fwd_on(lookup, where)


def flow_filtering():
    """flow_filtering's rule brings its packets, and no others, to its queue"""
    # by templates it configures one flow queue and uses a second one, which is refused
    args = ['--non-template'] if bench.dpdk_release() >= (24, 3) else []
    with compiled('flow_filtering') as where, bench.veth('lower0') as wire, \
            Example(f'{where}/build/flow', [LOWER.format(0)], args) as example:
        example.wait(lambda said: 'port: 0 done' in said)
        # by their sources: 1 for the rule's target, 2 for another. It asks for no RSS
        for n in range(FLOWS):
            for kind in (1, 2):
                wire.send(bytes(Ether(src=f'02:00:00:00:{kind:02x}:{n:02x}', dst=FRONT) /
                                IP(src=f'10.0.0.{n}', dst=f'192.168.1.{kind}') / UDP(sport=n)))
        example.wait(lambda said: len(re.findall('src=02:00:00:00:0[12]', said)) == 2 * FLOWS, 10)
        found = collections.Counter(re.findall(r'src=02:00:00:00:(..):.. .* queue=0x(\d+)',
                                               example.said()))
        check(found == {('01', '1'): FLOWS, ('02', '0'): FLOWS}, f'kind and queue: {found}')


TESTS = [l3fwd, flow_filtering]

if __name__ == '__main__':
    sys.exit(bench.main(TESTS, ['make', 'cc', 'stdbuf']))
