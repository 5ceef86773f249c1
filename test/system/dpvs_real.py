#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""A DPVS of yours between client and server: on net_steer, and next to it with its own way out.

    make test-dpvs DPVS=DIRECTORY    with dpvs, dpip and ipvsadm in it, built as its README says

net_steer has to be built for the DPDK that this DPVS has linked in. As DPVS's own FullNAT needs
rules, plain ports have "redirect on" instead: each packet for another worker is handed over.

Not tried where it was written, for want of a DPVS: its commands, and what its configuration takes,
are from its tutorial and its conf/dpvs.conf.items. dpvs_contract.py is what runs without it.
"""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time

import bench
import dpvs_hosts
import world
from bench import check

DIRECTORY = os.environ.get('DPVS', '')
PROGRAMS = [os.path.join(DIRECTORY, name) for name in ('dpvs', 'dpip', 'ipvsadm')]
STATIC = os.path.join(bench.BUILD, 'drivers', 'librte_net_steer_static.so')
CONF, LOG = '/run/dpvs.conf', '/run/dpvs.log'
WORKERS, CONNECTIONS, SECONDS, START_SECONDS = 2, 200, 10, 60
VIP, LIP = dpvs_hosts.VIP[socket.AF_INET], dpvs_hosts.LIP[socket.AF_INET]
RS = dpvs_hosts.SERVER[socket.AF_INET]
AF_PACKET = ['net_af_packet0,iface=wan,qpairs=2', 'net_af_packet1,iface=lan,qpairs=2']
rows = []

DEVICE = '''
    <init> device {name} {{
        rx {{
            queue_number        {workers}
            descriptor_number   1024
            rss                 all
        }}
        tx {{
            queue_number        {workers}
            descriptor_number   1024
        }}
        promisc_mode
    }}
'''
WORKER = '''
    <init> worker cpu{cpu} {{
        type    slave
        cpu_id  {cpu}
        port    dpdk0 {{
            rx_queue_ids     {queue}
            tx_queue_ids     {queue}
        }}
        port    dpdk1 {{
            rx_queue_ids     {queue}
            tx_queue_ids     {queue}
        }}
    }}
'''
WHOLE = '''global_defs {{
    log_level   INFO
    <init> kni  off
}}

netif_defs {{
    <init> pktpool_size     65535
    <init> pktpool_cache    256
    <init> fdir_mode        perfect
{devices}
}}

worker_defs {{
    <init> worker cpu0 {{
        type    master
        cpu_id  0
    }}
{workers}
}}

ipvs_defs {{
    conn {{
        <init> conn_pool_size   65536
        <init> conn_pool_cache  256
        <init> redirect         {redirect}
    }}
}}

sa_pool {{
    <init> pool_hash_size  16
    <init> flow_enable     {flow}
}}
'''
COMMANDS = [
    f'dpip addr add {VIP}/32 dev dpdk0',
    'dpip route add 10.80.0.0/16 dev dpdk0',
    'dpip route add 10.81.0.0/16 dev dpdk1',
    f'ipvsadm -A -t {VIP}:{dpvs_hosts.VPORT} -s rr',
    f'ipvsadm -a -t {VIP}:{dpvs_hosts.VPORT} -r {RS}:{dpvs_hosts.RPORT} -b',
    f'ipvsadm --add-laddr -z {LIP} -t {VIP}:{dpvs_hosts.VPORT} -F dpdk1',
]


def write_conf(steered):
    text = WHOLE.format(
        devices=''.join(DEVICE.format(name=f'dpdk{i}', workers=WORKERS) for i in range(2)),
        workers=''.join(WORKER.format(cpu=i + 1, queue=i) for i in range(WORKERS)),
        redirect='off' if steered else 'on', flow='on' if steered else 'off')
    with open(CONF, 'w', encoding='ascii') as conf:
        conf.write(text)


def tool(line):
    name, *args = line.split()
    return world.run(os.path.join(DIRECTORY, name), *args)


def last_words():
    with open(LOG, encoding='utf-8', errors='replace') as log:
        return ''.join(log.readlines()[-15:])


def wait_ready(process):
    """It answers its tools when its ports are up."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        check(process.poll() is None, f'dpvs has ended:\n{last_words()}')
        try:
            tool('dpip link show')
            return
        except RuntimeError:
            time.sleep(0.5)
    raise bench.Wrong(f'dpvs does not answer:\n{last_words()}')


@contextlib.contextmanager
def dpvs(steered, vdevs):
    """DPVS at work, its lcores on the processors that there are."""
    write_conf(steered)
    cpus = sorted(os.sched_getaffinity(0))
    lcores = ','.join(f'{i}@{cpus[i % len(cpus)]}' for i in range(WORKERS + 1))
    argv = [PROGRAMS[0], '-c', CONF, '--', f'--lcores={lcores}', '--no-huge', '-m', '2048', '--no-pci',
            *(world.plug_in(STATIC) if steered else []), *(f'--vdev={v}' for v in vdevs)]
    with open(LOG, 'w', encoding='ascii') as log, \
            subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log) as process:
        try:
            wait_ready(process)
            for line in COMMANDS:
                tool(line)
            yield
            check(process.poll() is None, f'dpvs has ended:\n{last_words()}')
        finally:
            process.kill()
    for path in ('/run/dpvs.pid', '/run/dpvs.ipc'):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)


def measure(name, steered, vdevs):
    with dpvs_hosts.hosts() as (client, server), dpvs(steered, vdevs):
        start = time.monotonic()
        done = asyncio.run(dpvs_hosts.meet(client, server, CONNECTIONS, 0, SECONDS,
                                           families=[socket.AF_INET]))[0]
        rows.append((name, CONNECTIONS, done, time.monotonic() - start))
    check(done == CONNECTIONS, f'{done} of {CONNECTIONS} connections were completed:\n{last_words()}')


def on_net_steer():
    """DPVS on net_steer over af_packet"""
    measure('net_steer, flow_enable on', True,
            ['net_steer0,iface=net_af_packet0', 'net_steer1,iface=net_af_packet1', *AF_PACKET])


def redirecting():
    """DPVS on plain af_packet with redirect on"""
    measure('af_packet, redirect on', False, AF_PACKET)


def table():
    """both are to be compared"""
    print(f'# {"ports":28}{"connections":>12}{"completed":>11}{"seconds":>9}')
    for name, connections, done, seconds in rows:
        print(f'# {name:28}{connections:12}{done:11}{seconds:9.2f}')


def main():
    if not DIRECTORY:
        print('DPVS is not given: make test-dpvs DPVS=<directory with dpvs, dpip and ipvsadm>')
        return 77
    lacking = [path for path in PROGRAMS if not os.access(path, os.X_OK)]
    if lacking:
        print(f'not ok DPVS={DIRECTORY}: not there, or not to be executed: {" ".join(lacking)}')
        return 1
    return bench.main([on_net_steer, redirecting, table], ['ip', 'ethtool'])


if __name__ == '__main__':
    sys.exit(main())
