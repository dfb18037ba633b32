"""What packages of Python cannot bring, taken from Debian. Standard library only."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dev.problems import Problem
from dev.progress import run_quietly, step

# What Debian asks before it starts a service: 101 forbids it.
POLICY = Path("/usr/sbin/policy-rc.d")
SYSTEMD = Path("/run/systemd/system")


@dataclass(frozen=True)
class SystemPart:
    """A program of the system: its name, Debian's package, and what is run."""

    name: str
    debian: str
    program: str

    def is_there(self) -> bool:
        return shutil.which(self.program) is not None


CHROMIUM = SystemPart("Chromium", "chromium", "chromium")
# The script of that name in /usr/sbin goes to the system's own data and account.
RABBITMQ = SystemPart("RabbitMQ", "rabbitmq-server", "/usr/lib/rabbitmq/bin/rabbitmq-server")


def find_in_system(*parts: SystemPart) -> None:
    """Install as root what is missing, else say how."""
    missing = [part for part in parts if not part.is_there()]
    if not missing:
        return
    names = " and ".join(part.name for part in missing)
    packages = [part.debian for part in missing]
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        programs = " and ".join(f"`{part.program}`" for part in missing)
        raise Problem(
            f"The tests need {names}: run `apt-get install {' '.join(packages)}` as root (on "
            f"another system, see to {programs}) and start again."
        )
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    trouble = f"{names} could not be installed; apt-get says:"
    with step(f"Installing {names}"), _services_not_started():
        for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            run_quietly([apt, *words], trouble=trouble, writes_to=Path("/var"), env=environment)
    if RABBITMQ in missing and SYSTEMD.exists():
        print(
            "Debian will start a RabbitMQ of its own with the machine, which nothing here uses: "
            "`systemctl disable rabbitmq-server` tells it not to."
        )


@contextmanager
def _services_not_started() -> Iterator[None]:
    """Debian would start a server as soon as it has installed it.

    A policy that the machine has already is the administrator's, and stays.
    """
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()
