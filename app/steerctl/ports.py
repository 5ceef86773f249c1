# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""A net_steer port of the application."""

import answer
from failure import Refused, Usage, strange

# As many rules as are looked at where nobody asked for all of them.
SOME = 4096


def flow_of(told):
    """A rule, without the words that are the same in all of them."""
    text = answer.pieces(told, 'text').split(' # ', 1)[0].strip()
    words = text.split(' ', 3)
    if words[:2] == ['flow', 'create'] and len(words) == 4:
        text = words[3]
    flow = {'rule': answer.number(told, 'rule'), 'flow': text}
    for key in ('hits', 'bytes', 'idle_seconds'):
        if key in told:
            flow[key] = answer.number(told, key)
    for key in ('made_by', 'aged'):
        if key in told:
            flow[key] = answer.string(told, key)
    return flow


class Port:
    """What it tells is checked here, so that nobody else has to."""

    def __init__(self, telemetry, number):
        self.telemetry = telemetry
        self.number = number
        self.name = answer.string(self.info(), 'name', '?')

    def __str__(self):
        return f'{self.name} (port {self.number})'

    def ask(self, command, *params):
        return self.telemetry.ask(f'/steer/{command}', self.number, *params)

    def tell(self, command, *params):
        """An answer that is shown as it is."""
        return answer.plain(answer.dictionary(self.ask(command, *params), command))

    def info(self):
        return {'port': self.number, **self.tell('info')}

    def pages(self, command, key):
        """(Where it begins, a page) of an answer in parts."""
        first = 0
        while True:
            page = answer.dictionary(self.ask(command, first), command)
            yield first, page
            following = answer.number(page, 'next', 0)
            if 'next' not in page or not answer.part(page, key):
                return
            if not first < following <= answer.number(page, f'n_{key}'):
                raise strange(f'{command}: {following} is next to {first}')
            first = following

    def queues(self):
        """({queue: its counts}, what belongs to no queue)"""
        found, others = {}, {}
        for _, page in self.pages('queues', 'queues'):
            for queue, counts in answer.by_number(page, 'queues'):
                found[queue] = answer.all_numbers(counts)
            others = {key: value for key, value in answer.all_numbers(page).items()
                      if key not in ('next', 'n_queues')}
        return found, others

    def flows(self, most=None):
        """Rules in their order. More may come and go meanwhile: each is there once."""
        found = {}
        for _, page in self.pages('flows', 'flows'):
            for _, told in answer.by_number(page, 'flows'):
                flow = self.flow_or_none(answer.number(told, 'rule')) if 'cut_off' in told else \
                    flow_of(told)
                if flow:
                    found[flow['rule']] = flow
            if most is not None and len(found) >= most:
                break
        return list(found.values())

    def flow_or_none(self, rule):
        told = self.telemetry.ask_plain('/steer/flow', self.number, rule)
        return None if told is None else flow_of(answer.dictionary(told, 'flow'))

    def flow(self, rule):
        flow = self.flow_or_none(rule)
        if flow is None:
            raise Refused(f'{self} has no rule {rule}')
        return flow


def all_ports(telemetry):
    listed = telemetry.ask('/steer/list')
    return [Port(telemetry, number) for number in answer.numbers({'list': listed}, 'list')]


def find(telemetry, wanted):
    """The port of a number or a name; None: the only one."""
    found = all_ports(telemetry)
    if wanted is not None:
        named = [port for port in found if wanted in (port.name, str(port.number))]
    else:
        named = found
    if len(named) == 1:
        return named[0]
    names = ', '.join(map(str, found))
    if not found:
        raise Refused('the application has no net_steer port')
    if wanted is not None:
        raise Refused(f'there is no net_steer port {wanted}, but {names}')
    raise Usage(f'which port? there are {names}: add "port NAME"')
