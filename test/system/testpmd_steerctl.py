#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""steerctl on a stock testpmd that was never given a flow command."""

import contextlib
import json
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time

import bench
import frames
from bench import check, expect

LOWER = 'net_af_packet0,iface=lower,qpairs=1'
PREFIX = f'steerctl_{os.getpid()}'
QUEUES = 4
PROGRAM = os.path.join(bench.SOURCE, 'app', 'steerctl', 'steerctl')
UDP5 = 'ingress pattern eth / ipv4 / udp dst is 5 / end actions count / queue index 2 / end'


def run(*words, code=0, text=None, prefix=PREFIX):
    """What steerctl writes, its errors behind; it must end with this code."""
    done = subprocess.run([PROGRAM, '-p', prefix, *map(str, words)], text=True, check=False,
                          input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30)
    check(done.returncode == code and 'Traceback' not in done.stdout,
          f'{" ".join(map(str, words))} ends with {done.returncode}: {done.stdout}')
    return done.stdout


def ask(*words):
    return json.loads(run('-j', *words))


@contextlib.contextmanager
def port(*more, args='control=on'):
    with bench.veth('lower') as wire, \
            bench.testpmd(f'net_steer0,iface=net_af_packet0,{args}', LOWER, *more,
                          eal=[f'--file-prefix={PREFIX}']) as pmd:
        yield pmd, wire
        check(pmd.quit() == 0, f'testpmd did not end well: {pmd.last()}')


def frame(dport, dst='10.0.0.9', size=58):
    return bytes(frames.Ether() / frames.IP(dst=dst) / frames.UDP(dport=dport) /
                 frames.Raw(b'.' * size))


def send(wire, dport, n, dst='10.0.0.9'):
    for _ in range(n):
        wire.send(frame(dport, dst))


def until(condition, words):
    """It comes true, within some seconds."""
    end = time.monotonic() + 5
    while not condition():
        check(time.monotonic() < end, words)


def received(queue):
    """Packets of a queue, as steerctl tells them."""
    return ask('queue', 'show')['queues'][queue]['packets']


def shown():
    """Each command that shows something, as text and as JSON, by number and by name of the port"""
    with port() as (pmd, wire):
        bench.create(pmd, UDP5.replace('ingress ', ''))
        pmd.command('start')
        send(wire, 5, 7)
        until(lambda: received(2) == 7, 'no 7 packets on queue 2')
        told = ask('show')[0]
        check(told['name'] == 'net_steer0' and told['packets'] == 7 and told['bytes'] == 700 and
              told['flows'] == 1, f'{told}')
        expect(run('show'), '0: net_steer0: started, on net_af_packet0', 'received 7 packets')
        expect(run('queue'), 'queue  packets  bytes', '\n    2        7    700')
        flow = ask('flow', 'show')[0]
        check(flow['hits'] == 7 and flow['bytes'] == 700 and flow['flow'].endswith(
            'udp dst is 5 / end actions count / queue index 2 / end'), f'{flow}')
        check(ask('fl', 'sh', flow['rule']) == [flow], 'one rule')
        expect(run('flow', 'show'), 'udp dst is 5', ' 7 ')
        rss = ask('rss')
        check(set(rss['reta']) == set(range(QUEUES)), f'{rss}')
        expect(run('rss', 'show', 'port', 'net_steer0'), '25.0%')
        check(ask('kernel', 'port', 0)['in_kernel'] == 'off', 'kernel')
        expect(run('q', 's', 'port', '7', code=1), 'there is no net_steer port 7')
        expect(run('t', code=2), 'may be table or top or trace')
        expect(run('flow', 'show', 99, code=1), 'no rule 99')
        expect(run('show', prefix='nobody', code=3), f'-p {PREFIX}')


