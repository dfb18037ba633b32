"""If-Match: a change is of what its client has read, and of nothing else."""

import pytest

from shop.models import RoleCode
from tests.api.ordering import path
from tests.visitor import Visitor


@pytest.fixture
def editor(app, backstage):
    return Visitor(app, backstage.user(RoleCode.ADMIN))


def tag(visitor, address) -> str:
    return visitor.get(address).headers["ETag"]


def rename(visitor, address, tags, **change) -> int:
    """The status of a change of what stands at this address."""
    return visitor.call("PATCH", address, change, headers={"If-Match": tags}).status_code


@pytest.fixture
def books(backstage):
    return [f"/api/v1/books/{backstage.book().id}" for _ in range(2)]


def test_the_etag_of_another_entity_is_none_of_this_one(editor, books):
    this, other = (tag(editor, book) for book in books)
    assert rename(editor, books[0], other, title="Emma") == 412
    assert rename(editor, books[0], f"{other}, {this}", title="Emma") == 200


def test_the_etag_of_another_kind_is_none_of_this_one(editor):
    made = [
        editor.call("POST", f"/api/v1/{kind}", {"name": "Aldus"}).headers
        for kind in ("publishers", "series")
    ]
    addresses = [each["Location"].removeprefix("http://localhost") for each in made]
    assert rename(editor, addresses[0], made[1]["ETag"], name="Elzevir") == 412
    assert rename(editor, addresses[1], made[1]["ETag"], name="Elzevir") == 200


def test_of_several_etags_one_has_to_be_that_of_now(editor, books):
    first = tag(editor, books[0])
    assert rename(editor, books[0], first, title="Emma") == 200
    second = tag(editor, books[0])
    assert rename(editor, books[0], f"{first}, {second}", title="Persuasion") == 200
    assert rename(editor, books[0], f"{first}, {second}", title="Sanditon") == 412


def test_ones_account_has_one_etag_name_at_both_of_its_addresses(reader, anna):
    own = f"/api/v1/users/{anna.id}"
    assert rename(reader, "/api/v1/auth/me", tag(reader, own), first_name="Olga") == 200
    assert rename(reader, own, tag(reader, "/api/v1/auth/me"), first_name="Vera") == 200


def test_the_etag_of_an_order_does_not_tell_how_many_there_are(reader, order):
    assert tag(reader, path(order)).startswith(f'"orders-{order.number}-v')
    assert tag(reader, path(order, "/lines")).startswith(f'"orders-{order.number}-v')
