# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""steerctl fdir show, add, del: rules for addresses and ranges of ports, in DPVS's short form."""

import fdir_find
import fdir_rule
import flows
import screen
from failure import Refused, Usage

COLUMNS = ('queue', 'daddr', 'proto', 'dp_from', 'dp_to', 'tunnel', 'vni', 'mark', 'priority')


def found(port):
    """[(flow, rule)] of those that say what one of these says, whoever made them."""
    pairs = [(flow, fdir_find.find(flow['flow'])) for flow in port.flows()]
    return [(flow, rule) for flow, rule in pairs if rule is not None]


def show(session, words):
    port = session.only_port(words)
    told = [{'rule': flow['rule'], **{key: value for key, value in rule._asdict().items()
                                      if value is not None},
             **{key: flow[key] for key in ('hits', 'bytes', 'made_by') if key in flow}}
            for flow, rule in found(port)]
    columns = ['rule', *(key for key in (*COLUMNS, 'hits', 'bytes', 'made_by')
                         if any(key in each for each in told))]
    session.tell(told, screen.table(columns, [[each.get(key, '-') for key in columns]
                                              for each in told], ['daddr', 'made_by'])
                 if told else f'{port} has no such rules')


def add(session, words):
    port, words = session.port(words)
    rule = fdir_rule.read(words)
    if rule.queue is None:
        raise Usage('queue is missing')
    flows.add_text(session, port, fdir_rule.write(rule))


def delete(session, words):
    port, words = session.port(words)
    wanted = fdir_rule.read(words)
    if wanted.match() == fdir_rule.Rule().match():
        raise Usage('fdir del takes the words of fdir add; the queue may be left out')
    same = [flow for flow, rule in found(port)
            if rule.match() == wanted.match() and wanted.queue in (None, rule.queue)
            and wanted.mark in (None, rule.mark) and wanted.priority in (None, rule.priority)]
    ours = [flow['rule'] for flow in same if flow.get('made_by', 'control') == 'control']
    if not ours:
        raise Refused('no such rule' + (', but of another maker: flow del RULE any destroys it'
                                        if same else ''))
    for rule in ours:
        port.ask('flow_destroy', rule)
    session.tell({'port': port.number, 'destroyed': ours},
                 f'destroyed: {" ".join(map(str, ours))}')
