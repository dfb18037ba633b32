"""A client that a public generator makes of the document buys a book, from account to payment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from shop.config import Config
from tests.backstage import Backstage
from tests.live_shop import LiveShop, live_shop, shown_on_failure
from tests.plain_client import DEADLINE

GENERATOR = Path(sys.executable).parent / "openapi-python-client"
BUYER = Path(__file__).with_name("buyer.py")


@pytest.fixture
def shop(config: Config, backstage: Backstage, tmp_path: Path) -> Iterator[LiveShop]:
    backstage.shipping()
    with live_shop(config, tmp_path, workers=1) as shop, shown_on_failure(shop.log):
        yield shop


@pytest.fixture
def client(shop: LiveShop, tmp_path: Path) -> Path:
    """The folder with the package `colophon_client`; a part that cannot be made is a failure."""
    document = requests.get(f"{shop.url}/api/v1/openapi.json", timeout=DEADLINE)
    (tmp_path / "openapi.json").write_bytes(document.content)
    # Formatting what nobody reads would be its hooks.
    (tmp_path / "settings.yaml").write_text("post_hooks: []\n")
    made = tmp_path / "made"
    made.mkdir()
    command = [GENERATOR, "generate", "--path", tmp_path / "openapi.json", "--meta", "none"]
    command += ["--config", tmp_path / "settings.yaml", "--output-path", made / "colophon_client"]
    ended = subprocess.run([*command, "--fail-on-warning"], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return made


def test_it_buys_a_book(shop: LiveShop, client: Path, backstage: Backstage) -> None:
    backstage.book(title="Persuasion", list_price="250.00")
    backstage.book(title="Emma")
    ended = subprocess.run(
        [sys.executable, BUYER, shop.url, "Persuasion"],
        env=os.environ | {"PYTHONPATH": str(client)},
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == {
        "states": ["pending_payment", "paid"],
        "total": "500.00",
        "lines": [["Persuasion", 2]],
        "mine": [True],
    }
    assert [order.state for order in backstage.orders()] == ["paid"]
