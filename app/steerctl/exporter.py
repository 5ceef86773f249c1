# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""steerctl exporter: counters for Prometheus, on standard output or in a file for node_exporter."""

import getopt
import sys

import metrics
import ports
import rules_file
from failure import Absent, Usage


def options(words):
    """(file or None, rules wanted, the port's words)"""
    try:
        given, words = getopt.gnu_getopt(words, 'f:', ['file=', 'flows'])
    except getopt.GetoptError as error:
        raise Usage(error.msg) from error
    found = dict(given)
    return found.get('--file', found.get('-f')), '--flows' in found, words


def read(session, with_flows, words):
    """Samples of all ports, or of the one that is named."""
    samples = metrics.Samples()
    which = [session.only_port(words)] if words else ports.all_ports(session.telemetry)
    samples.add(metrics.UP, 1)
    for port in which:
        metrics.add_port(samples, port, with_flows)
    return samples


def export(session, words):
    name, with_flows, words = options(words)
    failure = None
    try:
        samples = read(session, with_flows, words)
    except Absent as absent:
        # old numbers must not stay
        samples, failure = metrics.Samples(), absent
        samples.add(metrics.UP, 0)
    if name is None:
        sys.stdout.write(samples.text())
    else:
        rules_file.write_whole(name, samples.text())
    if failure is not None:
        raise failure
