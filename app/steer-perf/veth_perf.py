# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""testpmd on one end of a veth pair, steered in the kernel and in user space, by the same rules.

One core sends and does the kernel's part of receiving, the other one is testpmd's. Both go before
all else there while packets are sent: otherwise what is lost is lost to other processes.
"""

import contextlib
import os
import re
import statistics
import subprocess
import time

import world
from testpmd import Failed, Testpmd

TITLE = 'testpmd on a veth pair'
QUEUES = 8
RATE, CYCLES = f'{TITLE}: K packets/s', f'{TITLE}: cycles of a packet'
TITLES = (RATE, CYCLES)
# how often testpmd is started of each kind, for how many windows, of which the best counts, of how
# many packets
ROUNDS, WINDOWS, PACKETS = 7, 4, 300000
QUICK_ROUNDS, QUICK_WINDOWS = 1, 1
# kernel= by what it is called
KINDS = {'in user space': 'off', 'in the kernel': 'require'}


class Case:
    """Rules by the destination's end; with share 2, every second packet is none of them."""

    def __init__(self, name, share, *options):
        self.name = name
        self.share = share
        self.options = options

    def rules(self):
        mask = self.share * QUEUES - 1
        for i in range(QUEUES):
            yield (f'flow create 0 ingress pattern eth / ipv4 dst spec 0.0.0.{i} dst mask 0.0.0.'
                   f'{mask} / udp / end actions queue index {i} / end')


CASES = (Case('all to testpmd', 1),
         Case('isolated, half of them', 2, '--flow-isolate-all'))


def first(cores):
    """For subprocess: before all other threads, on this core."""
    def set_up():
        os.sched_setaffinity(0, cores)
        with contextlib.suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
    return set_up


class Receiver(Testpmd):
    """A testpmd that receives by some queues and throws away."""

    def __init__(self, eal, core, kernel, case):
        super().__init__(
            [*eal, f'--lcores=0@{core},1@{core}', f'--file-prefix=veth_perf_{os.getpid()}',
             f'--vdev=net_steer0,iface=port,kernel={kernel}'],
            [f'--rxq={QUEUES}', f'--txq={QUEUES}', '--total-num-mbufs=16384',
             '--forward-mode=rxonly', '--disable-link-check', *case.options])
        for rule in case.rules():
            answer = self.command(rule)
            if ' created' not in answer:
                raise Failed(answer)
        self.command('set record-core-cycles on')
        self.command('start')

    def schedule(self, policy, priority):
        tasks = f'/proc/{self.process.pid}/task'
        for tid in os.listdir(tasks):
            with open(f'{tasks}/{tid}/comm', encoding='ascii') as file:
                if 'worker' in file.read():
                    with contextlib.suppress(OSError):
                        os.sched_setscheduler(int(tid), policy, os.sched_param(priority))

    @contextlib.contextmanager
    def alone(self):
        self.schedule(os.SCHED_FIFO, 50)
        try:
            yield
        finally:
            self.schedule(os.SCHED_OTHER, 0)

    def packets(self):
        return int(re.search(r'RX-packets: (\d+)', self.command('show port stats 0')).group(1))

    def window(self, generator, core):
        """@return thousand packets a second, cycles of a packet."""
        self.command('clear fwd stats all')
        before = self.packets()
        with self.alone():
            ns = subprocess.run([generator, 'peer', str(PACKETS)], text=True, check=True,
                                stdout=subprocess.PIPE, preexec_fn=first({core})).stdout
            # the scheduler gives others 50 ms of each second, maybe just now
            time.sleep(0.1)
        share = (self.packets() - before) / PACKETS
        cycles = re.search(r'CPU cycles/packet=([\d.]+)', self.command('show fwd stats all'))
        return share * 1e6 / int(ns), float(cycles.group(1))


@contextlib.contextmanager
def veth():
    world.run('ip', 'link', 'add', 'port', 'type', 'veth', 'peer', 'name', 'peer')
    for end in ('port', 'peer'):
        world.run('ip', 'link', 'set', end, 'up')
    try:
        yield
    finally:
        world.run('ip', 'link', 'del', 'port')


def once(eal, generator, cores, kernel, case, windows):
    """@return the most packets, the fewest cycles."""
    with veth(), Receiver(eal, cores[1], kernel, case) as pmd:
        # the first packets are slower
        pmd.window(generator, cores[0])
        rates, cycles = zip(*(pmd.window(generator, cores[0]) for _ in range(windows)))
        pmd.command('stop')
        if pmd.quit() != 0:
            raise Failed(pmd.last())
        return max(rates), min(cycles)


class Table:
    """Results for the terminal, and as lines of a file."""

    def __init__(self, title, unit):
        self.title = title
        self.unit = unit
        self.lines = []

    def heading(self):
        print(f'\n{self.title:44} {"each":>8}  {"spread":>6}  {"ratio":>6}')

    def row(self, name, values, base):
        middle = statistics.median(values)
        low, _, high = statistics.quantiles(values) if len(values) > 1 else [middle] * 3
        ratio = f'{statistics.median(a / b for a, b in zip(values, base)):.3f}' if base else ''
        print(f'{name:44} {middle:8,.0f}  {50 * (high - low) / middle:4.1f} %  {ratio:>6}')
        self.lines.append(f'"{self.title}","{name}","{self.unit}",{middle:.3f},{low:.3f},{high:.3f},'
                          f'{ratio},,\n')


def measure(eal, generator, cores, quick):
    """@return by the names of case and kind: a list of rates and cycles."""
    rounds, windows = (QUICK_ROUNDS, QUICK_WINDOWS) if quick else (ROUNDS, WINDOWS)
    results = {(case.name, kind): [] for case in CASES for kind in KINDS}
    for _ in range(rounds):
        for case in CASES:
            for kind, kernel in KINDS.items():
                results[case.name, kind].append(once(eal, generator, cores, kernel, case, windows))
    return results


def tell(results, csv):
    for i, table in enumerate((Table(RATE, 'K packets/s'), Table(CYCLES, 'cycles'))):
        table.heading()
        for case in CASES:
            base = None
            for kind in KINDS:
                values = [result[i] for result in results[case.name, kind]]
                table.row(f'{case.name}: {kind}', values, base)
                base = values
        if csv is not None:
            with open(csv, 'a', encoding='ascii') as file:
                file.writelines(table.lines)


def need(generator):
    """@return two cores."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    if not os.path.exists(generator):
        raise world.Missing('built without BPF')
    if len(cores) < 2:
        raise world.Missing('there is one processor')
    world.need('ip', 'dpdk-testpmd')
    return cores


def report(eal, generator, csv, quick):
    """
    Measure in a world of its own, and tell; with a path, behind what steer-perf has written there.

    @return ok; also where it cannot be measured, which is said.
    """
    try:
        cores = need(generator)
    except world.Missing as lack:
        print(f'\n{TITLE}: not measured: {lack}')
        return True

    def body():
        try:
            tell(measure(eal, generator, cores, quick), csv)
        except (Failed, RuntimeError, subprocess.CalledProcessError) as error:
            print(f'\n{TITLE}: not measured: {error}')
        return 0
    return world.enter(body) in (0, 77)
