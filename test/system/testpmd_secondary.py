#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""DPDK's tools, which are secondary processes, work on the port of a running testpmd."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import bench
import frames
from bench import check, expect, forbid

MEGABYTES = 384
PLUG_IN = bench.EAL[-2:]
# A pool names its driver by number, in the order in which a process has loaded them. Debian's testpmd
# has one linked in, and so before all others: a tool that makes a pool needs it first as well.
POOLS = 'librte_mempool_dpaa.so'
VDEVS = ('net_steer0,iface=net_af_packet0', 'net_af_packet0,iface=lower')
RULE = 'pattern eth / ipv4 / udp dst is {} / end actions queue index {} / end'
# it has no -d
DUMPCAP_PRELOAD = f'{POOLS} {bench.PLUGIN}'
# where queues 0 to 3 get packets from, by rules
PORTS = [5000, 5001, 5002, 5003]


@contextlib.contextmanager
def primary(mode):
    """testpmd with memory that others can share. @return it and our end of its wire."""
    with bench.huge_pages(MEGABYTES), bench.veth('lower') as wire, bench.Testpmd(
            ['--no-pci', *PLUG_IN, bench.cores(), *(f'--vdev={v}' for v in VDEVS)],
            ['--rxq=4', '--txq=4', '--total-num-mbufs=8192', '--disable-link-check',
             f'--forward-mode={mode}', '--port-topology=loop']) as pmd:
        for queue, port in enumerate(PORTS):
            bench.create(pmd, RULE.format(port, queue))
        pmd.command('start')
        yield pmd, wire
        # it is as before
        seen = received(pmd)
        send(wire, 5)
        arrived(pmd, seen + 20)
        check(pmd.quit() == 0, f'testpmd did not end well: {pmd.last()}')


def frame(port, number):
    payload = f'{port} {number} '.encode().ljust(80, b'.')
    return bytes(frames.Ether() / frames.IP() / frames.UDP(dport=port) / frames.Raw(payload))


def send(wire, count):
    """As many frames to each queue. @return them."""
    sent = [frame(port, number) for number in range(count) for port in PORTS]
    for each in sent:
        wire.send(each)
    return sent


def received(pmd):
    return int(re.search(r'RX-packets: +(\d+)', pmd.command('show port stats 0')).group(1))


def arrived(pmd, count):
    end = time.monotonic() + 5
    while received(pmd) < count:
        check(time.monotonic() < end, f'{count} expected: {pmd.command("show port xstats 0")}')


