#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""What OVS costs for each packet, alone and with net_steer under it: cycles, side by side.

    make perf-ovs                    or: test/system/ovs_perf.py [emc]

net_pcap repeats one packet of each of 10,000 flows for ever; each flow is an OpenFlow rule and a
megaflow of its own, they have 1, 4 or 16 masks. OVS sends all of them back. It has no SMC, which is
its default, and no EMC, unless asked for: then as by default. The PMD thread has its core for itself
while it is measured; of several windows the best counts, since others only ever add cycles. OVS
alone and with net_steer are measured in turn, so that both see the same machine.
"""

import os
import re
import struct
import sys
import time

import bench
import ovs
import world

FLOWS = 10000
TARGETS = {1: 100, 4: 60, 16: 30}
ROUNDS, WINDOWS, SECONDS = 2, 5, 0.3
MEGABYTES = 1600
PCAP = '/run/flows.pcap'
PCAP_ARGS = f'rx_pcap={PCAP},infinite_rx=1'
PORTS = {'alone': f'net_pcap0,{PCAP_ARGS}',
         'net_steer': f'net_steer0,iface=(net_pcap0,{PCAP_ARGS})'}


def group_bit(group):
    """Group n of flows has bit n of its Ethernet source, and no other of these bits."""
    value = 1 << group
    return f'02:00:00:00:{value >> 8:02x}:{value & 255:02x}'


def frame(number, groups):
    """UDP with a destination of its own, of 60 bytes."""
    source = bytes.fromhex(group_bit(number % groups).replace(':', ''))
    words = [0x4500, 46, 0, 0, 0x4011, 0, 0x0a00, 1, 0x0b00 + (number >> 16), number & 0xffff]
    total = sum(words)
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    words[5] = total ^ 0xffff
    return (bytes.fromhex('020000000002') + source + b'\x08\x00' + struct.pack('>10H', *words) +
            struct.pack('>4H', 7, 9, 26, 0) + bytes(18))


def write_pcap(groups):
    with open(PCAP, 'wb') as file:
        file.write(struct.pack('<IHHiIII', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for number in range(FLOWS):
            data = frame(number, groups)
            file.write(struct.pack('<4I', 0, 0, len(data), len(data)) + data)


def rules(groups):
    """Of falling priority, so that a flow of group n needs the bits of all groups up to it."""
    for number in range(FLOWS):
        group = number % groups
        bit = group_bit(group)
        # with one group, nothing is asked of the source
        source = f'dl_src={bit}/00:{bit[3:]},' if groups > 1 else ''
        yield (f'priority={100 - group},in_port=1,{source}udp,nw_dst=11.0.{number >> 8 & 255}.'
               f'{number & 255},actions=in_port')


class Alone:
    """The PMD thread goes before all others on its core."""

    def __init__(self, switch):
        tasks = f'/proc/{switch.daemon.pid}/task'
        self.tids = []
        for tid in os.listdir(tasks):
            with open(f'{tasks}/{tid}/comm', encoding='ascii') as file:
                if file.read().startswith('pmd-'):
                    self.tids.append(int(tid))

    def set(self, policy, priority):
        for tid in self.tids:
            os.sched_setscheduler(tid, policy, os.sched_param(priority))

    def __enter__(self):
        self.set(os.SCHED_FIFO, 50)

    def __exit__(self, *_):
        self.set(os.SCHED_OTHER, 0)


def settled(switch, offload):
    """All flows are there, and in net_steer if they shall be."""
    show = re.search(r'current (\d+)', switch.appctl('upcall/show'))
    if int(show.group(1)) < FLOWS:
        return False
    if not offload:
        return True
    answer = switch.appctl('dpctl/offload-stats-show')
    return int(re.search(r'Inserted offloads: +(\d+)', answer).group(1)) >= FLOWS


def window(switch):
    """Cycles per packet, and what they were spent on."""
    switch.appctl('dpif-netdev/pmd-stats-clear')
    with Alone(switch):
        time.sleep(SECONDS)
    counts = switch.counts()
    packets = max(counts['packets received'], 1)
    hits = [(name, round(100 * counts[f'{name} hits'] / packets))
            for name in ('phwol', 'emc', 'megaflow')]
    return counts['processing cycles'] / packets, hits


def measure(kind, groups, emc):
    """@return cycles per packet of the best window, shares of hits, subtables looked into."""
    write_pcap(groups)
    offload = kind != 'alone'
    with ovs.Switch(memory=['--huge-dir', '/run/huge', '-m', str(MEGABYTES - 100)],
                    hw_offload='true' if offload else 'false', max_idle='600000',
                    emc_insert_inv_prob='100' if emc else '0') as switch:
        switch.flows(rules(groups), 'replace-flows')
        switch.add_port('p1', PORTS[kind], 1)
        ovs.wait(lambda: settled(switch, offload),
                 lambda: f'{switch.appctl("upcall/show")}{switch.log()[-2000:]}', 90)
        # EMC fills and subtables are sorted
        time.sleep(3)
        best = min(window(switch) for _ in range(WINDOWS))
        lookups = re.search(r'subtable lookups per megaflow hit: ([\d.]+)',
                            switch.appctl('dpif-netdev/pmd-stats-show'))
        return (*best, lookups.group(1))


def share(hits):
    return ', '.join(f'{name} {part} %' for name, part in hits if part)


def table(emc):
    print(f'{"masks":>5}  {"OVS alone":>9}  {"net_steer":>9}  {"of it":>5}  {"target":>6}')
    met = True
    for groups, target in TARGETS.items():
        runs = [(measure('alone', groups, emc), measure('net_steer', groups, emc))
                for _ in range(ROUNDS)]
        alone, alone_hits, lookups = min(run[0] for run in runs)
        steer, steer_hits, _ = min(run[1] for run in runs)
        percent = 100 * steer / alone
        met &= percent <= target
        print(f'{groups:>5}  {alone:>9.0f}  {steer:>9.0f}  {percent:>3.0f} %  {target:>4} %  '
              f'{"ok" if percent <= target else "MISS"}   (alone: {share(alone_hits)}, {lookups} '
              f'subtables each; net_steer: {share(steer_hits)})', flush=True)
    return met


def main():
    try:
        world.need('ip', *ovs.PROGRAMS)
    except world.Missing as lack:
        return world.lacks(lack)

    def body():
        try:
            with bench.huge_pages(MEGABYTES):
                return 0 if table('emc' in sys.argv[1:]) else 1
        except (bench.Skip, bench.Wrong) as wrong:
            print(wrong)
            return 77 if isinstance(wrong, bench.Skip) else 1
    return world.enter(body)


if __name__ == '__main__':
    sys.exit(main())
