"""Every route, for everybody who may stand before it: who is let in, and who is told what.

What is sent along is broken, and it says nothing of what was read before: whoever is not let in
must not learn so.
"""

from __future__ import annotations

from collections import Counter

import pytest

from shop.web.access import rule_of
from tests.guards.matrix.decisions import BARRED, OWNED, Told, told
from tests.guards.matrix.people import Company, Person
from tests.guards.matrix.things import Things
from tests.guards.test_routes import RULES, routes

BROKEN = {"data": b"{", "content_type": "application/json"}
REFUSALS = {401: Told.LOG_IN, 403: Told.FORBIDDEN, 404: Told.NOT_FOUND}
# Lines of the cart of whoever asks, in which there is nothing yet.
IN_OWN_CART = {
    "DELETE /api/v1/cart/items/<int:book_id>",
    "POST /cart/items/<int:book_id>/restore",
}


@pytest.fixture
def shop(unlimited, monkeypatch):
    """It asks for no token of a page: pages and their tokens are held together elsewhere."""
    monkeypatch.setitem(unlimited.config, "WTF_CSRF_CHECK_DEFAULT", False)
    return unlimited


@pytest.fixture
def company(shop, backstage) -> Company:
    return Company(shop, backstage)


@pytest.fixture
def things(shop, backstage, company) -> Things:
    return Things(shop, backstage, company.owner)


def asked(company, person, method, address):
    """The answer to this person's request."""
    if address.startswith("/api/"):
        sent = {} if method == "GET" else BROKEN
        headers = company.bearer(person)
        return company.visitor(Person.ANONYMOUS).call(method, address, headers=headers, **sent)
    visitor = company.visitor(person)
    ask = visitor.get if method == "GET" else visitor.send
    return ask(address, htmx=True, buffered=True)


def outcome(route, answer) -> str:
    if answer.status_code >= 500 or answer.status_code == 429:
        return f"{answer.status_code}"
    if answer.status_code == 404 and route in IN_OWN_CART:
        return Told.LET_IN
    return REFUSALS.get(answer.status_code, Told.LET_IN)


@pytest.mark.parametrize("person", Person)
def test_everybody_is_told_what_is_decided_for_them(shop, company, things, person):
    decided, found = {}, {}
    for route, endpoint in routes(shop).items():
        method, path = route.split(" ", 1)
        decided[route] = told(route, rule_of(shop, endpoint), person)
        found[route] = outcome(route, asked(company, person, method, things.address(path)))
    assert found == decided
    print(f"{person}: {len(found)} cells")  # noqa: T201 - the number is asked for


def test_no_cell_is_undecided(app):
    cells = {
        (route, person): told(route, rule_of(app, endpoint), person)
        for route, endpoint in routes(app).items()
        for person in Person
    }
    assert [cell for cell, decision in cells.items() if decision is None] == []
    assert len(cells) == len(RULES) * len(Person)
    counts = ", ".join(f"{number} {each}" for each, number in Counter(cells.values()).items())
    size = f"{len(RULES)} routes x {len(Person)} people = {len(cells)} cells"
    print(f"{size}: {counts}")  # noqa: T201 - the number is asked for


def test_nothing_is_decided_for_a_route_that_is_not_there():
    assert {*OWNED, *BARRED} <= set(RULES)


@pytest.mark.parametrize("person", [Person.ANONYMOUS, Person.CLOSED])
def test_whoever_has_to_log_in_is_led_there_by_a_page(shop, company, things, person):
    for route, endpoint in routes(shop).items():
        method, path = route.split(" ", 1)
        if path.startswith("/api/") or told(route, rule_of(shop, endpoint), person) != Told.LOG_IN:
            continue
        visitor, address = company.visitor(person), things.address(path)
        answer = visitor.get(address) if method == "GET" else visitor.send(address)
        assert (answer.status_code, answer.location.split("?")[0]) == (303, "/login"), route
