"""Authors, publishers and series that staff edit: who is called anew is found anew."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from shop.errors import Conflict, Stale
from shop.extensions import db
from shop.models import AuditEntry, Publisher, RoleCode
from shop.repositories.book_filters import BookFilters
from tests import factories as make
from tests.rivals import at_once, meanwhile, until_blocked
from tests.stored import stored


@pytest.fixture
def anna(services):
    return make.save(make.staff(RoleCode.CATALOGUE_MANAGER))


def found(services, q: str) -> list[str]:
    return [book.title for book in services.finding.find(BookFilters(q=q), 1, 10).books]


def test_the_books_of_somebody_with_another_name_are_found_by_it(services, anna):
    author = make.save(make.author("Currer Bell"))
    make.save(make.book(title="Jane Eyre", authors=[author]))
    assert found(services, "currer") == ["Jane Eyre"]
    services.contributors.amend(author.id, 1, {"name": "Charlotte Brontë"}, anna)
    assert found(services, "bronte") == ["Jane Eyre"]
    assert found(services, "currer") == []


@pytest.mark.parametrize("kind", ["publisher", "series"])
def test_the_books_of_a_house_with_another_name_are_found_by_it(services, anna, kind):
    house = make.save({"publisher": make.publisher, "series": make.series}[kind]("Hogarth"))
    make.save(make.book(title="Jacob", **{kind: house}))
    service = {"publisher": services.publishers, "series": services.series}[kind]
    service.amend(house.id, 1, {"name": "Lighthouse"}, anna)
    assert found(services, "lighthouse") == ["Jacob"]
    assert found(services, "hogarth") == []


def test_what_is_left_out_is_made_of_the_name(services, anna):
    values = {"name": "Лев Толстой", "sort_name": None, "slug": None}
    author = services.contributors.add(values, anna)
    assert (author.sort_name, author.slug) == ("Толстой, Лев", "lev-tolstoy")
    values = {"name": "Martin Luther King, Jr.", "sort_name": None, "slug": None}
    assert services.contributors.add(values, anna).sort_name == "Martin Luther King, Jr."
    first, second = (
        services.publishers.add({"name": name, "slug": None}, anna) for name in ("A b", "A, b")
    )
    assert (first.slug, second.slug) == ("a-b", "a-b-2")
    again = services.publishers.amend(second.id, 1, {"name": "A-b", "slug": None}, anna)
    assert again.slug == "a-b-2"


def test_a_name_alone_leaves_the_address(services, anna):
    press = make.save(make.publisher("Old"))
    changed = services.publishers.amend(press.id, 1, {"name": "New"}, anna)
    assert (changed.name, changed.slug, changed.version) == ("New", press.slug, 2)
    [entry] = db.session.scalars(select(AuditEntry))
    assert (entry.actor_id, entry.entity, entry.entity_id) == (anna.id, "publisher", press.id)
    assert (entry.before, entry.after) == ({"name": "Old"}, {"name": "New"})


def test_of_several_who_rename_one_at_once_one_wins(app, services, anna):
    author = make.save(make.author())
    outcomes = at_once(
        app, 6, lambda n: services.contributors.amend(author.id, 1, {"name": f"N {n}"}, anna)
    )
    assert sorted(isinstance(outcome, Stale) for outcome in outcomes) == [False] + [True] * 5


def test_a_name_that_books_hang_on_stays(services, anna):
    author, press, row = make.author(), make.publisher(), make.series()
    make.save(make.book(authors=[author], publisher=press, series=row), make.book(publisher=press))
    kinds = [(services.contributors, author), (services.publishers, press), (services.series, row)]
    for service, entity in kinds:
        with pytest.raises(Conflict) as refusal:
            service.remove(entity.id, 1, anna)
        assert [problem.field for problem in refusal.value.errors] == ["books"]
    assert services.publishers.book_counts([press.id, 0]) == {press.id: 2}


def test_a_book_that_comes_between_keeps_its_publisher(app, services, anna, rival):
    press = make.save(make.publisher())
    make.save(make.book())
    rival.execute(f"UPDATE books SET publisher_id = {press.id}")
    with meanwhile(app, lambda: services.publishers.remove(press.id, 1, anna)) as outcome:
        until_blocked(rival)
        rival.commit()
        assert isinstance(refusal := outcome(), Conflict)
    assert [problem.field for problem in refusal.errors] == ["publisher_id"]
    assert stored(Publisher) == 1
