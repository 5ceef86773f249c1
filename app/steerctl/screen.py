# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Text as people read it."""

LETTERS = ' kMGTPE'


def table(head, rows, left=()):
    """Columns, numbers to the right; those in left, and the last one if it is, to the left."""
    rows = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]

    def line(row):
        cells = [cell.ljust(width) if name in left else cell.rjust(width)
                 for cell, width, name in zip(row, widths, head)]
        return '  '.join(cells).rstrip()

    return '\n'.join(line(row) for row in [head, *rows])


def short(number):
    """Three digits and a letter: 12.3k."""
    step = 0
    while number >= 999.5 and step < len(LETTERS) - 1:
        number /= 1000
        step += 1
    if step == 0:
        return f'{number:.0f}'
    return f'{number:.{2 if number < 9.995 else 1 if number < 99.95 else 0}f}{LETTERS[step]}'


def bar(share, width, full='#', empty='.'):
    """A share from 0 to 1."""
    n = round(min(max(share, 0), 1) * width)
    return full * n + empty * (width - n)


def pairs(told, indent=''):
    """A dictionary, one line for each of its values."""
    width = max((len(key) for key in told), default=0)
    return '\n'.join(f'{indent}{key.ljust(width)}  {value}' for key, value in told.items())
