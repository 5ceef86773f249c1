#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""testpmd's flow commands: what they create, count, show, take away, and how they refuse."""

import re
import sys
import time

import bench
import frames
from bench import check, expect, forbid

LOWER = ('net_steer0,iface=net_af_packet0', 'net_af_packet0,iface=lower')
UDP = frames.Ether() / frames.IP() / frames.UDP(dport=5) / frames.Raw(b'.' * 58)
UDP_RULE = 'pattern eth / ipv4 / udp dst is 5 / end actions queue index 2 / count / end'


def exchange(pmd, wire, packet, count):
    """Send a packet several times. @return the queues in which it came."""
    start = pmd.position()
    for _ in range(count):
        wire.send(bytes(packet))
    pmd.idle(0.2, 5)
    return [report.queue for report in bench.reports(pmd, start)]


def hits(pmd, rule, more=''):
    answer = pmd.command(f'flow query 0 {rule} count{more}')
    found = re.search(r' hits: (\d+)\n bytes: (\d+)', answer)
    check(found, f'no count: {answer}')
    return int(found.group(1)), int(found.group(2))


def ids(pmd):
    return [int(i) for i in re.findall(r'^(\d+)\t', pmd.command('flow list 0'), re.M)]


def counting():
    """flow query counts packets and bytes of its rule alone"""
    with bench.veth('lower') as wire, bench.testpmd(*LOWER) as pmd:
        first = bench.create(pmd, UDP_RULE)
        second = bench.create(pmd, 'pattern eth / ipv4 / end actions drop / count / end')
        third = bench.create(pmd, 'pattern eth / end actions queue index 3 / end')
        pmd.command('set verbose 1')
        pmd.command('start')
        check(exchange(pmd, wire, UDP, 7) == [2] * 7, 'not in queue 2')
        check(exchange(pmd, wire, frames.Ether() / frames.IP() / frames.TCP(), 5) == [], 'no drop')
        check(hits(pmd, first) == (7, 700), f'first: {hits(pmd, first)}')
        check(hits(pmd, second) == (5, 270), f'second: {hits(pmd, second)}')
        expect(pmd.command(f'flow query 0 {third} count'), 'complain')
        expect(pmd.command('flow query 0 99 count'), 'not found')
        check(pmd.quit() == 0, 'testpmd did not end well')


def life():
    """flow validate, create, list, dump, destroy and flush"""
    with bench.veth('lower') as wire, bench.testpmd(*LOWER) as pmd:
        pmd.command('set verbose 1')
        pmd.command('start')
        expect(pmd.command(f'flow validate 0 ingress {UDP_RULE}'), 'Flow rule validated')
        check(ids(pmd) == [], 'validating creates')
        rules = [bench.create(pmd, UDP_RULE) for _ in range(3)]
        check(ids(pmd) == rules, f'{rules}: {ids(pmd)}')
        dump = expect(pmd.command('flow dump 0 all'), 'Flow dump finished')
        check(dump.count('udp') == 3, f'three rules: {dump}')
        dump = expect(pmd.command(f'flow dump 0 rule {rules[1]}'), 'Flow dump finished')
        check(dump.count('udp') == 1, f'one rule: {dump}')
        for rule in rules[:2]:
            expect(pmd.command(f'flow destroy 0 rule {rule}'), 'destroyed')
        forbid(pmd.command(f'flow destroy 0 rule {rules[0]}'), 'destroyed')
        check(exchange(pmd, wire, UDP, 2) == [2, 2], 'the third rule is gone, too')
        pmd.command('flow flush 0')
        check(ids(pmd) == [], 'flush leaves rules')
        check(len(set(exchange(pmd, wire, UDP, 4))) == 1, 'one flow, several queues')
        dump = pmd.command('flow dump 0 all')
        check('udp' not in dump, f'flushed rules are shown: {dump}')
        check(pmd.quit() == 0, 'testpmd did not end well')


def many():
    """2,000 rules, each of which is the only one for its packets"""
    with bench.veth('lower') as wire, bench.testpmd(*LOWER) as pmd:
        for i in range(2000):
            pmd.send(f'flow create 0 ingress pattern eth / ipv4 dst is 10.1.{i >> 8}.{i & 255} '
                     f'/ end actions mark id {i} / queue index {i % 4} / end')
            # the terminal has room for so many
            if i % 20 == 19:
                check(pmd.seen(f'Flow rule #{i} created', 0, 10), f'rule {i} is not created')
        pmd.idle(0.2, 10)
        pmd.answered = pmd.position()
        pmd.command('set verbose 1')
        pmd.command('start')
        start = pmd.position()
        chosen = range(0, 2000, 37)
        for i in chosen:
            wire.send(bytes(frames.Ether() / frames.IP(dst=f'10.1.{i >> 8}.{i & 255}')))
            time.sleep(0.001)
        pmd.idle(0.2, 5)
        found = sorted((r.mark, r.queue) for r in bench.reports(pmd, start))
        check(found == [(i, i % 4) for i in chosen], f'marks and queues: {found}')
        pmd.command('flow flush 0')
        check(pmd.quit() == 0, 'testpmd did not end well')