def tables():
    """Tables, one for each mask, and how often the cache had the answer"""
    with port() as (pmd, wire):
        for n in range(3):
            bench.create(pmd, UDP5.replace('ingress ', '').replace('is 5', f'is {n}'))
        bench.create(pmd, 'pattern eth / ipv6 / end actions drop / end')
        pmd.command('start')
        send(wire, 1, 7)
        until(lambda: received(2) == 7, 'no 7 packets on queue 2')
        told = ask('table', 'show')
        check(sorted(table['rules'] for table in told['tables']) == [1, 3] and
              any('udp' in table['mask'] for table in told['tables']) and told['lookups'] == 7,
              f'{told}')
        expect(run('table'), 'udp', 'cache_hits')


def traced():
    """What would happen to a packet, and nothing is counted"""
    with port() as (pmd, wire):
        bench.create(pmd, UDP5.replace('ingress ', ''))
        pmd.command('start')
        send(wire, 5, 1)
        until(lambda: received(2) == 1, 'not steered')
        packet = frame(5).hex()
        expect(run('trace', packet), 'packet 0:', 'udp', '=> queue 2')
        told = ask('trace', packet, 'queue', 1)
        check(len(told) == 1 and 'queue 2' in told[0]['text'], f'{told}')
        other = frame(6).hex()
        expect(run('trace', other), 'udp dst is 6, not 5')
        # more than a request holds: what is left out is told of by its length
        long = frame(5, size=900).hex()
        expect(run('trace', long), 'the first 490 of', '=> queue 2')
        check(ask('flow', 'show')[0]['hits'] == 1, 'a trace was counted')


def one_rule():
    """A rule made, seen, hit and destroyed, traffic running; flush leaves those of others"""
    with port() as (pmd, wire):
        pmd.command('start')
        check(ask('flow', 'add', UDP5)['port'] == 0, 'add')
        send(wire, 5, 7)
        until(lambda: received(2) == 7, 'not steered')
        flow = ask('flow', 'show')[0]
        check(flow['made_by'] == 'control' and flow['hits'] == 7, f'{flow}')
        expect(run('flow', 'del', flow['rule']), f'destroyed: {flow["rule"]}')
        check(ask('flow', 'show') == [], 'it is there still')
        # words as of testpmd, not quoted; from standard input
        run('flow', 'add', *f'flow create 0 {UDP5}'.split())
        run('flow', 'add', '-', text=UDP5.replace('is 5', 'is 6') + '\n')
        bench.create(pmd, UDP5.replace('is 5', 'is 7').replace('ingress ', ''))
        mine = ask('flow', 'show')[-1]['rule']
        theirs = [f['rule'] for f in ask('flow', 'show') if f['made_by'] == 'application']
        check(len(theirs) == 1, f'{theirs}, {mine}')
        run('flow', 'del', *theirs, code=1)
        check(ask('flow', 'flush')['destroyed'] == 2, 'flush')
        check([f['rule'] for f in ask('flow', 'show')] == theirs, 'whose are left?')
        run('flow', 'del', *theirs, 'any')
        check(ask('flow', 'show') == [], 'it is there still')


def carets():
    """What is refused shows where, and nothing changes"""
    bad = 'ingress pattern eth / ipv4 dst is 10.0.0.300 / end actions drop / end'
    with port():
        for word in ('add', 'validate'):
            answer = run('flow', word, bad, code=1)
            line, under = answer.splitlines()[1:3]
            check(line.strip() == bad and under.index('^') == line.index('10.0.0.300'), answer)
        run('flow', 'validate', UDP5)
        run('flow', 'add', UDP5.replace('index 2', 'index 99'), code=1)
        expect(run('flow', 'add', UDP5 + ' ' * 5 + 'x' * 1000, code=2), 'too long')
        expect(run('flow', 'add', 'a\nb', code=2), 'one line')
        check(ask('flow', 'show') == [], 'there are rules')


def off():
    """Without control=on nothing is changed, and the words say why"""
    with port(args='control=off'):
        expect(run('flow', 'add', UDP5, code=1), 'control=on')
        expect(run('flow', 'flush', code=1), 'control=on')
        run('flow', 'validate', UDP5)
        check(ask('flow', 'show') == [], 'there are rules')


