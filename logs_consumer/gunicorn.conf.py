"""How gunicorn serves the API; it finds this file by itself.

It listens on $PORT and starts $WEB_CONCURRENCY processes.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from log_service import server_log

# Where the processes put their counts together; set before any of them reads it. Each reading of
# this file makes a new one, since the processes of before may still write.
_ours = f"log-service-{os.getpid()}-"
os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix=_ours)

worker_class = "gthread"
threads = 4
# Each process connects to the store for itself: nothing is opened before the fork.
preload_app = False
# Seconds. A host that stops us kills after 30.
timeout = 30
graceful_timeout = 25
# Bytes; filters of many letters, six to each, are more than the usual 4094.
limit_request_line = 8190
accesslog = None
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """What gunicorn says from now on is among the service's own records."""
    server_log.take_over(worker.log.error_log)


def on_exit(server: Any) -> None:
    """Of the first process, the last to end."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_ours}*"):
        shutil.rmtree(folder, ignore_errors=True)
