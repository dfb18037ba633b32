"""Secrets that are made once and kept in a file that only their owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def kept_secret(file: Path) -> str:
    """What `file` has; made first when it is missing or empty."""
    if file.exists() and (kept := file.read_text().strip()):
        return kept
    made = secrets.token_urlsafe(32)
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as output:
        output.write(f"{made}\n")
    part.replace(file)
    return made
