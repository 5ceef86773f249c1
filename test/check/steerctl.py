#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""steerctl against an application that is made up: its words, its codes, and hostile answers."""

import contextlib
import io
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
PROGRAM = os.path.join(SOURCE, 'app', 'steerctl', 'steerctl')
sys.path.insert(0, os.path.dirname(PROGRAM))

# pylint: disable=wrong-import-position
import capture_file  # noqa: E402
import command_line  # noqa: E402
import commands  # noqa: E402
import fdir_find  # noqa: E402
import fdir_rule  # noqa: E402
import metrics  # noqa: E402
import screen  # noqa: E402
from failure import Failure, Usage, caret  # noqa: E402
from fake_application import WELCOME, Application, answer, flow  # noqa: E402

# every command that asks something
CALLS = ['show', 'flow show', 'flow show 3', 'flow add pattern eth / end actions drop / end',
         'flow validate x', 'flow del 3', 'flow del 3 any', 'flow flush', 'flow save',
         'flow load RULES', 'fdir show', 'fdir add queue 1 proto tcp', 'fdir del proto tcp',
         'queue show', 'table show', 'rss show', 'kernel show', 'exporter', 'exporter --flows',
         'top -b -n 1 -d 0.1', 'watch -n 1 queue show', 'trace 00112233', 'show port 0']
# top waits
FAST = [words for words in CALLS if not words.startswith('top')]
ROUNDS = 500


