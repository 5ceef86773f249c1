#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""testpmd's commands for what the port below does: it is done there, or there is a clear answer."""

import contextlib
import sys
import time

import bench
import frames
from bench import check, expect, forbid

AF_PACKET = ('net_steer0,iface=net_af_packet0', 'net_af_packet0,iface=lower')
TAP = ('net_steer0,iface=net_tap0', 'net_tap0,iface=lower')
GROUP = '01:00:5e:00:00:01'


@contextlib.contextmanager
def af_packet():
    """A testpmd on one end of a pair of interfaces. @return it and our end."""
    with bench.veth('lower') as wire, bench.testpmd(*AF_PACKET) as pmd:
        yield pmd, wire
        check(pmd.quit() == 0, f'testpmd did not end well: {pmd.last()}')


@contextlib.contextmanager
def tap():
    """A testpmd with an interface of net_tap's."""
    bench.need_tap()
    with bench.testpmd(*TAP) as pmd:
        yield pmd
        check(pmd.quit() == 0, f'testpmd did not end well: {pmd.last()}')


def flags():
    """Of the interface below."""
    return bench.world.run('ip', 'link', 'show', 'lower').split('<')[1].split('>')[0].split(',')


def silent(pmd, *commands):
    """testpmd says nothing if all is well."""
    for command in commands:
        answer = pmd.command(command)
        check(not answer, f'{command}: {answer}')


def status(pmd, wanted):
    """The link's, of which an event tells that comes a little later."""
    end = time.monotonic() + 5
    while f'Link status: {wanted}\n' not in pmd.command('show port info 0'):
        check(time.monotonic() < end, f'the link is not {wanted}')


def refused(pmd, command, *words):
    """An error, and the port is as it was."""
    before = pmd.command('show port info 0')
    expect(pmd.command(command), *words)
    check(pmd.command('show port info 0') == before, f'{command}: the port has changed')


def multicast():
    """allmulticast and multicast addresses, where the lower port has both"""
    with tap() as pmd:
        silent(pmd, 'set promisc 0 off', 'set allmulti 0 on')
        check('ALLMULTI' in flags() and 'PROMISC' not in flags(), f'flags: {flags()}')
        silent(pmd, 'set allmulti 0 off')
        check('ALLMULTI' not in flags(), f'flags: {flags()}')
        silent(pmd, f'mcast_addr add 0 {GROUP}')
        expect(pmd.command('show port 0 mcast_macs'), 'added: 1', GROUP.upper())
        check('ALLMULTI' not in flags(), f'flags: {flags()}')
        silent(pmd, f'mcast_addr remove 0 {GROUP}')


def multicast_otherwise():
    """promiscuity stands in for allmulticast and multicast addresses, with a notice"""
    with af_packet() as (pmd, _):
        silent(pmd, 'set promisc 0 off', 'set allmulti 0 off')
        check('PROMISC' not in flags(), f'flags: {flags()}')
        expect(pmd.command('set allmulti 0 on'),
               'the port does not take all multicast, it is made promiscuous')
        check('PROMISC' in flags(), f'flags: {flags()}')
        expect(pmd.command('show port info 0'), 'Promiscuous mode: disabled',
               'Allmulticast mode: enabled')
        silent(pmd, f'mcast_addr add 0 {GROUP}', 'set allmulti 0 off')
        check('PROMISC' in flags(), f'flags: {flags()}')
        silent(pmd, f'mcast_addr remove 0 {GROUP}')
        check('PROMISC' not in flags(), f'flags: {flags()}')


def link():
    """link down and up, where the lower port can; else an error"""
    with tap() as pmd:
        # the event of the link may be reported in between
        forbid(pmd.command('set link-down port 0'), 'fail')
        check('UP' not in flags(), f'flags: {flags()}')
        status(pmd, 'down')
        forbid(pmd.command('set link-up port 0'), 'fail')
        check('UP' in flags(), f'flags: {flags()}')
        status(pmd, 'up')
    with af_packet() as (pmd, _):
        refused(pmd, 'set link-down port 0', 'Set link down fail')
        refused(pmd, 'set link-up port 0', 'Set link up fail')


def flow_control():
    """flow control: what the lower port answers"""
    with tap() as pmd:
        # net_tap has it, and can only be without
        expect(pmd.command('show port 0 flow_ctrl'), 'Flow control infos for port 0',
               'Rx pause: off', 'Tx pause: off')
        silent(pmd, 'set flow_ctrl rx off 0')
        refused(pmd, 'set flow_ctrl rx on 0', 'return code = -95')
        refused(pmd, 'set pfc_ctrl rx on tx on 1 2 3 4 0', 'return code = -95')
    with af_packet() as (pmd, _):
        refused(pmd, 'show port 0 flow_ctrl', 'err = -95')
        refused(pmd, 'set flow_ctrl rx on 0', 'return code = -95')


def vlan():
    """VLAN commands that the lower port has not: an error that says so"""
    with tap() as pmd:
        for what in ('strip', 'filter', 'qinq_strip', 'extend'):
            refused(pmd, f'vlan set {what} on 0', 'must be within Rx offloads capabilities')
        refused(pmd, 'rx_vlan add 5 0', 'VLAN-filtering disabled')
        refused(pmd, 'vlan set outer tpid 0x88a8 0', 'failed diag=-95')
        refused(pmd, 'vlan set stripq on 0,0', 'failed diag=-95')


def device():
    """firmware, module, tunnel ports: what there is not"""
    with af_packet() as (pmd, _):
        expect(pmd.command('show port info 0'), 'Firmware-version: not available')
        refused(pmd, 'show port 0 module_eeprom', 'not supported')
        refused(pmd, 'show port 0 eeprom', 'not supported')
        refused(pmd, 'port config 0 udp_tunnel_port add vxlan 4790', 'not supported')


def no_reset():
    """port reset, which the lower port has not: packets and rules after it"""
    udp = frames.Ether() / frames.IP() / frames.UDP(dport=5) / frames.Raw(b'.' * 58)
    with af_packet() as (pmd, wire):
        expect(pmd.command('port stop 0'), 'Done')
        expect(pmd.command('port reset 0'), 'Failed to reset port 0. diag=-95')
        forbid(pmd.command('port start 0'), 'Fail', 'fail', 'Error')
        bench.create(pmd, 'pattern eth / ipv4 / udp dst is 5 / end '
                          'actions mark id 9 / queue index 3 / end')
        pmd.command('set verbose 1')
        pmd.command('start')
        start = pmd.position()
        wire.send(bytes(udp))
        pmd.idle(0.2, 5)
        found = [(r.queue, r.mark) for r in bench.reports(pmd, start)]
        check(found == [(3, 9)], f'queues and marks: {found}')


TESTS = [multicast, multicast_otherwise, link, flow_control, vlan, device, no_reset]

if __name__ == '__main__':
    sys.exit(bench.main(TESTS, ['dpdk-testpmd']))
