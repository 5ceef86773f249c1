#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Has a tool look at each C file of a build directory, as gcc compiled it there.

    look-at.py clang BUILD DIRECTORY...     clang's warnings
    look-at.py tidy BUILD DIRECTORY...      clang-tidy, with clang's warnings among its checks
    look-at.py gcc BUILD DIRECTORY...       gcc's analyser

What follows a "--" goes to the tool. Fails if it finds something, or if nothing of a directory was
compiled. No code is made, which would take many times as long, but by gcc, whose analyser is behind
its first optimizations.
"""

import concurrent.futures
import json
import os
import shlex
import subprocess
import sys

TAKES_ONE = ('-o', '-MF', '-MQ', '-MT')
DROPPED = ('-c', '-MD', '-MMD')
UNKNOWN = '-Wno-unknown-warning-option'
PLAIN = '-fdiagnostics-color=never'
# gcc's own manual: without optimization it sees more of what the source says; warnings of the other
# kinds were seen when the build was made, with what its optimization knows
GCC = ['-c', '-o', os.devnull, '-O0', '-U_FORTIFY_SOURCE', '-fanalyzer', '-Werror']


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


def command(tool, unit, options):
    compiled = arguments(unit)
    if tool == 'clang':
        return ['clang'] + compiled + [PLAIN, '-fsyntax-only', '-Werror', UNKNOWN] + options
    if tool == 'gcc':
        return ['gcc'] + compiled + [PLAIN] + GCC + options
    path = unit['file']
    return ['clang-tidy', '--quiet'] + options + [path, '--'] + \
        [word for word in compiled if word != path] + [PLAIN, UNKNOWN]


def is_ours(finding, directory):
    """Not in what a generator wrote into the build directory: bpftool's code leaks if it fails."""
    build = os.path.realpath(directory) + os.sep
    path = finding.split(':')[0]
    return not os.path.realpath(os.path.join(directory, path)).startswith(build)


def look(tool, unit, options):
    """None, or what the tool says of a unit."""
    done = subprocess.run(command(tool, unit, options), cwd=unit['directory'], check=False,
                          text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode == 0:
        return None
    # clang-tidy counts there what it does not show, too
    said = done.stdout if tool == 'tidy' else done.stderr
    findings = [line for line in said.splitlines() if ': error: ' in line]
    if findings and not any(is_ours(line, unit['directory']) for line in findings):
        return None
    return said.strip() or f'{tool} ended with exit code {done.returncode} on {unit["file"]}'


def compiled_units(build, directories):
    top = os.getcwd()
    with open(os.path.join(build, 'compile_commands.json'), encoding='utf-8') as commands:
        everything = json.load(commands)
    units = {}
    for unit in everything:
        name = os.path.relpath(os.path.join(unit['directory'], unit['file']), top)
        if any(name.startswith(directory + '/') for directory in directories):
            units.setdefault(name, unit)
    return units


def main():
    tool, build, *directories = sys.argv[1:]
    options = []
    if '--' in directories:
        at = directories.index('--')
        directories, options = directories[:at], directories[at + 1:]
    units = compiled_units(build, directories)
    status = 0
    for directory in directories:
        if not any(name.startswith(directory + '/') for name in units):
            print(f'analyze: nothing of {directory} is compiled in {build}')
            status = 1
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for said in pool.map(lambda name: look(tool, units[name], options), sorted(units)):
            if said:
                print(said, flush=True)
                status = 1
    print(f'{tool}: {len(units)} files')
    return status


sys.exit(main())
