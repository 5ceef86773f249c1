#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Open vSwitch with DPDK and hw-offload=true on net_steer ports: its flows become MARK rules."""

import contextlib
import re
import signal
import socket
import sys
import threading
import time

import bench
import frames
import ovs
from bench import Skip, check
from frames import ICMP, IP, SCTP, TCP, UDP, Dot1Q, Ether, Raw

FLOWS = 200
SOURCE, TARGET = '02:00:00:00:00:01', '02:00:00:00:00:02'
IN, OUT = 1, 2
TAP = 'tap:wire{}'
ETH_P_ALL, PACKET_OUTGOING, SO_RCVBUFFORCE = 3, 4, 33
ETH = Ether(src=SOURCE, dst=TARGET)
IP4 = IP(src='10.0.0.1', dst='10.0.0.2')
IP6 = frames.IPv6(src='fd00::1', dst='fd00::2')
# what has brought a packet to its flow, other than a mark; the last two are 4.0's for those before
LOOKUPS = ('simple match hits', 'emc hits', 'smc hits', 'megaflow hits',
           'miss with success upcall', 'miss with failed upcall', 'upcalls', 'lost upcalls')


def place(number):
    """An Ethernet address, which tells the receiver which rule OVS has used."""
    return f'06:00:00:00:{number >> 8:02x}:{number & 255:02x}'


def to(number):
    return f'actions=mod_dl_dst:{place(number)},output:{OUT}'


class Path:
    """A switch with two ports on net_steer, and the wires at their other ends."""

    def __init__(self, switch, lower):
        self.switch, self.lower = switch, lower
        self.first = self.last = None
        self.sent = 0
        for number in (IN, OUT):
            self.add_port(number)

    def add_port(self, number, **options):
        self.switch.add_port(f'p{number}',
                             f'net_steer{number},iface={self.lower.format(number)}', number,
                             **options)

    def connect(self, first, last):
        self.first, self.last = first, last
        last.bind(('wire2', ETH_P_ALL))
        # what nobody reads at once waits
        last.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 26)
        last.settimeout(0.1)

    def receive(self, count, seconds=10):
        """Frames that we have sent, by their number; those of before are left out."""
        found, end = {}, time.monotonic() + seconds
        while len(found) < count and time.monotonic() < end:
            try:
                frame, (_, _, kind, *_) = self.last.recvfrom(2048)
            except TimeoutError:
                continue
            tag = re.search(rb'<(\d+)>$', frame)
            if kind != PACKET_OUTGOING and tag and int(tag.group(1)) > self.sent - count:
                found[int(tag.group(1))] = frame
        return found

    def through(self, packets):
        """Send packets and receive them all. @return what they have become, in order."""
        made = []
        for start in range(0, len(packets), 50):
            some = packets[start:start + 50]
            for packet in some:
                self.sent += 1
                self.first.send(bytes(packet / Raw(b'.' * 40 + b'<%d>' % self.sent)))
            found = self.receive(len(some))
            check(len(found) == len(some),
                  f'{len(some)} sent, {len(found)} received: {self.switch.counts()}')
            made += [found[number] for number in sorted(found)]
        return made

    def placed(self, packets, places):
        """Send packets, of which each must be where OpenFlow wants it."""
        for packet, made, want in zip(packets, self.through(packets), places, strict=True):
            check(made[:6] == bytes.fromhex(place(want).replace(':', '')),
                  f'{packet.summary()}: {place(want)} expected, not {made[:6].hex(":")}')

    def offloaded(self, count):
        """Wait until there are as many flows, and none that is not in net_steer."""
        def flows(text):
            return [f for f in self.switch.megaflows() if 'in_port(p1)' in f and text in f]

        ovs.wait(lambda: len(flows('offloaded:partial')) == len(flows('')) == count,
                 lambda: f'{count} flows expected: ' + '\n'.join(
                     [f for f in flows('') if 'offloaded:partial' not in f][:5] +
                     self.switch.complaints()[:20]))

    def marked(self, packets, places):
        """Send packets that OVS shall know by their marks alone."""
        before = self.switch.counts()
        self.placed(packets, places)
        after = self.switch.counts()
        check(after['phwol hits'] - before['phwol hits'] >= len(packets) and
              not any(after[name] - before[name] for name in LOOKUPS),
              f'{len(packets)} packets by marks alone expected: {before} {after}')


@contextlib.contextmanager
def path(lower='lower{},lower=af_packet', hw_offload='true'):
    """Two ports, over pairs of interfaces or TAP. Warnings are a failure."""
    with contextlib.ExitStack() as stack:
        wires = []
        if lower != TAP:
            wires = [stack.enter_context(bench.veth(f'lower{n}', f'wire{n}')) for n in (IN, OUT)]
        switch = stack.enter_context(ovs.Switch(hw_offload=hw_offload, max_idle='600000'))
        made = Path(switch, lower)
        if lower == TAP:
            wires = [stack.enter_context(bench.wire(f'wire{n}')) for n in (IN, OUT)]
        made.connect(*wires)
        yield made
        check(not switch.complaints(), '\n'.join(switch.complaints()[:20]))


