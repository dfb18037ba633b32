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
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from shop.config import Config
from shop.models import RoleCode, User
from tests import factories
from tests.backstage import Backstage
from tests.contract.settings import Known, Tokens, as_toml, operations, shortened
from tests.live_shop import LiveShop, live_shop
from tests.plain_client import DEADLINE

SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
MANY = "100000 per second"
# How many examples of each operation are drawn, beside those that its schema's edges make.
EXAMPLES = 1
CALL = re.compile(r"^<\d+> \w+ /api/v1/.* (\d{3})$", re.MULTILINE)


@pytest.fixture(scope="session")
def open_shop(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveShop]:
    """One that minds no number of logins."""
    unlimited = config.model_copy(update={"login_limit": MANY, "refresh_limit": MANY})
    with live_shop(unlimited, tmp_path_factory.mktemp("schemathesis"), workers=2) as shop:
        yield shop


def _what_is_there(shop: LiveShop, backstage: Backstage, owner: User) -> Known:
    """By the names that paths and headers have for it. `owner` has an account and its orders."""
    backstage.shipping()
    category, press, series = factories.category(), factories.publisher(), factories.series()
    hung = {"categories": [category], "publisher": press, "series": series}
    books = [backstage.book(title=f"Book {n}", **hung) for n in range(3)]
    orders = [backstage.order(books[n], user=owner) for n in range(3)]
    backstage.pay(orders[1])
    link = parse_qs(urlsplit(backstage.order_link(orders[0])).query)
    filled = requests.post(
        f"{shop.url}/api/v1/cart/items",
        json={"book_id": books[0].id, "quantity": 1},
        timeout=DEADLINE,
    )
    return {
        "book_id": [book.id for book in books],
        "isbn": [book.isbn for book in books],
        "authors": [book.contributors[0].contributor_id for book in books],
        "publishers": [press.id],
        "series": [series.id],
        "categories": [category.id],
        "number": [order.number for order in orders],
        "user_id": [owner.id],
        "If-Match": ["*"],
        "X-Cart-Token": [filled.headers["X-Cart-Token"]],
        "X-Order-Token": link["token"],
    }


@pytest.mark.parametrize("role", [None, RoleCode.CUSTOMER, RoleCode.ADMIN], ids=str)
def test_every_answer_is_one_that_the_document_tells(
    open_shop: LiveShop, backstage: Backstage, role: RoleCode | None, tmp_path: Path
) -> None:
    document = requests.get(f"{open_shop.url}/api/v1/openapi.json", timeout=DEADLINE).json()
    user, tokens = _logged_in(open_shop, backstage, role) if role else (None, None)
    # Nobody closes the account that they call with.
    owner = user if user and role == RoleCode.CUSTOMER else backstage.user()
    known = _what_is_there(open_shop, backstage, owner)
    # The edges of what an operation takes are tried by the least of those who may call it. What
    # changes a thing has the fields of what makes it, and after the first change is told at each
    # edge that the thing is not what it was.
    edges = {
        operation["operationId"]
        for _, operation in operations(document)
        if (None if {} in operation["security"] else RoleCode.ADMIN) == role
        and "If-Match" not in {parameter["name"] for parameter in operation["parameters"]}
    }
    (tmp_path / "openapi.json").write_text(json.dumps(shortened(document)))
    (tmp_path / "schemathesis.toml").write_text(as_toml(document, known, tokens, edges))
    began = open_shop.log.stat().st_size
    said, report = _run(open_shop, tmp_path)
    log = open_shop.log.read_bytes()[began:].decode()
    statuses = Counter(CALL.findall(log))
    print(f"{role or 'anonymous'}: {statuses.total()} calls, {dict(statuses)}")  # noqa: T201
    assert not [status for status in statuses if status.startswith("5")], _bugs(log)
    assert report["exit_code"] == 0, said
    assert report["complete"], said
    assert report["operations"]["tested"] == report["operations"]["total"], said
    if tokens:
        assert _me(open_shop, tokens.good).status_code == 200


def _logged_in(shop: LiveShop, backstage: Backstage, role: RoleCode) -> tuple[User, Tokens]:
    with backstage.services() as services:
        user = factories.user(services, role)
    sent = {"email": user.email, "password": factories.PASSWORD}
    answers = [
        requests.post(f"{shop.url}/api/v1/auth/login", json=sent, timeout=DEADLINE)
        for _ in range(2)
    ]
    return user, Tokens(*(answer.json()["access_token"] for answer in answers))


def _me(shop: LiveShop, token: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{shop.url}/api/v1/auth/me", headers=headers, timeout=DEADLINE)


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


def _bugs(log: str) -> str:
    """What the shop's records say of errors."""
    return "\n".join(line for line in log.splitlines() if '"ERROR"' in line)
