"""What the API counts of itself, over all of its processes, as Prometheus reads it."""

from __future__ import annotations

import os
import time

from flask import Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

requests = Counter("log_api_requests", "Requests answered", ["route", "method", "status"])
seconds = Histogram("log_api_request_seconds", "Time for a request", ["route", "method"])
posted = Counter("log_api_records_stored", "Records that POST /logs stored")


def install(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_count)


def _begin() -> None:
    g.began = time.monotonic()


def _count(response: Response) -> Response:
    route = request.endpoint or "none"
    method = request.method if request.url_rule else "any"
    requests.labels(route, method, response.status_code).inc()
    seconds.labels(route, method).observe(time.monotonic() - g.began)
    return response


def exposition() -> Response:
    """All processes' together where gunicorn runs several."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
