#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Has clang look at each C file of a build directory as gcc compiled it there, for its warnings.

clang-warnings.py BUILD DIRECTORY... fails if there are any, or a directory of which nothing was
compiled. No code is made, which would take many times as long.
"""

import concurrent.futures
import json
import os
import shlex
import subprocess
import sys

CLANG = ['-fsyntax-only', '-Werror', '-Wno-unknown-warning-option']
TAKES_ONE = ('-o', '-MF', '-MQ', '-MT')
DROPPED = ('-c', '-MD', '-MMD')


def arguments(unit):
    """What a unit is compiled with, without compiler and outputs."""
    words = iter(shlex.split(unit['command']))
    kept = []
    for word in words:
        if word in TAKES_ONE:
            next(words)
        elif word not in DROPPED:
            kept.append(word)
    while not kept[0].startswith('-'):
        kept.pop(0)
    return kept


def look(unit):
    """None, or what clang says of a unit."""
    done = subprocess.run(['clang'] + arguments(unit) + CLANG, cwd=unit['directory'], check=False,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode == 0:
        return None
    return done.stdout.strip() or f'clang ended with exit code {done.returncode} on {unit["file"]}'


def main():
    build, *directories = sys.argv[1:]
    top = os.getcwd()
    with open(os.path.join(build, 'compile_commands.json'), encoding='utf-8') as commands:
        everything = json.load(commands)
    units = {}
    for unit in everything:
        name = os.path.relpath(os.path.join(unit['directory'], unit['file']), top)
        if name.split('/')[0] in directories:
            units.setdefault(name, unit)
    status = 0
    for directory in directories:
        if not any(name.startswith(directory + '/') for name in units):
            print(f'analyze: nothing of {directory} is compiled in {build}')
            status = 1
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for said in pool.map(lambda name: look(units[name]), sorted(units)):
            if said:
                print(said)
                status = 1
    print(f'clang: {len(units)} files')
    return status


sys.exit(main())
