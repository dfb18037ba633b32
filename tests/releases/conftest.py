"""The former version of the shop on the database of the present one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from shop.config import Config
from tests.jobs.workforce import Workforce
from tests.live_shop import LiveShop, live_shop, shown_on_failure
from tests.releases.former import NoHistory, unpack_former_code
from tests.shopfront import backstage

__all__ = ["backstage"]


@dataclass(frozen=True)
class FormerShop:
    web: LiveShop
    mails: Path


@pytest.fixture
def former_shop(app: Flask, config: Config, tmp_path: Path) -> Iterator[FormerShop]:
    """A web process and a worker of the version before the newest migration."""
    code = tmp_path / "code"
    try:
        unpack_former_code(code)
    except NoHistory as reason:
        pytest.skip(f"there is no former version to run: {reason}")
    mails = tmp_path / "mail"
    ours = config.model_copy(update={"mail_url": f"file:{mails}"})
    with live_shop(ours, tmp_path, workers=1, code=code) as web:
        worker = Workforce(web.config, tmp_path / "worker.log", code=code)
        with shown_on_failure(web.log, worker.log):
            worker.start()
            yield FormerShop(web, mails)
            worker.stop()
