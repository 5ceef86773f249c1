# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Open vSwitch with DPDK, as Debian ships it, with a run-time directory and a database of its own.

Nothing of a switch that may run on this machine is touched.
"""

import collections
import os
import re
import shutil
import subprocess
import time

import bench
import world

PROGRAMS = world.OVS
DAEMON = PROGRAMS[-1]
SCHEMA = '/usr/share/openvswitch/vswitch.ovsschema'
BRIDGE = 'br0'
# what OVS says of things that it does not do at all, and of an overloaded machine
# and of our own way to end it
HARMLESS = re.compile('fatal_signal.*signal 15|dpif_netlink|ovs_numa|timeval|poll_loop|coverage|rcu'
                      '|system@|dns_resolve|netdev_offload_tc|TELEMETRY|upcall_cb failure'
                      '|dev_configure = -1'
                      '|Rx checksum offload is not supported|tap_dev_|tap_nl_|tap_create|qdisc'
                      '|is not associated with an rte flow')


class Switch:
    """ovsdb-server and ovs-vswitchd with one bridge; a context, at whose end both are gone.

    @param memory    EAL's arguments about memory
    @param plug_in   EAL's arguments that name the plug-in
    @param settings  of other_config, beside those that DPDK needs
    """

    def __init__(self, memory=('--no-huge', '--legacy-mem', '-m', '1024'),
                 plug_in=bench.EAL[-2:], **settings):
        self.home = '/run/ovs-test'
        shutil.rmtree(self.home, ignore_errors=True)
        os.makedirs(self.home)
        self.env = {**os.environ, 'OVS_RUNDIR': self.home, 'OVS_LOGDIR': self.home,
                    'OVS_DBDIR': self.home, 'OVS_SYSCONFDIR': self.home}
        self.socket = f'unix:{self.home}/db.sock'
        self.settings = {
            'dpdk-init': 'true',
            'dpdk-extra': ' '.join(['--no-pci', *plug_in, *memory]),
            'per-port-memory': 'true',
            **{name.replace('_', '-'): value for name, value in settings.items()},
        }
        self.daemon = self.database = None

    def __enter__(self):
        try:
            self.start_database()
            self.start()
            self.vsctl('add-br', BRIDGE, '--', 'set', 'bridge', BRIDGE, 'datapath_type=netdev')
            self.ofctl('del-flows')
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in (self.daemon, self.database):
            if process is not None:
                process.kill()
                process.wait()

    # Processes

    def launch(self, name, *argv):
        with open(f'{self.home}/{name}.out', 'ab') as out:
            return subprocess.Popen([*argv, f'--pidfile={self.home}/{name}.pid', '--no-chdir',
                                     f'--unixctl={self.home}/{name}.ctl',
                                     f'--log-file={self.home}/{name}.log', '-vconsole:off'],
                                    env=self.env, stdin=subprocess.DEVNULL, stdout=out,
                                    stderr=out, start_new_session=True)

    def start_database(self):
        world.run('ovsdb-tool', 'create', f'{self.home}/conf.db', SCHEMA, env=self.env)
        self.database = self.launch('db', 'ovsdb-server', f'{self.home}/conf.db',
                                    f'--remote=p{self.socket}')
        wait(lambda: os.path.exists(f'{self.home}/db.sock'), 'ovsdb-server does not answer')
        self.vsctl('--no-wait', 'init', '--', 'set', 'Open_vSwitch', '.',
                   *(f'other_config:{name}="{value}"' for name, value in self.settings.items()))

    def start(self):
        """The daemon; what the database says is there once this returns."""
        self.daemon = self.launch('vswitchd', DAEMON, self.socket, '--disable-system')

        def ready():
            bench.check(self.daemon.poll() is None, self.log())
            done = self.tool('ovs-appctl', '-t', f'{self.home}/vswitchd.ctl', 'version')
            return done.returncode == 0
        wait(ready, 'ovs-vswitchd does not answer', 60)
        # waits until it has done all, if this is a change
        self.vsctl('set', 'Open_vSwitch', '.', f'external_ids:started={self.daemon.pid}')

    def stop(self, how):
        """End the daemon by a signal. @return its exit code."""
        self.daemon.send_signal(how)
        return self.daemon.wait(60)

    def text(self, name):
        try:
            with open(f'{self.home}/{name}', encoding='utf-8', errors='replace') as file:
                return file.read()
        except FileNotFoundError:
            return ''

    def log(self):
        return self.text('vswitchd.out') + self.text('vswitchd.log')

    def complaints(self):
        """What the daemon has warned of, but for what has nothing to do with ports and flows."""
        return [line for line in self.text('vswitchd.log').splitlines()
                if re.search(r'\|(WARN|ERR|EMER)\|', line) and not HARMLESS.search(line)]

    # Commands

    def tool(self, *argv):
        return subprocess.run(argv, env=self.env, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                              timeout=90)

    def must(self, *argv):
        done = self.tool(*argv)
        bench.check(done.returncode == 0,
                    f'{" ".join(argv)[:200]}: {done.stdout}{self.log()[-2000:]}')
        return done.stdout

    def vsctl(self, *argv):
        return self.must('ovs-vsctl', f'--db={self.socket}', '--timeout=60', *argv)

    def appctl(self, *argv):
        return self.must('ovs-appctl', '-t', f'{self.home}/vswitchd.ctl', *argv)

    def ofctl(self, command, *argv):
        return self.must('ovs-ofctl', command, BRIDGE, *argv)

    def flows(self, flows, command='add-flows'):
        """Add OpenFlow rules, or with replace-flows have no others: all of them at once."""
        path = f'{self.home}/flows'
        with open(path, 'w', encoding='ascii') as file:
            file.write('\n'.join(flows) + '\n')
        self.must('ovs-ofctl', '--bundle', command, BRIDGE, path)

    def add_port(self, name, devargs, number, **options):
        """A port of type dpdk with an OpenFlow number."""
        self.vsctl('add-port', BRIDGE, name, '--', 'set', 'Interface', name, 'type=dpdk',
                   f'options:dpdk-devargs="{devargs}"', f'ofport_request={number}',
                   *(f'options:{key}={value}' for key, value in options.items()))
        error = self.vsctl('get', 'Interface', name, 'error').strip()
        bench.check(error == '[]', f'{name}: {error}\n{self.log()[-2000:]}')

    def statistics(self, name):
        answer = self.vsctl('get', 'Interface', name, 'statistics')
        return {key: int(value) for key, value in re.findall(r'"?(\w+)"?=(\d+)', answer)}

    def megaflows(self, *more):
        return self.appctl('dpctl/dump-flows', '-m', *more).splitlines()

    def counts(self):
        """dpif-netdev's counters of all PMD threads together, by name in small letters.

        Since 4.0 it writes some of them as "- PHWOL hits:".
        """
        answer = self.appctl('dpif-netdev/pmd-stats-show')
        counts = collections.Counter()
        for block in re.split(r'^(?=pmd thread|main thread)', answer, flags=re.M):
            if not block.startswith('pmd thread'):
                continue
            for key, value in re.findall(r'^  (?:- )?([\w -]+(?:\[[a-z]+\])?): +(\d+)', block,
                                         re.M):
                counts[key.lower()] += int(value)
        return counts


def wait(condition, words, seconds=20):
    """Until a condition holds; words, or what they return, tell what did not come."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise bench.Wrong(words() if callable(words) else words)
        time.sleep(0.05)
