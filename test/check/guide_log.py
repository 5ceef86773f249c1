#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Log lines that the guide explains are those that the source has.

    guide_log.py TREE
"""

import re
import sys
from pathlib import Path

STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
# what stands for values: in C, and in the guide
VALUE = re.compile(r'%[-+ #0*.\d]*(?:hh|h|ll|l|z)?[diuxXcsp]')
ANY = '...'


def texts(tree):
    """@return every text of the source, the parts of one joined"""
    found = []
    for directory in ('drivers/net/steer', 'lib'):
        for path in sorted(Path(tree, directory).rglob('*.c')):
            code = re.sub(r'"\s*(?:PRI\w+)?\s*"', '', path.read_text(encoding='utf-8'))
            found += [VALUE.sub('\0', text) for text in STRING.findall(code)]
    return found


def explained(page):
    """@return what the page quotes: terms that begin with a quotation, and what has values"""
    quoted = []
    for literal in re.finditer(r'(^)?``([^`]+)``', page.read_text(encoding='utf-8'), re.MULTILINE):
        text = ' '.join(literal[2].split())
        if literal[1] is not None and ' ' in text or ANY in text and text != ANY:
            quoted.append(text)
    return quoted


def main():
    tree = sys.argv[1]
    page = Path(tree, 'doc/guides/howto/trouble.rst')
    known, quoted, bad = texts(tree), explained(page), 0
    if len(quoted) < 10 or len(known) < 100:
        sys.exit(f'{len(quoted)} quotations, {len(known)} texts: too few to believe')
    for text in quoted:
        wanted = re.compile('.*'.join(re.escape(part) for part in text.split(ANY)))
        if not any(wanted.search(candidate) for candidate in known):
            print(f'{page}: no text of the source is: {text}')
            bad += 1
    print(f'{len(quoted)} log lines and messages are explained')
    sys.exit(bad > 0)


main()