def files():
    """load is all or nothing, with replace as well; save writes what load reads"""
    good = ['# 100 rules', ''] + [f'flow create 0 {UDP5.replace("is 5", f"is {n}")}'
                                  for n in range(100)]
    name = f'/run/{PREFIX}.rules'

    def write(lines):
        with open(name, 'w', encoding='ascii') as file:
            file.write('\n'.join(lines) + '\n')

    with port():
        write(good + ['', '\tflow create 0 ingress pattern eth / ipv5 / end actions drop / end'])
        answer = run('flow', 'load', name, code=1)
        line, under = answer.splitlines()[1:3]
        check(f'{name}:104: ' in answer and
              under.expandtabs().index('^') == line.expandtabs().index('ipv5'), answer)
        check(ask('flow', 'show') == [], 'half of it is there')
        write(good + [UDP5.replace('index 2', 'index 99')])
        expect(run('flow', 'load', name, code=1), f'{name}:103: ')
        check(ask('flow', 'show') == [], 'half of it is there')
        write(good)
        check(ask('flow', 'load', name)['flows'] == 100, 'load')
        expect(run('flow', 'save', name), '100 rules saved')
        with open(name, encoding='ascii') as file:
            saved = file.read()
        check(run('flow', 'load', '-', 'replace', text=saved) == '100 rules made\n', 'replace')
        check(run('flow', 'save') == saved, 'it is not what was saved')
        write(good[:12])
        run('flow', 'load', name, 'replace')
        check(len(ask('flow', 'show')) == 10, 'not replaced')


def fdir():
    """The short form of DPVS's patch: made, shown, hit, destroyed"""
    words = 'queue 3 daddr 172.0.0.0/16 dp_from 1000 dp_to 2000 proto 17'.split()
    with port() as (pmd, wire):
        pmd.command('start')
        run('fdir', 'add', *words)
        for dport in (999, 1000, 2000, 2001):
            send(wire, dport, 1, '172.0.200.1')
        send(wire, 1500, 1, '172.1.0.1')
        until(lambda: sum(q['packets'] for q in ask('queue', 'show')['queues']) == 5, 'not 5')
        told = ask('fdir', 'show')
        check(len(told) == 1 and told[0]['hits'] == 2 and told[0]['queue'] == 3 and
              told[0]['daddr'] == '172.0.0.0/16' and told[0]['dp_to'] == 2000, f'{told}')
        others = ['cid 1 daddr 10.0.0.1', 'queue 2 proto icmp', 'queue 0 proto tcp',
                  'queue 1 daddr 2001:db8::/32 proto 6 dp_from 80 mark 7 priority 2',
                  'queue 1 tunnel vxlan vni 42 daddr 10.2.0.0/16 proto 6 dp_from 1 dp_to 3',
                  'queue 1 tunnel geneve daddr 10.2.0.0/16']
        for each in others:
            run('fdir', 'add', *each.split())
        told = ask('fdir', 'show')
        check(len(told) == len(others) + 1, f'{told}, rules: {run("flow", "show")}')
        expect(run('fdir'), '2001:db8::/32', 'vxlan', 'geneve', '172.0.0.0/16')
        for each in others:
            run('fdir', 'del', *re.sub('^(queue|cid) . ', '', each).split())
        check(len(ask('fdir', 'show')) == 1, run('fdir', 'show'))
        run('fdir', 'del', 'daddr', '172.0.0.0/17', code=1)
        run('fdir', 'del', *words)
        check(ask('flow', 'show') == [], 'it is there still')


SAMPLE = re.compile(r'(net_steer_[a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*)\})? (\d+)\Z')


def parse(text):
    """{(name, labels): value} of Prometheus' text format; each metric has its HELP and its TYPE."""
    found, known = {}, {}
    for line in text.splitlines():
        if line.startswith('# '):
            _, word, name, rest = line.split(' ', 3)
            known.setdefault(name, {})[word] = rest
            continue
        sample = SAMPLE.match(line)
        check(sample, f'no sample: {line}')
        name, labels, value = sample.groups()
        check(set(known.get(name, {})) == {'HELP', 'TYPE'}, f'{name} has no HELP or no TYPE')
        check((name, labels) not in found, f'twice: {line}')
        found[name, labels] = int(value)
    return found