def call(*words):
    """(exit code, standard output, standard error) of a call."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = command_line.main(list(words))
    return code, out.getvalue(), err.getvalue()


class Directory(unittest.TestCase):
    """A directory in which applications are."""

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.directory = temporary.name
        os.environ['RUNTIME_DIRECTORY'] = self.directory

    def file(self, name, text, mode='w'):
        path = os.path.join(self.directory, name)
        with open(path, mode) as file:
            file.write(text)
        return path


class Words(unittest.TestCase):
    """Command lines."""

    def test_prefixes_of_words(self):
        for words, function in (('sh', 'show'), ('q', 'show'), ('q s', 'show'), ('fl a x', 'add'),
                                ('fd d x', 'delete'), ('flow port 0', 'show'), ('to', 'top')):
            self.assertEqual(commands.find(words.split())[0].function, function, words)
        for words in ('', 'f', 't', 'x', 'flow s x', 'flow x', 'fdir f', ''):
            with self.assertRaises(Usage, msg=words):
                commands.find(words.split() or [''])
        self.assertRaises(Usage, commands.find, [])

    def test_usage_is_2(self):
        for words in (['-x'], ['-i', 'x', 'show'], ['-p', '../x', 'show'], [], ['t'],
                      ['top', '-n', '0'], ['top', '-d', 'nan'], ['watch', 'top'], ['watch'],
                      ['exporter', '--x']):
            self.assertEqual(call(*words)[0], 2, words)

    def test_help_names_all(self):
        text = call('help')[1]
        for name, among in commands.COMMANDS.items():
            for second in among:
                self.assertIn(f'  {name} {second}'.rstrip(), text)

    def test_documents(self):
        """Each command is in the manual page and in the guide, each metric in the guide."""
        texts = []
        for name in ('app/steerctl/steerctl.1', 'doc/guides/tools/steerctl.rst'):
            with open(os.path.join(SOURCE, name), encoding='utf-8') as file:
                texts.append(re.sub(r'\\f[BIRP]|\\', '', file.read()))
        for name, among in commands.COMMANDS.items():
            for second in among:
                for text in texts:
                    self.assertIn(f'{name} {second}'.strip(), text)
        for metric in metrics.ALL:
            self.assertIn(metric.name, texts[1])

    def test_short(self):
        for number, text in ((0, '0'), (999, '999'), (999.6, '1.00k'), (12345, '12.3k'),
                             (999600, '1.00M'), (123456789, '123M'), (1e19, '10.0E')):
            self.assertEqual(screen.short(number), text)

    def test_caret(self):
        self.assertEqual(caret('a bad word', 2), '    a bad word\n      ^~~')
        self.assertEqual(caret('\tbad', 1), '    \tbad\n    \t^~~')
        self.assertEqual(caret('end', 99).splitlines()[1], '       ^')


class Answers(Directory):
    """What comes from an application."""

    def test_all_that_shows(self):
        with Application(self.directory):
            for words in ('show', 'flow show', 'flow show 3', 'flow save', 'fdir show', 'rss show',
                          'queue show', 'table show', 'kernel show', 'top -b -n 1 -d 0.1',
                          'trace 0011'):
                code, text, error = call(*words.split())
                self.assertEqual((code, error), (0, ''), words)
                self.assertTrue(text, words)
                code, text, error = call('-j', *words.split())
                self.assertEqual((code, error), (0, ''), words)
                self.assertTrue(json.loads(text) is not None, words)

    def test_pages(self):
        with Application(self.directory) as application:
            told = json.loads(call('-j', 'flow', 'show')[1])
            self.assertEqual([each['rule'] for each in told], list(range(40)))
            self.assertEqual([r for r in application.requests if '/flows' in r],
                             ['/steer/flows,0,0', '/steer/flows,0,16', '/steer/flows,0,32'])
        self.assertEqual(told[9], {'rule': 9, 'made_by': 'application', 'hits': 9, 'bytes': 0,
                                   'flow': 'ingress pattern eth / ipv4 / udp dst is 9 / end actions '
                                           'queue index 1 / end'})

    def test_tables(self):
        with Application(self.directory):
            told = json.loads(call('-j', 'table', 'show')[1])
            self.assertEqual([table['table'] for table in told['tables']], [0, 1])
            self.assertEqual(told['tables'][1]['mask'], 'ipv4 / udp dst')
            self.assertIn('ipv4 / udp dst', call('table')[1])

    def test_trace(self):
        with Application(self.directory):
            self.assertEqual(call('trace', '00:11 22')[1], 'packet 0:\nqueue 1\nby rule 3\n')
            for words in ('trace', 'trace 001', 'trace xy', 'trace 00 queue x'):
                self.assertEqual(call(*words.split())[0], 2, words)

    def test_endless_pages(self):
        def same(request):
            told = json.loads(answer(request))
            if request.startswith(b'/steer/flows'):
                told['/steer/flows']['next'] = 16
            return json.dumps(told).encode()

        with Application(self.directory, same):
            self.assertEqual(call('flow', 'show')[0], 3)

    def test_cut_off(self):
        def cut(request):
            told = json.loads(answer(request))
            if request.startswith(b'/steer/flows'):
                told = {'/steer/flows': {'n_flows': 1, 'flows': {
                    '0': {**flow(3), 'text': ['flow create 0 pat'], 'cut_off': 'yes'}}}}
            return json.dumps(told).encode()

        with Application(self.directory, cut):
            self.assertIn('udp dst is 3 ', json.loads(call('-j', 'flow', 'show')[1])[0]['flow'])

    def test_nobody_is_3(self):
        self.assertEqual(call('show')[0], 3)
        with Application(self.directory) as application:
            path = application.path
            code, _, error = call('-p', 'other', 'show')
            self.assertEqual(code, 3)
            self.assertIn('-p rte', error)
        with open(path, 'w', encoding='ascii'):
            self.assertEqual(call('show')[0], 3)

    def test_full_is_3(self):
        with Application(self.directory, lambda _: None):
            self.assertEqual(call('show')[0], 3)

    def test_no_net_steer_is_3(self):
        with Application(self.directory, lambda r: json.dumps(
                {r.decode(): ['/ethdev/list'] if r == b'/' else None}).encode()):
            self.assertEqual(call('show')[0], 3)

    def test_errors(self):
        """The driver's words, its caret, and the same as JSON."""
        def refuse(request):
            if request.startswith(b'/steer/flow_create'):
                return json.dumps({'/steer/flow_create': {
                    'error': ['no ', 'such item'], 'errno': 22, 'at': 8}}).encode()
            return answer(request)

        with Application(self.directory, refuse):
            code, _, error = call('flow', 'add', 'pattern ipv5 / end')
            self.assertEqual((code, error), (1, 'steerctl: no such item\n    pattern ipv5 / end\n'
                                                '            ^~~~\n'))
            code, _, error = call('-j', 'flow', 'add', 'pattern ipv5 / end')
            self.assertEqual(json.loads(error), {'error': 'no such item', 'code': 1, 'errno': 22,
                                                 'at': 8})

    def test_too_long(self):
        with Application(self.directory) as application:
            self.assertEqual(call('flow', 'add', 'x' * 1100)[0], 2)
            self.assertFalse([r for r in application.requests if 'xxx' in r])

    def test_load_is_aborted(self):
        def load(request):
            command = request.split(b',')[0].decode()
            told = {'/steer/load_begin': {'load': 7}, '/steer/load_abort': {'port': 0},
                    '/steer/load_add': {'error': 'no', 'errno': 22, 'at': 4} if b'bad' in request
                    else {'line': 1}}.get(command)
            return json.dumps({command: told}).encode() if told else answer(request)

        name = self.file('rules', '# one\nfine\n\n  flow create 0 bad one\n')
        with Application(self.directory, load) as application:
            code, _, error = call('flow', 'load', name)
            self.assertEqual((code, error), (1, f'steerctl: {name}:4: no\n      flow create 0 bad one'
                                                '\n                        ^~~\n'))
            self.assertEqual(application.requests[-3:], [
                '/steer/load_add,0,7,fine', '/steer/load_add,0,7,bad one', '/steer/load_abort,0,7'])

    def test_no_escape_sequences(self):
        def evil(request):
            return answer(request).replace(b'net_steer0', b'net\\u001b[2Jsteer')

        with Application(self.directory, evil):
            for words in (['show'], ['exporter'], ['queue', 'show', 'port', 'x']):
                self.assertNotIn('\x1b', ''.join(call(*words)[1:]))