def udp(count=FLOWS, first=1000):
    return [ETH / IP4 / UDP(sport=7, dport=first + n) for n in range(count)]


def by_port(count=FLOWS, first=1000, shift=0):
    """OpenFlow rules with a place for each destination port."""
    return [f'in_port={IN},udp,tp_dst={first + n},{to(n + shift)}' for n in range(count)]


def by_eight():
    """OpenFlow rules for eight destination ports each, and the places of all flows."""
    first = [port for port in range(1000, 1000 + FLOWS) if port % 8 == 0]
    return ([f'in_port={IN},udp,tp_dst={port:#x}/0xfff8,{to(port)}' for port in first],
            [(1000 + n) & 0xfff8 for n in range(FLOWS)])


def settle(switch, rules):
    """Have these OpenFlow rules, and no flow of others."""
    switch.flows(rules, 'replace-flows')
    # this waits for the end of a round, which may have begun before the change
    switch.appctl('revalidator/wait')
    switch.appctl('revalidator/wait')


def inserted(switch):
    """Flows that OVS believes to be in the port."""
    answer = switch.appctl('dpctl/offload-stats-show')
    return int(re.search(r'Inserted offloads: +(\d+)', answer).group(1))


def offload():
    """flows are offloaded, and marked packets skip OVS's own lookup"""
    with path() as p:
        settle(p.switch, by_port())
        p.placed(udp(), range(FLOWS))
        p.offloaded(FLOWS)
        for _ in range(3):
            p.marked(udp(), range(FLOWS))
        ovs.wait(lambda: p.switch.statistics('p1')['rx_packets'] == p.sent and
                 p.switch.statistics('p2')['tx_packets'] == p.sent,
                 lambda: f'{p.sent} sent: {p.switch.statistics("p1")} {p.switch.statistics("p2")}')


# a match of OpenFlow's, a packet that it means, and whether it gets a mark: OVS puts an UDP item
# into its rule for later fragments of UDP, which have no such header
KINDS = [
    ('arp', ETH / frames.ARP(psrc='10.0.0.1', pdst='10.0.0.2'), True),
    ('tcp,tp_src=5', ETH / IP4 / TCP(sport=5, dport=6), True),
    ('tcp,tcp_flags=+syn-ack', ETH / IP4 / TCP(sport=6, dport=6, flags='S'), True),
    ('udp,nw_src=10.1.0.0/16', ETH / IP(src='10.1.2.3', dst='10.0.0.2') / UDP(), True),
    ('udp,nw_tos=32', ETH / IP(src='10.0.0.1', dst='10.0.0.2', tos=33) / UDP(), True),
    ('udp,nw_ttl=9', ETH / IP(src='10.0.0.1', dst='10.0.0.2', ttl=9) / UDP(), True),
    ('sctp,tp_dst=77', ETH / IP4 / SCTP(sport=5, dport=77), True),
    ('icmp,icmp_type=8', ETH / IP4 / ICMP(type=8), True),
    ('ip,nw_proto=47', ETH / IP(src='10.0.0.1', dst='10.0.0.2', proto=47), True),
    ('udp,nw_frag=first', ETH / IP(src='10.0.0.1', dst='10.0.0.2', flags='MF') / UDP(), True),
    ('udp,nw_frag=later', ETH / IP(src='10.0.0.1', dst='10.0.0.2', proto=17, frag=9), False),
    ('udp6,tp_dst=5', ETH / IP6 / UDP(dport=5), True),
    ('tcp6,ipv6_src=fd00:5::/32', ETH / frames.IPv6(src='fd00:5::1', dst='fd00::2') / TCP(), True),
    ('dl_vlan=7,udp,tp_dst=5', ETH / Dot1Q(vlan=7) / IP4 / UDP(dport=5), True),
    ('dl_vlan=8', ETH / Dot1Q(vlan=8, prio=3) / IP6 / TCP(), True),
    ('dl_src=02:00:00:00:07:00/ff:ff:ff:ff:ff:00',
     Ether(src='02:00:00:00:07:09', dst=TARGET) / IP4 / UDP(), True),
    ('dl_type=0x88b5', Ether(src=SOURCE, dst=TARGET, type=0x88b5), True),
]


def kinds():
    """packets of each kind get the mark of their flow"""
    bench.need_tap()
    # AF_PACKET would not let fragments pass one by one
    with path(TAP) as p:
        for number, (match, packet, has_mark) in enumerate(KINDS):
            settle(p.switch, [f'in_port={IN},{match},{to(number)}'])
            p.switch.appctl('revalidator/purge')
            p.placed([packet], [number])
            p.offloaded(1)
            (p.marked if has_mark else p.placed)([packet] * 5, [number] * 5)


