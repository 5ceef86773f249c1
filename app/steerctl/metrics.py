# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 net_steer contributors
"""What steerctl exporter tells Prometheus: names, which stay as they are, and their text format."""

from typing import NamedTuple

import show


class Metric(NamedTuple):
    """key: what the driver calls it."""

    name: str
    kind: str
    key: str
    about: str


UP = Metric('net_steer_up', 'gauge', '', 'Whether the application answers.')
INFO = Metric('net_steer_port_info', 'gauge', '', 'Ports, what they are called and stand on: 1.')
DROPS = Metric('net_steer_port_drops_total', 'counter', '', 'Packets dropped, by reason.')
PORT = [
    Metric('net_steer_port_started', 'gauge', 'started', 'Whether the port is started.'),
    Metric('net_steer_flows', 'gauge', 'flows', 'Rules of the port.'),
]
LOOKUPS = [
    Metric('net_steer_flow_matched_packets_total', 'counter', 'flow_hits',
           'Packets that a rule has matched.'),
    Metric('net_steer_flow_unmatched_packets_total', 'counter', 'flow_misses',
           'Packets that no rule has matched.'),
    Metric('net_steer_flow_cached_packets_total', 'counter', 'flow_cached',
           'Packets whose rule was in the flow cache.'),
    Metric('net_steer_handed_down_packets_total', 'counter', 'handed_down',
           'Packets judged below, by the lower port.'),
]
QUEUE = [
    Metric('net_steer_queue_packets_total', 'counter', 'packets', 'Packets received.'),
    Metric('net_steer_queue_bytes_total', 'counter', 'bytes', 'Bytes received.'),
    Metric('net_steer_queue_crossed_packets_total', 'counter', 'crossed',
           'Packets that came to the queue by a ring, from another core.'),
    Metric('net_steer_queue_ring_full_drops_total', 'counter', 'ring_full',
           'Packets dropped since the ring to the queue was full.'),
    Metric('net_steer_queue_stopped_drops_total', 'counter', 'stopped',
           'Packets dropped since the queue was stopped.'),
    Metric('net_steer_queue_depth_packets', 'gauge', 'depth', 'Packets that wait in rings.'),
    Metric('net_steer_queue_high_water_packets', 'gauge', 'high_water',
           'Most packets that one of its rings has held.'),
]
FLOW = [
    Metric('net_steer_flow_hits_total', 'counter', 'hits', 'Packets that a rule has counted.'),
    Metric('net_steer_flow_bytes_total', 'counter', 'bytes', 'Bytes that a rule has counted.'),
]
KERNEL = Metric('net_steer_kernel_packets_total', 'counter', '',
                'Packets judged by programs in the kernel, by what became of them.')
VERDICTS = ('to_user', 'to_kernel', 'dropped', 'no_socket', 'no_metadata')
ALL = [UP, INFO, *PORT, DROPS, *LOOKUPS, *QUEUE, *FLOW, KERNEL]


def escape(text):
    return str(text).replace('\\', r'\\').replace('"', r'\"').replace('\n', r'\n')


class Samples:
    """Lines by metric, as the format asks for."""

    def __init__(self):
        self.of = {metric.name: [] for metric in ALL}

    def add(self, metric, value, **labels):
        text = ','.join(f'{name}="{escape(label)}"' for name, label in labels.items())
        self.of[metric.name].append(f'{metric.name}{{{text}}} {value}' if text else
                                    f'{metric.name} {value}')

    def add_those(self, metrics, told, **labels):
        """Those that this net_steer tells."""
        for metric in metrics:
            if metric.key in told:
                value = told[metric.key]
                self.add(metric, int(value == 'on') if isinstance(value, str) else value, **labels)

    def text(self):
        lines = []
        for metric in ALL:
            if self.of[metric.name]:
                lines += [f'# HELP {metric.name} {metric.about}',
                          f'# TYPE {metric.name} {metric.kind}', *self.of[metric.name]]
        return '\n'.join(lines) + '\n'


def add_port(samples, port, with_flows):
    """All that there is to tell of one."""
    info = port.info()
    queues, others = port.queues()
    kernel = port.tell('kernel')
    labels = {'port': port.name}
    samples.add(INFO, 1, **labels, id=port.number,
                **{key: info[key] for key in ('lower', 'lower_driver', 'dispatch', 'kernel',
                                              'version') if key in info})
    samples.add_those(PORT, info, **labels)
    samples.add_those(LOOKUPS, others, **labels)
    for reason, n in show.drops(queues, others).items():
        samples.add(DROPS, n, **labels, reason=reason)
    for queue, told in queues.items():
        samples.add_those(QUEUE, told, **labels, queue=queue)
    for verdict in VERDICTS:
        if verdict in kernel:
            samples.add(KERNEL, kernel[verdict], **labels, verdict=verdict)
    for flow in port.flows() if with_flows else ():
        samples.add_those(FLOW, flow, **labels, rule=flow['rule'],
                          made_by=flow.get('made_by', ''), flow=flow['flow'])