def isolation():
    """flow isolate: what no rule takes is dropped, and counted"""
    with bench.veth('lower') as wire, bench.testpmd(*LOWER) as pmd:
        pmd.command('port stop 0')
        expect(pmd.command('flow isolate 0 1'), 'restricted')
        expect(pmd.command('port start 0'), 'Done')
        bench.create(pmd, UDP_RULE)
        pmd.command('set verbose 1')
        pmd.command('start')
        check(exchange(pmd, wire, UDP, 3) == [2] * 3, 'what a rule takes is missing')
        check(exchange(pmd, wire, frames.Ether() / frames.ARP(), 4) == [], 'no rule takes it')
        expect(pmd.command('show port xstats 0'), 'rx_isolated_drops: 4\n')
        pmd.command('stop')
        pmd.command('port stop 0')
        expect(pmd.command('flow isolate 0 0'), 'not restricted')
        expect(pmd.command('port start 0'), 'Done')
        pmd.command('start')
        check(exchange(pmd, wire, frames.Ether() / frames.ARP(), 4) == [0] * 4, 'still isolated')
        check(pmd.quit() == 0, 'testpmd did not end well')


def aging():
    """age: flow aged lists what no packet came for, and takes it away"""
    with bench.veth('lower') as wire, bench.testpmd(*LOWER) as pmd:
        pmd.command('set verbose 1')
        pmd.command('start')
        start = pmd.position()
        idle = bench.create(pmd, 'pattern eth / ipv4 / udp dst is 9 / end '
                            'actions age timeout 2 / queue index 1 / end')
        busy = bench.create(pmd, 'pattern eth / ipv4 / udp dst is 5 / end '
                            'actions age timeout 1000 / queue index 2 / end')
        check(pmd.seen('flow aged', start, 30), 'no event')
        expect(pmd.command('flow aged 0'), 'total aged flows: 1')
        check(exchange(pmd, wire, UDP, 2) == [2, 2], 'not in queue 2')
        expect(pmd.command(f'flow query 0 {idle} age'), ' aged: 1')
        expect(pmd.command(f'flow query 0 {busy} age'), ' aged: 0')
        expect(pmd.command('flow aged 0 destroy'), '1 flows destroyed')
        check(ids(pmd) == [busy], f'rules: {ids(pmd)}')
        expect(pmd.command('flow aged 0'), 'total aged flows: 0')
        check(pmd.quit() == 0, 'testpmd did not end well')


def sharing():
    """flow indirect_action: rules share RSS, count and age"""
    with bench.veth('lower') as wire, bench.testpmd(*LOWER) as pmd:
        make = 'flow indirect_action 0 create action_id'
        expect(pmd.command(f'{make} 1 ingress action rss queues 1 end / end'), '#1 created')
        expect(pmd.command(f'{make} 2 ingress action count / end'), '#2 created')
        expect(pmd.command(f'{make} 3 ingress action age timeout 1000 / end'), '#3 created')
        forbid(pmd.command(f'{make} 4 ingress action drop / end'), 'created')
        rules = [bench.create(pmd, f'pattern eth / ipv4 / {l4} / end actions '
                              'indirect 1 / indirect 2 / indirect 3 / end')
                 for l4 in ('udp dst is 5', 'tcp')]
        pmd.command('set verbose 1')
        pmd.command('start')
        tcp = frames.Ether() / frames.IP() / frames.TCP() / frames.Raw(b'.' * 46)
        check(exchange(pmd, wire, UDP, 2) == [1, 1], 'not in queue 1')
        expect(pmd.command('flow indirect_action 0 update 1 action rss queues 3 end / end'),
               'updated')
        check(exchange(pmd, wire, UDP, 1) == [3], 'UDP not in queue 3')
        check(exchange(pmd, wire, tcp, 2) == [3, 3], 'TCP not in queue 3')
        expect(pmd.command('flow indirect_action 0 query 2'), ' hits: 5\n bytes: 500')
        expect(pmd.command('flow indirect_action 0 query 3'), ' aged: 0')
        check(hits(pmd, rules[0]) == (5, 500), f'first: {hits(pmd, rules[0])}')
        forbid(pmd.command('flow indirect_action 0 destroy action_id 2'), 'destroyed')
        pmd.command('flow flush 0')
        expect(pmd.command('flow indirect_action 0 destroy action_id 2'), '#2 destroyed')
        check(pmd.quit() == 0, 'testpmd did not end well')


