# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Parts of answers, which are what they should be, or a failure."""

from failure import strange

LONGEST = 60


def wrong(what, value):
    return strange(f'{what}: {str(value)[:LONGEST]}')


def dictionary(value, what):
    """DPDK writes [] for an empty one."""
    if value == []:
        return {}
    if not isinstance(value, dict):
        raise wrong(what, value)
    return value


def part(told, key):
    """A dictionary within one; none: an empty one."""
    return dictionary(told.get(key, {}), key)


def number(told, key, otherwise=None):
    value = told.get(key, otherwise)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 64:
        raise wrong(key, value)
    return value


def numbers(told, key):
    """A list of them."""
    value = told.get(key, [])
    if not isinstance(value, list):
        raise wrong(key, value)
    return [number({key: each}, key) for each in value]


def all_numbers(told):
    """What is a number in it; a later net_steer may tell more."""
    return {key: number(told, key) for key in told
            if key.isprintable() and isinstance(told[key], int) and not isinstance(told[key], bool)}


def printable(text):
    """Nothing in it moves a cursor."""
    return ''.join(letter if letter.isprintable() else '?' for letter in text)


def string(told, key, otherwise=''):
    value = told.get(key, otherwise)
    if not isinstance(value, str):
        raise wrong(key, value)
    return printable(value)


def lines(told, key):
    """Of a string that may be longer than what DPDK takes at once: a list to be put together."""
    value = told.get(key, '')
    value = [value] if isinstance(value, str) else value
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise wrong(key, value)
    return [printable(line) for line in ''.join(value).split('\n')]


def pieces(told, key):
    """The same of one line."""
    return ' '.join(lines(told, key))


def by_number(told, key):
    """[(number, dictionary)] of a dictionary whose keys are numbers, in their order."""
    found = []
    for name, value in part(told, key).items():
        if not name.isascii() or not name.isdigit() or len(name) > 9:
            raise wrong(key, name)
        found.append((int(name), dictionary(value, key)))
    return sorted(found, key=lambda pair: pair[0])


def plain(value, depth=8):
    """Whatever it is, fit to be shown."""
    if depth == 0:
        raise wrong('nested too deep', value)
    if isinstance(value, dict):
        return {printable(key): plain(each, depth - 1) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each, depth - 1) for each in value]
    if isinstance(value, float):
        raise wrong('a number', value)
    return printable(value) if isinstance(value, str) else value
