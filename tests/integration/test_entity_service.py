"""EntityBaseService: the plain verbs, and transactions that join."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import MultipleResultsFound, ProgrammingError

from shop.errors import Conflict, Invalid, NotFound, ShopError, Stale
from shop.models import Publisher
from tests import factories as make
from tests.integration.publishers import logged


def test_plain_verbs(service):
    made = service.create(name="North", slug="north")
    assert service.get(made.id).name == "North"
    assert service.update(made.id, name="South").name == "South"
    assert [each.name for each in service.page(1, 10)] == ["South"]
    service.delete(made.id)
    assert service.page(1, 10).total == 0


def test_a_page_knows_its_place(service):
    for _ in range(5):
        make.save(make.publisher())
    page = service.page(2, 2)
    assert (len(page.items), page.total, page.pages) == (2, 5, 3)
    assert service.page(9, 2).items == []


@pytest.mark.parametrize(
    ("most", "page", "shown", "told"),
    [
        (4, 1, 2, (4, 2, True)),
        (4, 3, 0, (4, 2, True)),
        # The last page ends where the counting did.
        (3, 2, 1, (3, 2, True)),
        (5, 3, 1, (5, 3, False)),
        (9, 9, 0, (5, 3, False)),
    ],
)
def test_a_long_list_is_counted_and_leafed_no_further_than_told(service, most, page, shown, told):
    make.save(*(make.publisher() for _ in range(5)))
    query = select(Publisher).order_by(Publisher.id)
    found = service.repository.capped_page(query, page, 2, most)
    assert len(found.items) == shown
    assert (found.total, found.pages, found.is_capped) == told


@pytest.mark.parametrize("key", [0, -1, 2**31 - 1, 2**31, 10**40])
def test_what_is_not_there_is_not_found(service, key, caplog):
    caplog.set_level(logging.DEBUG, "shop.services.storage_errors")
    for verb in (service.get, service.update, service.delete):
        with pytest.raises(NotFound):
            verb(key)
    assert set(logged(caplog)) == {("DEBUG", False)}


def test_a_value_that_is_taken_is_a_conflict(service, press, caplog):
    with pytest.raises(Conflict) as refusal:
        service.create(name=press.name, slug="other")
    assert [problem.field for problem in refusal.value.errors] == ["name"]
    assert logged(caplog) == [("WARNING", False)]
    assert press.name not in caplog.text


@pytest.mark.parametrize("name", ["x" * 301, "with\x00nul"])
def test_a_bad_value_is_invalid(service, name, caplog):
    with pytest.raises(Invalid):
        service.create(name=name, slug="other")
    assert logged(caplog) == [("WARNING", False)]


def test_a_version_that_is_old_is_stale(services):
    book = make.save(make.book())
    services.catalogue.update(book.id, version=book.version, title="First")
    with pytest.raises(Stale):
        services.catalogue.update(book.id, version=1, title="Second")
    assert services.catalogue.get(book.id).title == "First"


def test_whoever_is_slower_is_stale(services, rival, caplog):
    caplog.set_level(logging.INFO, "shop.services.storage_errors")
    book = make.save(make.book())

    def change_after_somebody_else() -> None:
        with services.catalogue.transaction():
            services.catalogue.repository.get(book.id).title = "Mine"
            rival.execute("UPDATE books SET version = version + 1")
            rival.commit()

    with pytest.raises(Stale) as refusal:
        change_after_somebody_else()
    assert refusal.value.status == 412
    assert logged(caplog) == [("INFO", False)]


def test_a_transaction_inside_another_joins_it(service):
    def half() -> None:
        with service.transaction():
            service.create(name="One", slug="one")
            service.create(name="Two", slug="two")
            raise KeyError("a bug")

    with pytest.raises(KeyError):
        half()
    assert service.page(1, 10).total == 0


def test_what_an_inner_transaction_did_is_seen_by_others_at_the_end_only(service, rival):
    rival.autocommit = True
    count = "SELECT count(*) FROM publishers"
    with service.transaction():
        service.create(name="One", slug="one")
        assert rival.execute(count).fetchone() == (0,)
    assert rival.execute(count).fetchone() == (1,)


def test_services_of_one_session_share_a_transaction(services, service, rival):
    rival.autocommit = True
    with services.shipping.transaction():
        service.create(name="One", slug="one")
        services.shipping.seed()
        assert rival.execute("SELECT count(*) FROM shipping_methods").fetchone() == (0,)
    assert rival.execute("SELECT count(*) FROM shipping_methods").fetchone() == (3,)


def test_an_error_inside_is_translated_once_at_the_outer_end(service, press, caplog):
    def twice() -> None:
        with service.transaction(), service.transaction():
            service.create(name=press.name, slug="other")

    with pytest.raises(Conflict):
        twice()
    assert logged(caplog) == [("WARNING", False)]


def test_after_a_refusal_the_next_transaction_is_a_fresh_one(service, press):
    with pytest.raises(Conflict):
        service.create(name=press.name, slug="other")
    assert service.create(name="Another", slug="another").id


@pytest.mark.parametrize("refusal", [NotFound("no"), Invalid("no"), Conflict("no")])
def test_the_shops_own_errors_pass_and_roll_back(service, refusal):
    def refuse() -> None:
        with service.transaction():
            service.create(name="One", slug="one")
            raise refusal

    with pytest.raises(ShopError) as raised:
        refuse()
    assert raised.value is refusal
    assert service.page(1, 10).total == 0


@pytest.mark.parametrize("bug", [ValueError("x"), KeyError("x"), MultipleResultsFound("x")])
def test_a_bug_stays_a_bug(service, bug, caplog):
    def fail() -> None:
        with service.transaction():
            raise bug

    with pytest.raises(type(bug)) as raised:
        fail()
    assert raised.value is bug
    assert logged(caplog) == []


def test_wrong_sql_is_a_bug(service):
    with pytest.raises(ProgrammingError), service.transaction():
        service.session.execute(text("SELECT nothing_like_that FROM books"))
