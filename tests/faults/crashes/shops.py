"""Shops whose parts get killed."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from dev.services import Postgres, Valkey
from shop.config import Config
from tests.faults.crashes.mortal import DIED, FATE
from tests.faults.crashes.points import Point
from tests.jobs.mail_server import MailServer
from tests.jobs.workforce import Workforce
from tests.live_shop import ROOT, LiveShop, environment, live_shop

MORTAL = "tests.faults.crashes.mortal"
UPGRADE = ["-m", "flask", "--app", "wsgi", "db", "upgrade"]


@dataclass(frozen=True)
class MortalShop:
    """One web process, so that its successor has to take over, and one worker.

    YooKassa notifies it only once: nothing is healed by a notification that is repeated.
    """

    web: LiveShop
    worker: Workforce
    mails: MailServer
    fate: Path

    def doom(self, point: Point) -> None:
        """The next process that comes to this point dies there."""
        self.fate.write_text(point.name)

    @property
    def died_at(self) -> float | None:
        """When the process that was doomed came to its point, as `time.time()`."""
        died = self.fate.with_name(DIED)
        return died.stat().st_mtime if died.exists() else None

    def forget_deaths(self) -> None:
        for file in (self.fate, self.fate.with_name(DIED)):
            file.unlink(missing_ok=True)


@contextmanager
def mortal_shop(config: Config, folder: Path) -> Iterator[MortalShop]:
    mails, fate = MailServer(), folder / "fate"
    mails.start()
    ours = config.model_copy(update={"mail_url": mails.url})
    with pytest.MonkeyPatch.context() as variables:
        variables.setenv(FATE, str(fate))
        with live_shop(
            ours, folder, workers=1, application=f"{MORTAL}:web()", retry_after=()
        ) as web:
            worker = Workforce(web.config, folder / "worker.log", MORTAL)
            worker.start()
            yield MortalShop(web, worker, mails, fate)
            worker.stop()
    mails.stop()


@dataclass(frozen=True)
class OwnShop:
    """Two web processes and a worker, on servers of their own; `shown` are orders that it showed.

    Killed, such servers lose nothing that they had said to have: they are run as for `make run`.
    """

    web: LiveShop
    worker: Workforce
    postgres: Postgres
    valkey: Valkey
    shown: list[str] = field(default_factory=list)

    def letters(self) -> set[str]:
        """The names of the mails that went out."""
        folder = Path(unquote(urlsplit(self.web.config.mail_url).path))
        return {file.stem for file in folder.glob("*.eml")}


@contextmanager
def own_shop(config: Config, folder: Path) -> Iterator[OwnShop]:
    with ExitStack() as stack:
        # pytest's own folders are private: the server's account could not enter.
        servers = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="colophon-test-")))
        servers.chmod(0o755)
        postgres = stack.enter_context(Postgres(servers / "postgres"))
        valkey = stack.enter_context(Valkey(servers / "valkey"))
        ours = config.model_copy(
            update={
                "database_url": postgres.database("shop"),
                "redis_url": valkey.url,
                "mail_url": f"file:{folder / 'mail'}",
            }
        )
        upgrade, variables = [sys.executable, *UPGRADE], environment(ours)
        subprocess.run(upgrade, cwd=ROOT, env=variables, check=True, capture_output=True)
        web = stack.enter_context(live_shop(ours, folder, workers=2))
        worker = Workforce(web.config, folder / "worker.log")
        stack.callback(worker.stop)
        worker.start()
        yield OwnShop(web, worker, postgres, valkey)