def exported():
    """Prometheus' text, on standard output and in a file"""
    name = f'/run/{PREFIX}.prom'
    with port(args='queues=8') as (pmd, wire):
        bench.create(pmd, UDP5.replace('ingress ', ''))
        pmd.command('start')
        send(wire, 5, 7)
        until(lambda: received(2) == 7, 'no 7 packets on queue 2')
        found = parse(run('exporter', '--flows'))
        check(found['net_steer_up', None] == 1 and
              found['net_steer_queue_packets_total', 'port="net_steer0",queue="2"'] == 7 and
              found['net_steer_flows', 'port="net_steer0"'] == 1, f'{found}')
        check([value for (metric, labels), value in found.items()
               if metric == 'net_steer_flow_hits_total' and 'udp dst is 5' in labels] == [7],
              f'{found}')
        run('exporter', '--file', name)
        with open(name, encoding='utf-8') as file:
            again = parse(file.read())
        check(set(again) == {key for key in found if '_flow_hits' not in key[0] and
                             '_flow_bytes' not in key[0]}, f'{set(found) ^ set(again)}')
    run('exporter', '--file', name, code=3)
    with open(name, encoding='utf-8') as file:
        check(parse(file.read()) == {('net_steer_up', None): 0}, 'it is not down')


def tops():
    """top -b, as JSON, and at a terminal; watch"""
    with port() as (pmd, wire):
        bench.create(pmd, UDP5.replace('ingress ', ''))
        pmd.command('start')
        for words in (('top', '-b', '-n', '1', '-d', '1'), ('-j', 'top', '-n', '1', '-d', '1')):
            top = subprocess.Popen([PROGRAM, '-p', PREFIX, *words], text=True,
                                   stdout=subprocess.PIPE)
            end = time.monotonic() + 10
            while top.poll() is None and time.monotonic() < end:
                send(wire, 5, 1)
                time.sleep(0.01)
            text = top.communicate(timeout=10)[0]
            if words[0] == '-j':
                told = json.loads(text)
                check(told['queues'][2]['packets'] > 0 and told['flows'][0]['hits'] > 0 and
                      told['queues'][1]['packets'] == 0, text)
            else:
                expect(text, 'net_steer0 (port 0)', '100%', 'udp dst is 5')
        text = run('watch', '-n', '2', '-d', '0.1', 'queue', 'show')
        check(text.count('queue  packets') == 2, text)
        run('watch', 'top', code=2)
        live()


def live():
    """top at a terminal of 120 columns, until q is pressed."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (30, 120))
    before = termios.tcgetattr(slave)
    top = subprocess.Popen([PROGRAM, '-p', PREFIX, 'top', '-d', '0.5'], stdin=slave, stdout=slave,
                           stderr=slave)
    screen = b''
    while b'udp dst is 5' not in screen:
        check(select.select([master], [], [], 10)[0], f'nothing but {screen}')
        screen += os.read(master, 4096)
    os.write(master, b'q')
    check(top.wait(10) == 0, 'top did not end')
    while select.select([master], [], [], 0)[0]:
        screen += os.read(master, 4096)
    check(screen.startswith(b'\x1b[?1049h') and screen.endswith(b'\x1b[?1049l') and
          termios.tcgetattr(slave) == before, f'{screen[-200:]}')
    os.close(slave)
    os.close(master)


def two_ports():
    """Of two ports one has to be named"""
    with port('net_steer1,iface=net_null0', 'net_null0'):
        expect(run('queue', code=2), 'net_steer0 (port', 'net_steer1 (port')
        check(ask('queue', 'port', 'net_steer1')['name'] == 'net_steer1', 'name')
        check([told['name'] for told in ask('show')] == ['net_steer0', 'net_steer1'], 'show')
        names = subprocess.check_output([PROGRAM, '--complete', '-p', PREFIX, 'queue', 'port', ''])
        check(names.split() == [b'net_steer0', b'net_steer1'], f'{names}')


if __name__ == '__main__':
    sys.exit(bench.main([shown, tables, traced, one_rule, carets, off, files, fdir, exported, tops,
                         two_ports], ['dpdk-testpmd']))