class Exporter(Directory):
    """A file is whole, and says when nobody answers."""

    def test_file(self):
        name = os.path.join(self.directory, 'steer.prom')
        with Application(self.directory):
            self.assertEqual(call('exporter', '--file', name)[0], 0)
            with open(name, encoding='utf-8') as file:
                self.assertEqual(file.read(), call('exporter')[1])
        self.assertEqual(call('exporter', '--file', name)[0], 3)
        with open(name, encoding='utf-8') as file:
            self.assertIn('\nnet_steer_up 0\n', file.read())
        self.assertEqual(os.listdir(self.directory).count('steer.prom'), 1)
        self.assertEqual(len(os.listdir(self.directory)), 2)

    def test_labels(self):
        samples = metrics.Samples()
        samples.add(metrics.INFO, 1, port='a"b\\c\nd')
        self.assertIn(r'{port="a\"b\\c\nd"} 1', samples.text())


class Fdir(unittest.TestCase):
    """The short form, and back."""

    def test_back(self):
        for words in ('queue 5 daddr 172.0.0.0/16 dp_from 1000 dp_to 2000 proto 6',
                      'cid 1 daddr 10.0.0.1 proto udp dp_from 53', 'queue 0 proto 47',
                      'queue 0 daddr 2001:db8::/32 mark 7 priority 3', 'queue 9 proto sctp',
                      'queue 1 tunnel vxlan vni 4 daddr 10.0.0.0/8 proto tcp dp_to 80',
                      'queue 1 tunnel geneve'):
            rule = fdir_rule.read(words.split())
            self.assertEqual(fdir_find.find(fdir_rule.write(rule)), rule, words)

    def test_text(self):
        rule = fdir_rule.read('queue 5 daddr 172.0.0.0/16 dp_from 1000 dp_to 2000 proto 6'.split())
        self.assertEqual(fdir_rule.write(rule), 'ingress pattern eth / ipv4 dst spec 172.0.0.0 dst '
                         'prefix 16 / tcp dst spec 1000 dst last 2000 dst mask 0xffff / end actions '
                         'count / queue index 5 / end')

    def test_refused(self):
        for words in ('queue', 'queue x', 'queue 70000', 'queue 1 queue 2', 'daddr 10.0.0.1/8',
                      'daddr x', 'dp_from 1', 'dp_from 1 proto icmp', 'dp_from 2 dp_to 1 proto 6',
                      'vni 3', 'tunnel gre', 'proto 256', 'saddr 10.0.0.1', 'queue \u00b2',
                      'dp_from 0 dp_to 65535 proto 6'):
            with self.assertRaises(Usage, msg=words):
                fdir_rule.read(words.split())

    def test_others_are_none(self):
        for text in ('', 'pattern', 'pattern eth / end actions', 'ingress pattern eth / ipv4 src is '
                     '1.2.3.4 / end actions queue index 1 / end', 'pattern eth / ipv4 / end actions '
                     'drop / end', 'group 1 pattern eth / ipv4 / end actions queue index 1 / end',
                     'pattern eth / ipv4 / tcp dst spec 1 dst mask 3 / end actions queue index 1 / '
                     'end', 'pattern eth / ipv4 / vlan / end actions queue index 1 / end'):
            self.assertIsNone(fdir_find.find(text), text)


class Captures(Directory):
    """pcap and pcapng."""

    def write(self, data):
        return list(capture_file.packets(self.file('capture', data, 'wb')))

    def test_read(self):
        head = b'\xd4\xc3\xb2\xa1\x02\0\x04\0' + bytes(8) + b'\xff\xff\0\0\x01\0\0\0'
        self.assertEqual(self.write(head + bytes(8) + b'\x03\0\0\0\x09\0\0\0abc'), [b'abc'])
        section = bytes.fromhex('0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000')
        interface = bytes.fromhex('01000000 14000000 0100 0000 00000000 14000000')
        packet = bytes.fromhex('06000000 24000000') + bytes(12) + b'\x03\0\0\0\x03\0\0\0abc\0' + \
            b'\x24\0\0\0'
        self.assertEqual(self.write(section + interface + packet), [b'abc'])

    def test_damaged(self):
        rng = random.Random(1)
        for magic in (b'\xd4\xc3\xb2\xa1', b'\x0a\x0d\x0d\x0a', b''):
            for _ in range(ROUNDS):
                with contextlib.suppress(Failure):
                    self.write(magic + rng.randbytes(rng.randrange(100)))


