# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""steerctl flow show, add, validate, del, flush: one rule or some."""

import sys

import answer
import screen
from failure import Refused, Usage, caret

HEAD = ['rule', 'made by', 'hits', 'bytes', 'idle s', 'flow']
# what does not print, and what ends a request
FORBIDDEN = ''.join(map(chr, [*range(9), *range(10, 32), 127]))


def table(flows):
    """Rules, one a line, the text last."""
    return screen.table(HEAD, [[flow['rule'], flow.get('made_by', '-'), flow.get('hits', '-'),
                                flow.get('bytes', '-'), flow.get('idle_seconds', '-'),
                                flow['flow']] for flow in flows], ['made by', 'flow'])


def rule_number(word):
    if not word.isascii() or not word.isdigit() or len(word) > 19:
        raise Usage(f'"{word}": a rule is named by its number, as flow show tells it')
    return int(word)


def show(session, words):
    port, words = session.port(words)
    flows = [port.flow(rule_number(word)) for word in words] if words else port.flows()
    session.tell(flows, table(flows) if flows else f'{port} has no rules')


def strip_command(text):
    """(the flow, where it begins, the port) of a whole "flow create 0 ingress ...", or of its end.
    """
    words = text.split(None, 3)
    if words[:1] == ['flow'] and len(words) > 1 and words[1] == 'create':
        if len(words) < 4:
            raise Usage('behind "flow create PORT" a rule is missing')
        start = text.index(words[3], text.index(words[2], text.index(words[1]) + len(words[1])) +
                           len(words[2]))
        return text[start:], start, words[2]
    start = len(text) - len(text.lstrip())
    return text[start:], start, None


def check_text(text):
    for letter in text:
        if letter in FORBIDDEN:
            raise Usage(f'a rule is one line of text; {letter!r} is in this one')


def column(text, refused):
    """The driver counts bytes."""
    at = refused.more.get('at')
    if at is None:
        return None
    return len(text.encode(errors='surrogateescape')[:at].decode(errors='replace'))


def with_caret(refused, text, line=None, before=0):
    """The same refusal, which shows where in a line it is."""
    at = column(text, refused)
    shown = line if line is not None else text
    words = str(refused) + ('' if at is None else f'\n{caret(answer.printable(shown), before + at)}')
    return Refused(words, **{**refused.more, 'at': at})


def read_flow(session, words):
    """(port, flow) of a command line; the flow may be one word or many, or - for a line of stdin."""
    port, rest = (None, words)
    if words[-2:-1] == ['port'] or words[-1:] == ['port']:
        port, rest = session.port(words)
    text = sys.stdin.readline().strip() if rest == ['-'] else ' '.join(rest)
    flow, _, named = strip_command(text)
    if not flow:
        raise Usage('a rule is missing: "pattern eth / ipv4 / end actions queue index 1 / end"')
    check_text(flow)
    if port is None:
        port = session.port(['port', named] if named is not None else [])[0]
    elif named not in (None, port.name, str(port.number)):
        raise Usage(f'the rule says port {named}, and behind it stands port {port}')
    return port, flow


def ask(port, command, flow):
    try:
        return answer.dictionary(port.ask(command, flow), command)
    except Refused as refused:
        raise with_caret(refused, flow) from refused


def add_text(session, port, flow):
    """Make a rule, and tell its number."""
    rule = answer.number(ask(port, 'flow_create', flow), 'flow')
    session.tell({'port': port.number, 'flow': rule}, f'rule {rule} made')


def add(session, words):
    add_text(session, *read_flow(session, words))


def validate(session, words):
    port, flow = read_flow(session, words)
    ask(port, 'flow_validate', flow)
    session.tell({'port': port.number}, 'it would be taken')


def delete(session, words):
    port, words = session.port(words)
    more = ['any'] if words[-1:] == ['any'] else []
    rules = [rule_number(word) for word in words[:len(words) - len(more)]]
    if not rules:
        raise Usage('flow del takes numbers of rules, as flow show tells them')
    for rule in rules:
        port.ask('flow_destroy', rule, *more)
    session.tell({'port': port.number, 'destroyed': rules},
                 f'destroyed: {" ".join(map(str, rules))}')


def flush(session, words):
    port = session.only_port(words)
    n = answer.number(answer.dictionary(port.ask('flow_flush'), 'flow_flush'), 'destroyed')
    session.tell({'port': port.number, 'destroyed': n}, f'{n} rules destroyed')
