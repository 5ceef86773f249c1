# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""What the demo shows: progress, and at the end what went where."""

import sys
import time
from collections import Counter

from rules import DROPPED_PORT
from topology import CLIENT, OTHER, QUEUES, SERVER

TERMINAL = sys.stdout.isatty()


def paint(code, text):
    return f'\033[{code}m{text}\033[0m' if TERMINAL else text


def bold(text):
    return paint(1, text)


def good(text):
    return paint('1;32', text)


def bad(text):
    return paint('1;31', text)


def heading():
    print(f'''
{bold('net_steer: rte_flow rules on a port that has none')}

   {'client':^11}           box: the stock dpdk-testpmd                {'server':^11}
   {CLIENT:^11}                                                      {SERVER:^11}
  +-----------+     +-------------------------------------+     +-----------+
  |           |     | net_af_packet  >  net_steer         | === |           |
  |  kernel   | --- |    1 queue          {QUEUES} queues          | === |  kernel   |
  |           |     |                                     | === |           |
  +-----------+     +-------------------------------------+ === +-----------+
                                                   a wire for each queue
''')


class Progress:
    """One line for each step: what it is, how far it has come, how long it took."""

    def __init__(self, what):
        self.what = what
        self.began = time.monotonic()

    def show(self, text, end):
        start = '\r' if TERMINAL else ''
        print(f'{start}  {self.what:<46}{text:<28}', end=end, flush=True)

    def at(self, share):
        if TERMINAL:
            filled = round(20 * share)
            self.show(f'[{"#" * filled}{"." * (20 - filled)}]', '')

    def __enter__(self):
        self.at(0)
        return self

    def __exit__(self, kind, *_):
        self.show(f'{time.monotonic() - self.began:.1f} s' if kind is None else 'no', '\n')


def grid(title, columns, rows):
    """Columns that begin with > are numbers."""
    cells = [[c.lstrip('>') for c in columns]] + [[str(c) for c in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]

    def line(row):
        return '  ' + '  '.join(c.rjust(w) if column[0] == '>' else c.ljust(w)
                                 for c, w, column in zip(row, widths, columns)).rstrip()

    print(f'\n{bold(title)}\n')
    print(line(cells[0]))
    print('  ' + '  '.join('-' * w for w in widths))
    for row in cells[1:]:
        print(line(row))


def rule_table(table, hits):
    rows = [(i, rule.priority, rule.pattern(), rule.actions(), f'{hits[i]:,}')
            for i, rule in enumerate(table)]
    grid('The rules and their hits', ('>rule', '>prio', 'pattern', 'actions', '>hits'), rows)


def ports(numbers):
    """Ports in ascending order; the middle of those that follow at equal distance is left out."""
    numbers = sorted(numbers)
    texts = []
    for i, number in enumerate(numbers):
        inner = 1 < i < len(numbers) - 1 and (numbers[i + 1] - number == number - numbers[i - 1])
        if not inner:
            texts.append(str(number))
        elif texts[-1] != '..':
            texts.append('..')
    return ' '.join(texts)


def marks(seen):
    return ', '.join(f'{mark} ({n:,}x)' for mark, n in
                     Counter(s.received.mark for s in seen if s.received.mark is not None).items())


def queue_table(seen):
    rows = []
    for queue in range(QUEUES):
        here = [s for s in seen if s.received.queue == queue]
        ruled = [s.packet for s in here if s.rule is not None]
        rows.append((queue, f'{len(here):,}',
                     ports({p.port for p in ruled if p.protocol == 'tcp'}),
                     ports({p.port for p in ruled if p.protocol == 'udp'}),
                     marks(here), f'{sum(s.rule is None for s in here):,}'))
    grid('The queues and the destination ports that came by them',
         ('>queue', '>packets', 'TCP ports by rule', 'UDP ports by rule', 'marks', '>by RSS'), rows)


def sockets(done):
    """What client and server themselves say."""
    print(f'''
{bold('What the sockets at both ends say')}

  TCP    {done['tcp'][1]:,} of {done['tcp'][0]:,} connections: all came back as it was sent
  UDP    {done['udp'][1]:,} of {done['udp'][0]:,} datagrams were echoed
  drop   {done['drop'][1]:,} of {done['drop'][0]:,} datagrams to port {DROPPED_PORT} were echoed
  ping   {done['ping'][1]:,} of {done['ping'][0]:,} were answered

By RSS go those for which there is no rule: ping, ARP, and all that is for {OTHER}.
''')


def alright(done):
    return (all(done[kind][0] == done[kind][1] for kind in ('tcp', 'udp', 'ping')) and
            done['drop'][1] == 0)


def final(seen, complaints, done):
    """The verdict. @return the exit code."""
    for complaint in complaints[:10]:
        print(bad(f'  {complaint}'))
    if len(complaints) > 10:
        print(bad(f'  and {len(complaints) - 10:,} more'))
    if not alright(done):
        complaints = complaints + ['sockets']
        print(bad('  not everything came through'))
    if complaints:
        print(bad('Not every packet was where its rule sends it.'))
        return 1
    print(good(f'Each of {len(seen):,} packets was where its rule sends it, '
               f'and {done["drop"][0]:,} were dropped, as a rule says.'))
    return 0