class Hostile(Directory):
    """No answer brings a traceback, and each ends with a code that is documented."""

    def mutations(self, rng):
        """Answers of net_steer, of which something is different."""
        values = [None, [], {}, -1, 1 << 70, 'x', True, 1.5, [[]], {'a': {}}, 'NaN', {'0': 1}, [-1],
                  {'x': {}}, '\x1b[0m']

        def change(value):
            if rng.random() < 0.04:
                return rng.choice(values)
            if isinstance(value, dict):
                return {key: change(each) for key, each in value.items() if rng.random() < 0.97}
            if isinstance(value, list):
                return [change(each) for each in value]
            return value

        def function(request):
            kind = rng.random()
            if kind < 0.02:
                return rng.randbytes(rng.randrange(1, 60))
            if kind < 0.03:
                return b'[' * rng.randrange(1, 16384)
            told = answer(request)
            if kind < 0.05:
                return told[:rng.randrange(1, len(told))]
            if kind < 0.7:
                command, value = next(iter(json.loads(told).items()))
                return json.dumps({command: change(value)}).encode()
            return told

        return function

    def test_answers(self):
        rules = self.file('rules', 'flow create 0 x\n')
        rng = random.Random(7)
        with Application(self.directory, self.mutations(rng)):
            for number in range(ROUNDS):
                words = [rules if word == 'RULES' else word
                         for word in (CALLS if number % 100 == 0 else FAST)[
                             number % len(FAST)].split()]
                code, text, error = call(*(['-j'] if number % 3 == 0 else []), *words)
                self.assertIn(code, (0, 1, 2, 3), (words, text, error))
                self.assertEqual(bool(error), code != 0, (words, text, error))

    def test_welcomes(self):
        for welcome in (b'{}', b'[]', b'x', b'{"max_output_len": 0}', b'{"max_output_len": 1e9}',
                        b'{"max_output_len": 99999999999}', WELCOME[:-1], b'\xff', b'9' * 1000):
            with Application(self.directory, welcome=welcome):
                self.assertEqual(call('show')[0], 3, welcome)


class Program(Directory):
    """The program itself, as a shell starts it."""

    def test_completion(self):
        def complete(*words):
            return subprocess.run([PROGRAM, '--complete', *words], text=True, check=True,
                                  stdout=subprocess.PIPE).stdout.split()

        with Application(self.directory):
            self.assertEqual(complete('f'), ['flow', 'fdir'])
            self.assertEqual(complete('flow', 'a'), ['add'])
            self.assertEqual(complete('queue', 'show', 'port', ''), ['net_steer0'])
            self.assertEqual(complete('-p', ''), ['rte'])
            self.assertEqual(complete('fdir', 'add', 'proto', 't'), ['tcp'])
            self.assertEqual(complete('nothing', ''), [])

    def test_full_disk(self):
        with Application(self.directory), open('/dev/full', 'w', encoding='ascii') as full:
            for words in (['show'], ['flow', 'show'], ['help']):
                done = subprocess.run([PROGRAM, *words], stdout=full, stderr=subprocess.PIPE,
                                      check=False)
                self.assertEqual((done.returncode, done.stderr.count(b'\n')), (2, 1), done.stderr)

    def test_any_bytes(self):
        environment = {**os.environ, 'LC_ALL': 'C', 'PYTHONCOERCECLOCALE': '0', 'PYTHONUTF8': '0'}
        with Application(self.directory):
            for words, text in (['flow', 'add', b'\xff'], b''), (['flow', 'add', '-'], b'\xe4\n'), \
                    (['queue', 'port', b'\xff'], b''), (['show'], b''), \
                    (['flow', 'load', '-'], b'\xe4\n'), (['top', '-b', '-n', '1', '-d', '0.1'], b''):
                done = subprocess.run([PROGRAM, *words], input=text, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, check=False, env=environment)
                self.assertNotIn(b'Traceback', done.stderr, words)

    def test_pipe_that_closes(self):
        with Application(self.directory):
            done = subprocess.run(f'{PROGRAM} flow show | true', shell=True, check=False,
                                  stderr=subprocess.PIPE)
            self.assertEqual(done.stderr, b'')


if __name__ == '__main__':
    unittest.main()
