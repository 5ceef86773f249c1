# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Was each packet where its rule sends it?

testpmd reports queue, mark and hash of each packet, but not its ports; the server's wires show the
packets themselves. A queue's packets leave by its wire in the order in which they were received: so
the n-th report of a queue and the n-th packet of its wire are one and the same, and both agree in
length.
"""

from collections import Counter
from typing import NamedTuple, Optional

from capture import Packet
from received import Received
from rules import choose
from topology import QUEUES


class Seen(NamedTuple):
    """A packet, what testpmd said of it, and the rule that should have taken it."""
    packet: Packet
    received: Received
    rule: Optional[int]


class Unpaired(Exception):
    """Reports and packets do not belong together."""


def pair(packets, received, table):
    """Join the packets of the wires and the reports of the queues."""
    seen = []
    for queue in range(QUEUES):
        reports = [r for r in received if r.queue == queue]
        if len(reports) != len(packets[queue]):
            raise Unpaired(f'queue {queue}: testpmd received {len(reports)} packets, '
                           f'{len(packets[queue])} came by its wire')
        for report, packet in zip(reports, packets[queue]):
            if report.length != packet.length:
                raise Unpaired(f'queue {queue}: {packet} came for {report}')
            seen.append(Seen(packet, report, choose(table, packet)))
    return seen


def wrong(seen, table):
    """In words what is wrong about one packet; None: nothing."""
    packet, received, index = seen
    if index is None:
        # the table of redirections is queue 0, 1, 2, 3, 0 ...; what has no hash counts as hash 0
        queue, mark, why = (received.hash or 0) % QUEUES, None, 'no rule'
    else:
        queue, mark, why = table[index].queue, table[index].mark, f'rule {index}'
    if received.queue == queue and received.mark == mark:
        return None
    return (f'{packet.protocol} {packet.address} port {packet.port}: queue {received.queue}, mark '
            f'{received.mark}, but {why} says queue {queue}, mark {mark}')


def complaints(seen, table, hits, dropped):
    """All that is wrong; hits are the rules' own counts, dropped is what was sent to be dropped."""
    found = [c for c in (wrong(s, table) for s in seen) if c]
    came = Counter(s.rule for s in seen)
    for i, rule in enumerate(table):
        sent = dropped if rule.queue is None else came[i]
        if hits[i] != sent:
            found.append(f'rule {i} counts {hits[i]} hits, but {sent} packets were for it')
    return found