def queues():
    """flow queue: rules from templates, one by one or many by a push"""
    with bench.veth('lower') as wire, bench.testpmd(*LOWER) as pmd:
        pmd.command('port stop 0')
        expect(pmd.command('flow configure 0 queues_number 2 queues_size 64'), 'Configure flows')
        expect(pmd.command('port start 0'), 'Done')
        pmd.command('set verbose 1')
        pmd.command('start')
        expect(pmd.command('flow pattern_template 0 create pattern_template_id 1 relaxed no ingress '
                           'template eth / ipv4 / udp dst mask 0xffff / end'), '#1 created')
        expect(pmd.command('flow actions_template 0 create ingress actions_template_id 1 '
                           'template queue index 0 / end mask queue index 0 / end'), '#1 created')
        expect(pmd.command('flow template_table 0 create table_id 1 group 0 priority 0 ingress '
                           'rules_number 64 pattern_template 1 actions_template 1'), '#1 created')
        make = ('flow queue 0 create {} template_table 1 pattern_template 0 actions_template 0 '
                'postpone {} pattern eth / ipv4 / udp dst is 5 / end '
                'actions queue index {} / end')
        expect(pmd.command(make.format(0, 'no', 2)), 'rule #0 creation enqueued')
        expect(pmd.command('flow pull 0 queue 0'), '1 operations')
        check(exchange(pmd, wire, UDP, 3) == [2] * 3, 'not in queue 2')
        expect(pmd.command('flow queue 0 destroy 0 postpone yes rule 0'), 'enqueued')
        expect(pmd.command(make.format(0, 'yes', 3)), 'enqueued')
        check(exchange(pmd, wire, UDP, 1) == [2], 'before the push')
        pmd.command('flow push 0 queue 0')
        check(exchange(pmd, wire, UDP, 3) == [3] * 3, 'not in queue 3')
        expect(pmd.command('flow pull 0 queue 0'), '2 operations')
        check(pmd.quit() == 0, 'testpmd did not end well')


# what is refused, and what the refusal must name
REFUSED = [
    ('ingress pattern eth / end actions queue index 4 / end', 'queue'),
    ('ingress pattern eth / end actions rss queues 0 9 end / end', 'queue 9'),
    ('ingress pattern eth / end actions rss queues 0 end level 7 / end', 'level'),
    ('ingress pattern eth / ecpri / end actions drop / end', 'ecpri'),
    ('ingress pattern udp / ipv4 / end actions drop / end', ''),
    ('ingress pattern eth / ipv4 / tcp / udp / end actions drop / end', ''),
    ('ingress pattern eth / ipv4 / arp_eth_ipv4 / end actions drop / end', ''),
    ('ingress pattern eth / ipv4 dst mask 255.255.255.0 / end actions drop / end', ''),
    ('ingress pattern eth / ipv4 / udp dst spec 9 dst last 5 dst mask 0xffff / end '
     'actions drop / end', ''),
    ('ingress pattern eth / end actions meter mtr_id 1 / end', 'meter'),
    ('ingress pattern eth / end actions queue index 1 / drop / end', ''),
    ('ingress pattern eth / end actions queue index 1 / queue index 2 / end', ''),
    ('egress pattern eth / end actions drop / end', 'egress'),
    ('transfer pattern eth / end actions drop / end', 'transfer'),
    ('pattern eth / end actions drop / end', ''),
]


def refusals():
    """what cannot be done is refused in a sentence, and changes nothing"""
    with bench.veth('lower'), bench.testpmd(*LOWER) as pmd:
        wrong = []
        for rule, named in REFUSED:
            for verb in ('validate', 'create'):
                answer = pmd.command(f'flow {verb} 0 {rule}')
                said = re.search(r'Caught PMD error type \d+ \([^)]*\): (?:cause: \S+, )?(.+): ',
                                 answer)
                if not said or named not in said.group(1):
                    wrong.append(f'{verb} {rule}: {answer}')
        check(not wrong, '\n'.join(wrong))
        check(ids(pmd) == [], 'a refused rule is there')
        check(pmd.quit() == 0, 'testpmd did not end well')


if __name__ == '__main__':
    sys.exit(bench.main([counting, life, many, isolation, aging, sharing, queues, refusals], ['dpdk-testpmd']))
