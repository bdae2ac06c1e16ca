"""The metrics at /metrics. No label holds an id, a name or an address."""

import platform
from collections.abc import Iterator

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.datastructures import State

from app import __version__
from app.web.watch.request_record import RequestRecord

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counters that grow as requests end, and values read from the application's `state` on each scrape."""

    def __init__(self, state: State) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        registry.register(StateCollector(state))
        Gauge(
            "convfold_build_info",
            "1; the labels are the versions of Convfold and of Python.",
            ["version", "python"],
            registry=registry,
        ).labels(__version__, platform.python_version()).set(1)
        self._requests = Counter(
            "convfold_requests", "Requests answered.", ["route", "status"], registry=registry
        )
        self._seconds = Histogram(
            "convfold_request_seconds",
            "Seconds from the headers of a request to those of its answer.",
            ["route"],
            buckets=SECONDS,
            registry=registry,
        )
        self._waited = Histogram(
            "convfold_queue_wait_seconds",
            "Seconds that a request waited for its computation to begin.",
            buckets=SECONDS,
            registry=registry,
        )
        self._computed = Histogram(
            "convfold_computation_seconds",
            "Seconds of each turn, also where several requests share it.",
            buckets=SECONDS,
            registry=registry,
        )
        state.admission.on_computed = self._computed.observe
        self._refusals = Counter(
            "convfold_refusals", "Requests refused, by kind of error.", ["error"], registry=registry
        )

    def count(self, record: RequestRecord) -> None:
        """Count a finished request."""
        status = f"{record.status // 100}xx" if record.status else "abandoned"
        self._requests.labels(record.route, status).inc()
        if record.status:
            self._seconds.labels(record.route).observe(record.answer_started - record.started)
        if record.computed is not None:
            self._waited.observe(record.waited)
        if record.refusal:
            self._refusals.labels(record.refusal).inc()

    def text(self) -> bytes:
        """Return all metrics in the Prometheus text format."""
        return generate_latest(self._registry)


class StateCollector(Collector):
    """Reads the queue, the answer cache and the stored uploads on each scrape."""

    def __init__(self, state: State) -> None:
        self._state = state

    def collect(self) -> Iterator[Metric]:
        """Yield each metric."""
        admission, answers = self._state.admission, self._state.answers
        store, lifecycle = self._state.lab.pictures.store, self._state.lifecycle
        weights = self._state.lab.imports.store
        gauges = {
            "requests_in_progress": ("Requests being answered.", lifecycle.in_progress),
            "queue_waiting": ("Computations that wait for a turn.", admission.waiting),
            "queue_running": ("Computations that run.", admission.running),
            "queue_slots": ("Computations that may run at once.", admission.slots),
            "cache_bytes": ("Bytes of answers kept in memory.", answers.nbytes),
            "images_held": ("Uploads that are kept.", store.held),
            "images_bytes": ("Bytes that uploads take.", store.held_bytes),
            "weights_held": ("Imported weights that are kept.", weights.held),
            "weights_bytes": ("Bytes that imported weights take.", weights.held_bytes),
            "store_reachable": ("1 while the store of uploads answers.", int(store.is_reachable)),
        }
        counters = {
            "queue_refused": ("Requests told to come back later.", admission.refused),
            "cache_hits": ("Answers found in memory.", answers.hits),
            "cache_misses": ("Answers that were not.", answers.misses),
        }
        for name, (meaning, value) in gauges.items():
            yield GaugeMetricFamily(f"convfold_{name}", meaning, value)
        for name, (meaning, value) in counters.items():
            yield CounterMetricFamily(f"convfold_{name}", meaning, value)
