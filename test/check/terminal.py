#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""testpmd's prompt is found, whatever other threads of it write meanwhile."""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'app',
                                'demo'))

# pylint: disable=wrong-import-position
from testpmd import Failed, Terminal, find_prompt  # noqa: E402

EVENT = '\nPort 0: link state change event\n'
LOG = ''.join(f'VHOST_CONFIG: (/run/vhost.sock) read message {i}\n' for i in range(100))
# what stands for testpmd: it reads a line and writes a text, as often as there are texts
STAND_IN = '''
import sys
for text in sys.argv[1:]:
    sys.stdout.write(text)
    sys.stdout.flush()
    sys.stdin.readline()
'''
# what is written, and the answers that it stands for
CASES = {
    'a whole prompt': (['Done\ntestpmd> ', 'first\ntestpmd> '], ['first']),
    'an event in the prompt': (['testpmd> ', f'first\ntes{EVENT}tpmd> ', 'second\ntestpmd> '],
                               ['first', 'second']),
    'a long log in the prompt': ([f'Done\nt{LOG}estpmd> ', 'first\ntestpmd> '], ['first']),
    'between all letters': ([f'Done\n{EVENT.join("testpmd> ")}', f'first\ntestpmd>{LOG} '],
                            ['first']),
    'events before and behind': (['testpmd> ', f'{EVENT}first\ntestpmd> {EVENT}',
                                  'second\ntestpmd> '],
                                 [f'{EVENT}first'.strip('\n'), f'{EVENT}second'.strip('\n')]),
}
# none of these is one
NOTHING = ['testpmd: create a new mbuf pool\nDone\n', 'show port info <port_id>\n', 'tes\n> \n',
           f'testpmd>{LOG}']


def answers(written, count):
    with Terminal(['/usr/bin/python3', '-c', STAND_IN, *written], timeout=20) as terminal:
        return [terminal.command('') for _ in range(count)]


def main():
    bad = 0
    for name, (written, wanted) in CASES.items():
        try:
            found = answers(written, len(wanted))
        except Failed as lack:
            found = f'no prompt in: {str(lack)[-200:]}'
        if found != wanted:
            print(f'# {wanted} expected: {found}')
        print('ok' if found == wanted else 'not ok', name, flush=True)
        bad |= found != wanted
    found = [text for text in NOTHING if find_prompt(text.encode())]
    print(f'not ok a prompt in {found}' if found else 'ok what is no prompt')
    return int(bad or bool(found))


if __name__ == '__main__':
    sys.exit(main())
