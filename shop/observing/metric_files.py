"""The folder in which the processes of one gunicorn count together.

prometheus_client looks for its name when it is imported, so that this comes first.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def make() -> None:
    """An empty folder for this gunicorn and those that it forks; asked again, the same one.

    What the environment names is of another gunicorn, which this one takes the place of.
    """
    if not _made:
        _made.append(Path(tempfile.mkdtemp(prefix="colophon-metrics-")))
    os.environ[FOLDER] = str(_made[0])


def delete() -> None:
    """Nobody counts any more."""
    for folder in _made:
        shutil.rmtree(folder, ignore_errors=True)


_made: list[Path] = []