class Tool:
    """A tool that runs until it is interrupted; its output is read as it comes."""

    def __init__(self, *argv, preload=POOLS):
        self.output = ''
        self.changed = threading.Condition()
        # not in blocks, as into a pipe
        self.process = subprocess.Popen(['stdbuf', '-oL', *argv], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        env={**os.environ, 'LD_PRELOAD': preload})
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while data := os.read(self.process.stdout.fileno(), 1 << 16):
            with self.changed:
                self.output += data.decode(errors='replace')
                self.changed.notify_all()

    def wait_for(self, words):
        with self.changed:
            found = self.changed.wait_for(lambda: words in self.output, 20)
        check(found, f'no "{words}" in: {self.output}')

    def end(self):
        """Interrupt it; what it said."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(20)
        self.reader.join(5)
        check(code == 0, f'exit code {code}: {self.output}')
        return self.output

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def proc_info(*options):
    done = subprocess.run(['dpdk-proc-info', '--no-pci', *PLUG_IN, '--', *options], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30,
                          stdin=subprocess.DEVNULL, check=False)
    check(done.returncode == 0, f'{options}: exit code {done.returncode}: {done.stdout}')
    return forbid(done.stdout, 'rror during', 'rror getting', 'Cannot')


def values(answer):
    return {name: int(value) for name, value in re.findall(r'^(\w+): (\d+)$', answer, re.M)}


def reading():
    """dpdk-proc-info reads statistics and settings of the port"""
    with primary('rxonly') as (pmd, wire):
        send(wire, 10)
        arrived(pmd, 40)
        answer = expect(re.sub(' +', ' ', proc_info('--stats')), 'RX-packets: 40 ')
        # from 25.11 on those of queues are among the extended ones only
        if 'Stats reg' in answer:
            expect(answer, 'Stats reg 3 RX-packets: 10 ')
        found = values(proc_info('--xstats'))
        check(found == values(pmd.command('show port xstats 0')), f'xstats: {found}')
        check(found['rx_flow_hits'] == 40 and found['rx_q2_packets'] == 10, f'xstats: {found}')
        expect(proc_info('--show-port'), 'driver net_steer device net_steer0', 'Link up',
               'promiscuous mode enabled', 'mtu (1500)', '3 descriptors', 'mempool mb_pool_0',
               'key len : 40', '6d5a56da255b0ec2')
        # the lower port, too, and that it is ours
        expect(proc_info('--show-port', '-p', '3'), 'driver net_af_packet device net_af_packet0',
               ':net_steer0')
        expect(proc_info('--show-rss-reta'), 'hash index=127, queue=3\n')
        expect(proc_info('-m'), 'mb_pool_0')


def resetting():
    """dpdk-proc-info resets statistics"""
    with primary('rxonly') as (pmd, wire):
        for option in ('--stats-reset', '--xstats-reset'):
            send(wire, 3)
            arrived(pmd, 12)
            proc_info(option)
            check(received(pmd) == 0, f'{option}: nothing is reset')
            found = values(pmd.command('show port xstats 0'))
            # basic statistics have no part in the lower port's extended ones
            left = {name: value for name, value in found.items() if value and
                    (option == '--xstats-reset' or not name.startswith('lower_'))}
            # net_af_packet of DPDK 25.03 and later, asked in a process that has not its sockets, adds
            # what the stack holds to this counter, without net_steer as well
            if bench.dpdk_release() >= (25, 3):
                left.pop('lower_rx_missed_errors', None)
            check(not left, f'{option}: {left} are not reset')


def hot_plug():
    """ports come and go in the primary while secondary processes do"""
    with primary('rxonly') as (pmd, _):
        for cycle in range(3):
            expect(pmd.command(f'port attach net_steer{cycle + 1},iface=(net_null{cycle})'),
                   'Port 2 is attached')
            expect(proc_info('--show-port', '-p', '4'), f'device net_steer{cycle + 1}')
            expect(pmd.command('port detach 2'), 'Device is detached')
            forbid(proc_info('--show-port', '-p', '4'), f'device net_steer{cycle + 1}')


def another_build():
    """a secondary process with another build of the driver is refused, and harms nothing"""
    with open(bench.PLUGIN, 'rb') as file:
        code = file.read()
    with open(f'{bench.SOURCE}/VERSION', 'rb') as file:
        ours = file.read().strip()
    named = ours.ljust(32, b'\0')
    check(code.count(named) == 1, f'{bench.PLUGIN} names its build {code.count(named)} times')
    with tempfile.TemporaryDirectory() as home, primary('rxonly'):
        plug_in = f'{home}/librte_net_steer.so'
        with open(plug_in, 'wb') as file:
            file.write(code.replace(named, b'other'.ljust(32, b'\0')))
        done = subprocess.run(
            ['dpdk-proc-info', '--no-pci', '-d', 'librte_net_steer.so', '--', '--xstats'],
            text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30, check=False,
            stdin=subprocess.DEVNULL, env={**os.environ, 'LD_LIBRARY_PATH': home})
        expect(done.stdout, f'the primary process has net_steer {ours.decode()}, this one')
        forbid(done.stdout, 'rx_flow_hits')


def read_capture(path):
    # readable by others as well: what it is made of is checked by a second program
    bench.world.run('tcpdump', '-nr', path)
    return [bytes(packet) for packet in frames.rdpcap(path)]


def same(captured, sent, what):
    """All frames, in any order of queues."""
    check(sorted(captured) == sorted(sent), f'{what}: {len(captured)} captured, {len(sent)} sent, '
          f'{len(set(sent) - set(captured))} missing')


@contextlib.contextmanager
def pdump(*tuples):
    arguments = [word for each in tuples for word in ('--pdump', each)]
    with Tool('dpdk-pdump', '--no-pci', '-l', bench.cores().split('@')[1].split(',')[0], *PLUG_IN,
              '--', *arguments) as tool:
        tool.wait_for(f'capture for ({len(tuples)}) tuples')
        yield tool
        tool.end()


def settled(path):
    """A capture has been written as far as there is something to write."""
    size = -1
    while size != (size := os.path.getsize(path)):
        time.sleep(0.3)


def pdumping():
    """dpdk-pdump captures what the port receives and sends, of all queues or of one"""
    with primary('io') as (pmd, wire):
        with pdump('port=0,queue=*,rx-dev=/run/rx.pcap,tx-dev=/run/tx.pcap'):
            sent = send(wire, 20)
            arrived(pmd, 80)
            settled('/run/tx.pcap')
        same(read_capture('/run/rx.pcap'), sent, 'received')
        same(read_capture('/run/tx.pcap'), sent, 'sent')
        with pdump('port=0,queue=2,rx-dev=/run/q2.pcap'):
            sent = send(wire, 20)
            arrived(pmd, 160)
            settled('/run/q2.pcap')
        captured = read_capture('/run/q2.pcap')
        # in order, as it is one queue
        check(captured == [f for f in sent if b'5002 ' in f], f'of queue 2: {captured}')


def pdumping_below():
    """dpdk-pdump captures what the lower port receives and sends"""
    with primary('io') as (pmd, wire):
        bench.create(pmd, RULE.format(9, 0).replace('queue index 0', 'drop'))
        with pdump('device_id=net_af_packet0,queue=*,rx-dev=/run/rx.pcap,tx-dev=/run/tx.pcap'):
            dropped = [frame(9, number) for number in range(5)]
            for each in dropped:
                wire.send(each)
            sent = send(wire, 10)
            arrived(pmd, 40)
            settled('/run/tx.pcap')
        same(read_capture('/run/rx.pcap'), dropped + sent, 'received')
        same(read_capture('/run/tx.pcap'), sent, 'sent')


def dumping():
    """dpdk-dumpcap writes pcapng with what the port receives and sends"""
    with primary('io') as (pmd, wire):
        with Tool('dpdk-dumpcap', '-i', 'net_steer0', '-w', '/run/both.pcapng',
                  preload=DUMPCAP_PRELOAD) as tool:
            tool.wait_for('Packets captured: ')
            sent = send(wire, 20)
            arrived(pmd, 80)
            tool.wait_for('160')
            answer = tool.end()
        expect(answer, "dropped on interface 'net_steer0': 160/0")
        with open('/run/both.pcapng', 'rb') as capture:
            check(capture.read(4) == b'\x0a\x0d\x0d\x0a', 'not pcapng')
        same(read_capture('/run/both.pcapng'), sent * 2, 'received and sent')
        # which dumpcap would have liked to end
        expect(pmd.command('show port info 0'), 'Promiscuous mode: enabled')
        expect(subprocess.run(['dpdk-dumpcap', '-D'], text=True,
                              env={**os.environ, 'LD_PRELOAD': DUMPCAP_PRELOAD}, timeout=30,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              check=False).stdout, 'net_steer0')


def telemetry():
    """telemetry of the primary shows the port"""
    with primary('rxonly') as (pmd, wire):
        send(wire, 10)
        arrived(pmd, 40)
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as link:
            link.settimeout(10)
            link.connect('/run/dpdk/rte/dpdk_telemetry.v2')
            link.recv(1 << 16)

            def ask(command):
                link.send(f'{command},0'.encode())
                return json.loads(link.recv(1 << 20))[command]

            stats = ask('/ethdev/stats')
            check(stats['ipackets'] == 40, stats)
            # not from 25.11 on
            check(stats.get('q_ipackets', [10] * 4)[3] == 10, stats)
            more = ask('/ethdev/xstats')
            check(more['rx_flow_hits'] == 40 and more['rx_q3_packets'] == 10, more)
            info = ask('/ethdev/info')
            check(info['name'] == 'net_steer0' and info['nb_rx_queues'] == 4, info)
            check(ask('/ethdev/link_status')['status'] == 'UP', 'no link')


def killed():
    """secondary processes that are killed leave the primary at work"""
    with primary('io') as (pmd, wire):
        with Tool('dpdk-dumpcap', '-q', '-P', '-i', 'net_steer0', '-w', '/run/killed.pcap',
                  preload=DUMPCAP_PRELOAD) as tool:
            end = time.monotonic() + 20
            while not os.path.exists('/run/killed.pcap'):
                check(time.monotonic() < end, tool.output)
                time.sleep(0.1)
            send(wire, 5)
        # its buffers are gone with it, packets are not
        seen = received(pmd)
        send(wire, 5)
        arrived(pmd, seen + 20)
        expect(proc_info('--show-port'), 'driver net_steer device net_steer0')


TESTS = [reading, resetting, hot_plug, another_build, pdumping, pdumping_below, dumping, telemetry,
         killed]

if __name__ == '__main__':
    sys.exit(bench.main(TESTS, ['dpdk-testpmd', 'dpdk-proc-info', 'dpdk-pdump', 'dpdk-dumpcap',
                                'tcpdump', 'stdbuf']))