@contextlib.contextmanager
def traffic(p):
    """Packets of all flows all the time, whatever becomes of them."""
    over = threading.Event()
    made = [bytes(packet / Raw(b'.' * 40)) for packet in udp()]

    def send():
        while not over.is_set():
            for frame in made:
                p.first.send(frame)
                time.sleep(0.001)
    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def churn():
    """flows come, change and go under traffic, and each packet goes by the rules of now"""
    with path() as p:
        with traffic(p):
            for turn in range(6):
                if turn % 3 == 0:
                    # other masks, and so other flows
                    rules, places = by_eight()
                else:
                    # new actions for the flows that there are
                    rules, places = by_port(shift=turn), range(turn, turn + FLOWS)
                settle(p.switch, rules)
                p.placed(udp(), places)
                p.placed(udp(), places)
        p.offloaded(FLOWS)
        p.marked(udp(), places)
        p.switch.appctl('revalidator/purge')
        ovs.wait(lambda: inserted(p.switch) == 0, 'flows stay offloaded')


def ports():
    """ports go and come under traffic, and others do not notice"""
    with path() as p:
        settle(p.switch, by_port())
        for _ in range(4):
            p.placed(udp(), range(FLOWS))
            p.offloaded(FLOWS)
            with traffic(p):
                p.switch.vsctl('del-port', 'p1')
                p.add_port(IN)
            # OVS polls a port before it offloads to it: flows of that time would stay unmarked
            p.switch.appctl('revalidator/purge')
        p.placed(udp(), range(FLOWS))
        p.offloaded(FLOWS)
        p.marked(udp(), range(FLOWS))


def queues():
    """flows stay right while the number of queues changes"""
    with path() as p:
        settle(p.switch, by_port())
        for number in (4, 2, 1, 8):
            p.placed(udp(), range(FLOWS))
            p.offloaded(FLOWS)
            with traffic(p):
                p.switch.vsctl('set', 'Interface', 'p1', f'options:n_rxq={number}')
            ovs.wait(lambda: len(re.findall('port: p1 ', p.switch.appctl(
                'dpif-netdev/pmd-rxq-show'))) == number, 'not so many queues')  # noqa: B023
        p.placed(udp(), range(FLOWS))
        p.offloaded(FLOWS)
        p.marked(udp(), range(FLOWS))


def restart():
    """ovs-vswitchd ends or is killed, and starts again with all its ports"""
    with path() as p:
        settle(p.switch, by_port())
        p.placed(udp(), range(FLOWS))
        for how in (signal.SIGTERM, signal.SIGKILL):
            p.switch.stop(how)
            p.switch.start()
            for port in ('p1', 'p2'):
                answer = p.switch.vsctl('get', 'Interface', port, 'error')
                check(answer.strip() == '[]', f'{port}: {answer}')
            settle(p.switch, by_port())
            p.placed(udp(), range(FLOWS))
            p.offloaded(FLOWS)
            p.marked(udp(), range(FLOWS))


def lacp():
    """rx-steering=rss+lacp gives LACP a queue of its own"""
    # OVS has either of these
    with path(hw_offload='false') as p:
        version = re.search(r'(\d+)\.(\d+)', p.switch.appctl('version'))
        if (int(version.group(1)), int(version.group(2))) < (3, 2):
            raise Skip(f'OVS {version.group()} does not know it')
        p.switch.vsctl('del-port', 'p1')
        p.add_port(IN, **{'rx-steering': 'rss+lacp', 'n_rxq': 2})
        # OVS brings this up to date now and then
        ovs.wait(lambda: re.search(r'rx.steering="?rss\+lacp', p.switch.vsctl(
            'get', 'Interface', 'p1', 'status')),
            lambda: p.switch.vsctl('get', 'Interface', 'p1', 'status'))
        settle(p.switch, [f'in_port={IN},{to(1)}'])
        p.placed([Ether(src=SOURCE, dst='01:80:c2:00:00:02', type=0x8809)] * 9, [1] * 9)
        # the last queue, which is one more than asked for
        ovs.wait(lambda: p.switch.statistics('p1').get('rx_q2_packets') == 9,
                 lambda: f'9 of LACP expected in queue 2: {p.switch.statistics("p1")}')
        p.placed(udp(), [1] * FLOWS)
        ovs.wait(lambda: p.switch.statistics('p1')['rx_packets'] == p.sent,
                 lambda: f'{p.sent} sent: {p.switch.statistics("p1")}')
        each = [p.switch.statistics('p1')[f'rx_q{q}_packets'] for q in range(3)]
        check(each[2] == 9 and all(each), f'packets of each queue: {each}')


TESTS = [offload, kinds, churn, ports, queues, restart, lacp]

if __name__ == '__main__':
    sys.exit(bench.main(TESTS, ovs.PROGRAMS, seconds=280))
