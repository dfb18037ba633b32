"""How gunicorn serves the shop; it finds this file by itself.

It listens on $PORT and starts $WEB_CONCURRENCY processes. Which proxies may say who the
visitor is, is the shop's own setting (TRUSTED_PROXIES), so `forwarded_allow_ips` stays as it is.
"""

from __future__ import annotations

import os
import signal
from typing import Any

# Nothing else of the shop is imported here: SIGHUP starts new processes with the code that is
# there then, and they would take from this one what it has loaded.
from shop.observing import metric_files

# Before anything imports prometheus_client, which decides then how it counts.
metric_files.make()

from prometheus_client.multiprocess import mark_process_dead  # noqa: E402

from shop.web import draining, server_log  # noqa: E402

worker_class = "gthread"
threads = 4
# Each process connects to PostgreSQL for itself: nothing is opened before the fork.
preload_app = False
# Seconds. A host that stops us kills after 30; of these we serve on until the proxy has noticed.
timeout = 30
drain = int(os.environ.get("DRAIN_SECONDS") or 5)
graceful_timeout = 25 - drain
# Bytes; a few filters of the API in Russian, six to a letter, are more than the usual 4094.
limit_request_line = 8190
# The shop writes a record of each request, with its id.
accesslog = None
# It would be one file for all shops of an account, in its home.
control_socket_disable = True


def when_ready(server: Any) -> None:
    """On the first SIGTERM leave the proxy and serve on; then stop. The second stops at once."""

    def leave(number: int, frame: Any) -> None:
        if drain and not draining.is_leaving():
            draining.leave()
            signal.alarm(drain)
        else:
            server.signal(signal.SIGTERM, frame)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGALRM, leave)


def post_worker_init(worker: Any) -> None:
    """No shopper waits for what a new process has to read first."""
    server_log.take_over(worker.log.error_log)
    worker.app.callable.extensions["warm_up"]()


def child_exit(server: Any, worker: Any) -> None:
    """What a process that has ended was doing counts no more; what it has done does."""
    mark_process_dead(worker.pid)


def on_exit(server: Any) -> None:
    metric_files.delete()
