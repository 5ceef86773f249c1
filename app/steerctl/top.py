# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""steerctl top: queues and the hottest rules, with rates."""

import json
import sys
import time

import ports
import repeat
import screen
from failure import Usage
from rates import Sampler

BAR = 24
# rules in batch mode and in JSON; a screen has as many as it has room for
HOTTEST = 10
# what most rules begin with, where there is room for little
USUAL = 'ingress group 0 priority 0 pattern '


def sample(sampler):
    """All that is shown, as a dictionary."""
    rate, queues, flows = sampler.take()
    drops = {what[1]: rate(*what) for what in sampler.last if what[0] == 'drops'}
    return {
        'port': sampler.port.number,
        'name': sampler.port.name,
        'packets': sum(rate('queue', queue, 'packets') for queue in queues),
        'bytes': sum(rate('queue', queue, 'bytes') for queue in queues),
        'drops': {reason: n for reason, n in drops.items() if n > 0},
        'hits': rate('port', 'flow_hits'),
        'misses': rate('port', 'flow_misses'),
        'queues': [{'queue': queue, 'packets': rate('queue', queue, 'packets'),
                    'bytes': rate('queue', queue, 'bytes'), 'depth': told.get('depth', 0),
                    'drops': rate('queue', queue, 'ring_full') + rate('queue', queue, 'stopped')}
                   for queue, told in queues.items()],
        'flows': sorted(({'rule': flow['rule'], 'hits': rate('flow', flow['rule'], 'hits'),
                          'bytes': rate('flow', flow['rule'], 'bytes'), 'flow': flow['flow'],
                          'made_by': flow.get('made_by', '-')}
                         for flow in flows if 'hits' in flow),
                        key=lambda flow: (-flow['hits'], flow['rule'])),
    }


def head(told, options):
    """The lines above the tables."""
    drops = ', '.join(f'{reason} {screen.short(n)}' for reason, n in told['drops'].items())
    judged = told['hits'] + told['misses']
    share = f'{100 * told["hits"] / judged:.0f}%' if judged else '-'
    return [f'steerctl top - {time.strftime("%H:%M:%S")}  {told["name"]} (port {told["port"]}), '
            f'a second, every {options.seconds:g} s',
            f'packets {screen.short(told["packets"])}  bits {screen.short(8 * told["bytes"])}  '
            f'matched by rules {share}  dropped {screen.short(sum(told["drops"].values()))}'
            + (f' ({drops})' if drops else '')]


def queue_rows(told):
    total = told['packets'] or 1
    full, empty = ('█', '·') if (sys.stdout.encoding or '').lower() == 'utf-8' else ('#', '.')
    return [[each['queue'], screen.short(each['packets']), screen.short(8 * each['bytes']),
             each['depth'], screen.short(each['drops']),
             f'{screen.bar(each["packets"] / total, BAR, full, empty)} '
             f'{100 * each["packets"] / total:3.0f}%'] for each in told['queues']]


def lines(told, options, rows):
    """As many as there are rows, or HOTTEST rules."""
    text = head(told, options) + [''] + screen.table(
        ['queue', 'packets', 'bits', 'depth', 'drops', 'share'], queue_rows(told),
        ['share']).splitlines()
    room = HOTTEST if rows is None else max(rows - len(text) - 3, 0)
    hottest = told['flows'][:room]
    if hottest:
        text += [''] + screen.table(
            ['rule', 'hits', 'bits', 'made by', 'flow'],
            [[flow['rule'], screen.short(flow['hits']), screen.short(8 * flow['bytes']),
              flow['made_by'], flow['flow'].removeprefix(USUAL)] for flow in hottest],
            ['made by', 'flow']).splitlines()
    return text


def batch(session, sampler, options):
    """One screen after the other, as text or as a line of JSON."""
    sampler.take()
    n = 0
    while options.count is None or n < options.count:
        time.sleep(options.seconds)
        told = sample(sampler)
        if session.as_json:
            print(json.dumps({**told, 'flows': told['flows'][:HOTTEST]}), flush=True)
        else:
            print('\n'.join([''] * (n > 0) + lines(told, options, None)), flush=True)
        n += 1


def live(sampler, options):
    n = 0
    with repeat.Screen() as terminal:
        while True:
            terminal.draw('\n'.join(lines(sample(sampler), options, terminal.size().lines)))
            n += 1
            # the first one has no rates yet
            if n - 1 == options.count or not terminal.wait(options.seconds if n > 1 else 0.2):
                return


def top(session, words):
    options, words = repeat.options(words, 'bn:d:')
    sampler = Sampler(session.only_port(words), ports.SOME)
    if options.batch or session.as_json:
        batch(session, sampler, options)
    elif not sys.stdout.isatty():
        raise Usage('top needs a terminal, or -b')
    else:
        live(sampler, options)
