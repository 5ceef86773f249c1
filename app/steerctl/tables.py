# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""steerctl table show."""

import answer
import screen


def table_of(told):
    """Its mask comes in pieces, as it may be long."""
    found = answer.plain({key: value for key, value in told.items() if key != 'mask'})
    return {**found, **({'mask': answer.pieces(told, 'mask')} if 'mask' in told else {})}


def all_tables(port):
    """([table], what belongs to none), in the order in which they are searched."""
    found, others = [], {}
    for first, page in port.pages('tables', 'tables'):
        found += [{'table': first + number, **table_of(told)}
                  for number, told in answer.by_number(page, 'tables')]
        others = {key: value for key, value in answer.plain(page).items()
                  if key not in ('tables', 'next')}
    return found, others


def show(session, words):
    port = session.only_port(words)
    found, others = all_tables(port)
    columns = list(dict.fromkeys(key for told in found for key in told))
    text = screen.table(columns, [[told.get(key, '-') for key in columns] for told in found],
                        ['mask'])
    session.tell({'port': port.number, 'name': port.name, **others, 'tables': found},
                 f'{text}\n\n{screen.pairs(others)}')
