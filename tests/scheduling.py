"""Which worker of a parallel run gets which tests."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

# Their tests share what is slow to start or to load: Chromium, gunicorn's processes, a worker,
# servers of their own.
SHARED = (
    "tests/browser/",
    "tests/contract/test_schemathesis.py",
    "tests/dev/test_demo_orders.py",
    "tests/doctor/",
    "tests/faults/crashes/test_killed_pictures.py",
    "tests/faults/crashes/test_killed_processes.py",
    "tests/faults/crashes/test_killed_stores.py",
    "tests/faults/test_grown_redis.py",
    "tests/faults/test_replica.py",
    "tests/integration/backup/",
    "tests/jobs/",
    "tests/observing/test_outlets.py",
    "tests/races/",
    "tests/storage/",
)
# These share a walk past every page.
WALKED = tuple(
    f"tests/views/test_{name}.py"
    for name in ("heads", "markup", "page_or_fragment", "structured_data")
)
# By themselves each of these takes half a minute and more: begun last, one of them would be waited
# for by every other worker. What shares something is begun before them.
LONG = (
    "tests/search_quality/",
    "tests/views/test_html_validity.py",
    "tests/logs_consumer/test_log_store.py",
    "tests/faults/test_log_path.py",
    "tests/integration/lives/",
    "tests/dev/test_demo_loader.py",
    "tests/guards/matrix/",
)


def long_first(nodeid: str) -> bool:
    """What tests are sorted by."""
    return not nodeid.startswith(LONG)


class SharedFolders(LoadScopeScheduling):
    """The tests that share something go to one worker; every other test where there is room.

    xdist 3.8 has groups for this, but with pytest 9.2 it does not see them:
    https://github.com/pytest-dev/pytest-xdist/issues/1386
    """

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(WALKED):
            return "every page"
        return next((shared for shared in SHARED if nodeid.startswith(shared)), nodeid)
