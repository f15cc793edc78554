"""How far each live stream is behind, for Prometheus; read from the workspace at each scrape."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from linnet.posts.live.cursors import CursorBook


class LagCollector(Collector):
    def __init__(self, cursors: CursorBook) -> None:
        self._cursors = cursors

    def collect(self) -> Iterator[GaugeMetricFamily]:
        gauge = GaugeMetricFamily(
            "linnet_listen_lag_seconds",
            "Age of the newest event of a live stream that is in the store; grows while nobody listens.",
            labels=["url"],
        )
        for stream in self._cursors.all():
            gauge.add_metric([stream["url"]], stream["lag_seconds"])
        yield gauge


def registry_with_lag(cursors: CursorBook) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(LagCollector(cursors))
    return registry
