# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""Counts of a port at two moments, and what has happened a second between them."""

import time

import show

# what belongs to no queue, and is worth a line
OTHERS = ('flow_hits', 'flow_misses', 'flow_cached')


class Sampler:
    """Each call of take() tells rates since the last one."""

    def __init__(self, port, most):
        self.port = port
        self.most = most
        self.last, self.when = None, None

    def counts(self):
        """{what: count}: of queues, of the port, of rules."""
        queues, others = self.port.queues()
        found = {('drops', reason): n for reason, n in show.drops(queues, others).items()}
        found.update({('port', key): others.get(key, 0) for key in OTHERS})
        for queue, told in queues.items():
            for key in ('packets', 'bytes', 'ring_full', 'stopped'):
                found['queue', queue, key] = told.get(key, 0)
        flows = self.port.flows(self.most)
        for flow in flows:
            for key in ('hits', 'bytes'):
                if key in flow:
                    found['flow', flow['rule'], key] = flow[key]
        return found, queues, flows

    def take(self):
        """(rate, queues, flows): rate(what) is a number a second; the first time, 0."""
        counts, queues, flows = self.counts()
        now = time.monotonic()
        last, seconds = self.last, now - (self.when or now)
        self.last, self.when = counts, now

        def rate(*what):
            if last is None or seconds <= 0 or what not in last or what not in counts:
                return 0.0
            # counters that were reset begin anew
            return max(counts[what] - last[what], 0) / seconds

        return rate, queues, flows
