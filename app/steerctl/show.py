# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""steerctl show: each port in some lines."""

import ports
from failure import Usage

DROPS = ('malformed', 'rule_drops', 'isolated_drops', 'no_mbuf_drops', 'stop_drops')
LOST = ('ring_full', 'stopped')


def drops(queues, others):
    """{reason: packets} of what the port has dropped."""
    found = {key: others[key] for key in DROPS if key in others}
    found.update({key: sum(counts.get(key, 0) for counts in queues.values()) for key in LOST})
    return found


def summary(port):
    """All of it, as a dictionary."""
    queues, others = port.queues()
    return {
        **port.info(),
        'packets': sum(counts.get('packets', 0) for counts in queues.values()),
        'bytes': sum(counts.get('bytes', 0) for counts in queues.values()),
        'drops': drops(queues, others),
    }


def lines(told):
    """The same for people."""
    lower = told.get('lower', 'none')
    if 'lower_driver' in told:
        lower = f'{lower} ({told["lower_driver"]}, port {told.get("lower_port")})'
    state = 'started' if told.get('started') == 'on' else 'stopped'
    text = [f'{told["port"]}: {told.get("name")}: {state}, on {lower}',
            f'    queues {told.get("rx_queues")} rx {told.get("tx_queues")} tx, lower '
            f'{told.get("lower_rx_queues")} rx {told.get("lower_tx_queues")} tx',
            '    ' + ' '.join(f'{key} {told[key]}' for key in
                              ('flows', 'isolated', 'dispatch', 'kernel', 'in_kernel', 'control',
                               'version') if key in told),
            f'    received {told["packets"]} packets {told["bytes"]} bytes']
    lost = ' '.join(f'{key} {n}' for key, n in told['drops'].items() if n)
    text.append(f'    dropped {sum(told["drops"].values())}' + (f': {lost}' if lost else ''))
    return '\n'.join(text)


def show(session, words):
    if words and words[0] != 'port':
        if len(words) > 1:
            raise Usage(f'"{words[1]}": nothing but a port is accepted here')
        words = ['port', words[0]]
    told = [summary(port) for port in
            ([session.only_port(words)] if words else ports.all_ports(session.telemetry))]
    session.tell(told, '\n'.join(map(lines, told)) or 'no net_steer port')
