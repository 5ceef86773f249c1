#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""dpdk-pmdinfo.py shows the driver's name and parameters for both flavours of the plug-in."""

import json
import os
import shutil
import subprocess
import sys

DRIVERS = os.path.join(os.environ['STEER_BUILD'], 'drivers')


def pmdinfo(tool, path):
    # by the distribution's python, which has its modules
    out = subprocess.run(['/usr/bin/python3', tool, path], check=True, stdout=subprocess.PIPE)
    return json.loads(out.stdout)


def main():
    tool = shutil.which('dpdk-pmdinfo.py')
    if not tool:
        print('dpdk-pmdinfo.py is not installed')
        return 77
    bad = 0
    for flavour in ('librte_net_steer.so', 'librte_net_steer_static.so'):
        found = pmdinfo(tool, os.path.join(DRIVERS, flavour))
        steer = [driver for driver in found if driver.get('name') == 'net_steer']
        good = len(steer) == 1 and 'iface=' in steer[0].get('params', '')
        print(f'{"ok" if good else "not ok"} {flavour}: {json.dumps(found)}')
        bad |= not good
    return bad


sys.exit(main())
