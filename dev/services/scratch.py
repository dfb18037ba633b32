"""Services for tests: on free ports, in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from dev.progress import step
from dev.services.postgres import Postgres
from dev.services.valkey import Valkey


@contextmanager
def scratch_services() -> Iterator[dict[str, str]]:
    """Both running; yields what tests read from the environment to find them."""
    with ExitStack() as stack:
        name = stack.enter_context(tempfile.TemporaryDirectory(prefix="colophon-"))
        folder = Path(name)
        # As root, PostgreSQL runs as another account, which has to get to its own folder.
        os.chmod(folder, 0o711)
        with step("Starting PostgreSQL and Valkey for tests"):
            postgres = stack.enter_context(Postgres(folder / "postgres", durable=False))
            valkey = stack.enter_context(Valkey(folder / "valkey", durable=False))
        yield {"TEST_DATABASE_URL": postgres.url, "TEST_REDIS_URL": valkey.url}
