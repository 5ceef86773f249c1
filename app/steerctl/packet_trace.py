# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""steerctl trace: what the running port would do to a packet."""

import re

import answer
import capture_file
import screen
from failure import Usage

HEX = re.compile(r'[0-9a-fA-F]+\Z')
# two digits a byte, in a request of about 1 KB
LONGEST = 490


def packets(words):
    """[bytes] of the words: one packet in hexadecimal digits, or a capture."""
    digits = re.sub(r'^0x|[\s:]', '', ''.join(words))
    if HEX.match(digits) and len(digits) % 2 == 0:
        return [bytes.fromhex(digits)]
    if len(words) != 1:
        raise Usage('trace takes a packet in hexadecimal digits, two a byte, or a capture')
    return capture_file.packets(words[0])


def take_queue(words):
    """(queue, words before it)"""
    if words[-2:-1] != ['queue']:
        return 0, words
    if not words[-1].isascii() or not words[-1].isdigit() or len(words[-1]) > 5:
        raise Usage(f'queue takes a number, not "{words[-1]}"')
    return int(words[-1]), words[:-2]


def ask(port, queue, packet):
    """What the driver says, its words as one string."""
    told = answer.dictionary(port.ask('trace', queue, packet[:LONGEST].hex(), len(packet)), 'trace')
    text = {'text': '\n'.join(answer.lines(told, 'text')).rstrip()} if 'text' in told else {}
    return {**answer.plain({key: value for key, value in told.items() if key != 'text'}), **text}


def trace(session, words):
    port, words = session.port(words)
    queue, words = take_queue(words)
    if not words:
        raise Usage('trace takes a packet in hexadecimal digits, or a capture')
    found = []
    for number, packet in enumerate(packets(words)):
        told = ask(port, queue, packet)
        found.append({'packet': number, **told})
        if not session.as_json:
            cut = f', the first {LONGEST} of {len(packet)} bytes' if len(packet) > LONGEST else ''
            print(f'packet {number}{cut}:\n{told.get("text") or screen.pairs(told)}')
    if session.as_json:
        session.tell(found, '')
