# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""steerctl rss show."""

import collections

import answer
import screen


def lines(told, reta):
    """Types, key, and how often each queue is in the table."""
    shares = collections.Counter(reta)
    rows = [[queue, n, f'{100 * n / len(reta):.1f}%', screen.bar(n / len(reta), 20)]
            for queue, n in sorted(shares.items())]
    head = screen.pairs({'types': f'{told.get("types", 0):#x}', 'key': told.get('key', ''),
                         'entries': len(reta)})
    return f'{head}\n\n' + screen.table(['queue', 'entries', 'share', ''], rows, [''])


def show(session, words):
    port = session.only_port(words)
    told = port.tell('rss')
    answer.number(told, 'types', 0)
    session.tell({'port': port.number, 'name': port.name, **told},
                 lines(told, answer.numbers(told, 'reta')))
