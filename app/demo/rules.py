# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""The rules of the demo, as testpmd takes them and as we judge each packet by them."""

from typing import NamedTuple, Optional

from topology import QUEUES, SERVER

# A port of class 3, which the rule with the mark takes away from queue 3.
MARKED_PORT = 443
# "discard", and here it is
DROPPED_PORT = 9


class Rule(NamedTuple):
    """One rule: of a lower priority value, it is the stronger."""
    priority: int
    protocol: str
    port: int
    mask: int
    queue: Optional[int]
    mark: Optional[int] = None

    def takes(self, packet):
        return (packet.address == SERVER and packet.protocol == self.protocol and
                packet.port & self.mask == self.port & self.mask)

    def pattern(self):
        port = (f'dst is {self.port}' if self.mask == 0xffff else
                f'dst spec {self.port} dst mask {self.mask}')
        return f'eth / ipv4 dst is {SERVER} / {self.protocol} {port}'

    def actions(self):
        mark = '' if self.mark is None else f'mark id {self.mark} / '
        return mark + ('drop' if self.queue is None else f'queue index {self.queue}')

    def command(self, port):
        return (f'flow create {port} group 0 priority {self.priority} ingress '
                f'pattern {self.pattern()} / end actions {self.actions()} / count / end')


def rules():
    """The class rules are DPVS's: who owns the port's lowest bits gets the packet."""
    mask = QUEUES - 1
    found = [Rule(1, 'tcp', i, mask, i) for i in range(QUEUES)]
    found += [Rule(1, 'udp', i, mask, i) for i in range(QUEUES)]
    found.append(Rule(0, 'tcp', MARKED_PORT, 0xffff, 0, mark=MARKED_PORT))
    found.append(Rule(0, 'udp', DROPPED_PORT, 0xffff, None))
    return found


def choose(table, packet):
    """The index of the rule that takes the packet, or None."""
    taking = [(rule.priority, i) for i, rule in enumerate(table) if rule.takes(packet)]
    return min(taking)[1] if taking else None
