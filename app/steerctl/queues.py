# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""steerctl queue show."""

import screen
import show as shown

COLUMNS = ('packets', 'bytes', 'depth', 'high_water', 'crossed', 'ring_full', 'stopped')


def show(session, words):
    port = session.only_port(words)
    each, others = port.queues()
    columns = [key for key in COLUMNS if any(key in counts for counts in each.values())]
    text = screen.table(['queue', *columns],
                        [[queue, *(counts.get(key, '-') for key in columns)]
                         for queue, counts in each.items()])
    session.tell({'port': port.number, 'name': port.name,
                  'queues': [{'queue': queue, **counts} for queue, counts in each.items()],
                  **others, 'drops': shown.drops(each, others)},
                 f'{text}\n\n{screen.pairs(others)}')
