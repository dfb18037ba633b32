"""Schemathesis reads the document, sends what it allows and what it does not, and checks answers.

Everything that the document tells is called by nobody in particular, by a customer and by an admin.
The same calls in each run, so that a change fails for what it changed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask

from shop.config import Config
from shop.models import Role
from tests import factories
from tests.backstage import Backstage
from tests.live_shop import LiveShop, live_shop
from tests.plain_client import PlainClient

SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
MANY = "100000 per second"
# How many examples of each operation are drawn, beside those that its schema's edges make.
EXAMPLES = 12
OF_A_KIND = 2
CALL = re.compile(r"^<\d+> \w+ /api/v1/\S* (\d{3})$", re.MULTILINE)


@pytest.fixture(scope="session")
def open_shop(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveShop]:
    """One that minds no number of logins."""
    unlimited = config.model_copy(update={"login_limit": MANY, "refresh_limit": MANY})
    with live_shop(unlimited, tmp_path_factory.mktemp("schemathesis"), workers=2) as shop:
        yield shop


@pytest.fixture
def known(app: Flask, backstage: Backstage) -> Mapping[str, list[Any]]:
    """What is there, by the names that paths have for it."""
    backstage.shipping()
    category, press = factories.category(), factories.publisher()
    books = [
        backstage.book(title=f"Book {n}", categories=[category], publisher=press) for n in range(3)
    ]
    orders = [backstage.order(books[0]), backstage.paid(books[1])]
    return {
        "book_id": [book.id for book in books],
        "isbn": [book.isbn for book in books],
        "author_id": [book.contributors[0].contributor_id for book in books],
        "publisher_id": [press.id],
        "category_id": [category.id],
        "number": [order.number for order in orders],
    }


@pytest.mark.parametrize("role", [None, Role.CUSTOMER, Role.ADMIN], ids=str)
def test_every_answer_is_one_that_the_document_tells(
    open_shop: LiveShop,
    backstage: Backstage,
    known: Mapping[str, list[Any]],
    role: Role | None,
    tmp_path: Path,
) -> None:
    document = requests.get(f"{open_shop.url}/api/v1/openapi.json", timeout=30).json()
    session = _logged_in(open_shop, backstage, role) if role else None
    (tmp_path / "openapi.json").write_text(json.dumps(_shortened(document)))
    (tmp_path / "schemathesis.toml").write_text(_settings(document, known, role, session))
    began = open_shop.log.stat().st_size
    said, report = _run(open_shop, tmp_path)
    statuses = Counter(CALL.findall(open_shop.log.read_bytes()[began:].decode()))
    print(f"{role or 'anonymous'}: {statuses.total()} calls, {dict(statuses)}")  # noqa: T201
    assert report["exit_code"] == 0, said
    assert report["complete"], said
    assert report["operations"]["tested"] == report["operations"]["total"], said
    assert not [status for status in statuses if status.startswith("5")], statuses
    assert statuses.total() >= report["test_cases"]["generated"] > 0


def _logged_in(shop: LiveShop, backstage: Backstage, role: Role) -> str:
    with backstage.services() as services:
        user = factories.user(services, role)
    with PlainClient(shop.url) as browser:
        browser.open("/login")
        browser.send("/login", email=user.email, password=factories.PASSWORD)
        return str(browser.http.cookies["session"])


def _shortened(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Lists have a hundred filters, read and refused alike: the first ones of each kind do."""
    for operation in _operations(document):
        kinds: Counter[str] = Counter()
        kept = []
        for parameter in operation["parameters"]:
            kind = json.dumps({**parameter, "name": ""}, sort_keys=True)
            kinds[kind] += 1
            if parameter["in"] != "query" or kinds[kind] <= OF_A_KIND:
                kept.append(parameter)
        operation["parameters"] = kept
    return document


def _operations(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [each for methods in document["paths"].values() for each in methods.values()]


def _settings(
    document: Mapping[str, Any],
    known: Mapping[str, list[Any]],
    role: Role | None,
    session: str | None,
) -> str:
    """What Schemathesis reads as TOML: mostly it asks for what is there."""
    in_paths = {name for path in document["paths"] for name in re.findall(r"{(\w+)}", path)}
    lines = [f"dictionaries.{name}.values = {json.dumps(known[name])}" for name in known]
    lines += [
        f'parameters."path.{name}" = {{ dictionary = "{name}", probability = 0.7 }}'
        for name in sorted(in_paths & known.keys())
    ]
    if session:
        lines.append(f"auth.openapi.session.api_key = {json.dumps(session)}")
    # The edges of what an operation takes are tried by the least of those who may call it.
    for operation in _operations(document):
        tried_by = None if {} in operation["security"] else Role.ADMIN
        lines += [
            "[[operations]]",
            f"include-operation-id = {json.dumps(operation['operationId'])}",
            f"phases.coverage.enabled = {json.dumps(role == tried_by)}",
        ]
    return "\n".join(lines)


def _run(shop: LiveShop, folder: Path) -> tuple[str, dict[str, Any]]:
    """What it says, and its report."""
    report = folder / "report.json"
    command: list[str | Path] = [SCHEMATHESIS, "run", "openapi.json", "--url", shop.url]
    command += ["--checks", "all", "--generation-deterministic", "--max-examples", str(EXAMPLES)]
    command += ["--report", "json", "--report-json-path", report, "--no-color"]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    said = ended.stdout + ended.stderr
    assert report.exists(), said
    found: dict[str, Any] = json.loads(report.read_text())
    return said, found
