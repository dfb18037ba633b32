"""How gunicorn serves the shop; it finds this file by itself.

It listens on $PORT and starts $WEB_CONCURRENCY processes. Which proxies may say who the
visitor is, is the shop's own setting (TRUSTED_PROXIES), so `forwarded_allow_ips` stays as it is.
"""

from __future__ import annotations

from typing import Any

from shop.observing import metric_files

# Before anything imports prometheus_client, which decides then how it counts.
metric_files.make()

from prometheus_client.multiprocess import mark_process_dead  # noqa: E402

from shop.app import warm_up  # noqa: E402

worker_class = "gthread"
threads = 4
# Each process connects to PostgreSQL for itself: nothing is opened before the fork.
preload_app = False
# Seconds. A host that stops us kills after 30.
timeout = 30
graceful_timeout = 25
# Bytes; a few filters of the API in Russian, six to a letter, are more than the usual 4094.
limit_request_line = 8190
# The shop writes a record of each request, with its id.
accesslog = None
# It would be one file for all shops of an account, in its home.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """No shopper waits for what a new process has to read first."""
    warm_up(worker.app.callable)


def child_exit(server: Any, worker: Any) -> None:
    """What a process that has ended was doing counts no more; what it has done does."""
    mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    metric_files.delete()
