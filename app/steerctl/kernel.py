# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""steerctl kernel show."""

import screen


def show(session, words):
    port = session.only_port(words)
    told = port.tell('kernel')
    session.tell({'port': port.number, 'name': port.name, **told}, screen.pairs(told))
