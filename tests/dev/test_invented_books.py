"""The invented books of a large demo shop."""

import argparse
import dataclasses
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from stdnum import isbn as isbn_rules

from dev.demo import books
from dev.demo.invented import filling
from dev.demo.invented.books import AUTHORS, PUBLISHERS, SERIES, SHARES, Inventor, isbn
from dev.demo.invented.filling import fill
from dev.demo.invented.names import houses, people
from dev.demo.invented.titles import title_slug
from dev.demo.invented.words import declined
from dev.demo.options import add_books_option
from dev.demo.reading import Catalogue, read
from dev.problems import Problem
from shop.extensions import db
from shop.models import Book, BookContributor, StockRecord
from shop.web.services import services
from tests.stored import stored


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read()


@pytest.fixture
def opened(app: Flask, catalogue: Catalogue) -> Iterator[None]:
    """A shop with the tree of categories and three works."""
    few = dataclasses.replace(catalogue, works=catalogue.works[:3], shelves=())
    with app.app_context():
        books.load(services, few)
        yield


def silent(line: str) -> None:
    """Nobody listens."""


def kept() -> list[tuple[Any, ...]]:
    """What is stored of the invented books, without what a run numbers anew."""
    query = (
        select(Book.sku, Book.isbn, Book.title, Book.list_price, Book.created_at)
        .where(Book.sku.startswith("GEN-"))
        .order_by(Book.created_at, Book.sku)
    )
    return [tuple(row) for row in db.session.execute(query)]


def test_the_same_number_is_the_same_book_on_every_machine(catalogue: Catalogue) -> None:
    whole = list(Inventor(catalogue).books(1, 2500))
    assert list(Inventor(catalogue).books(900, 2100)) == whole[899:2100]
    assert whole[0].title == "Хрустальный хранитель"


def test_no_two_places_of_a_list_have_the_same_name() -> None:
    for language, share in SHARES.items():
        names = [people()[language].name(place).whole for place in range(AUTHORS * share // 100)]
        assert len(names) == len(set(names))
        house = houses()[language]
        presses = [house.press(place) for place in range(PUBLISHERS * share // 100)]
        assert len(presses) == len(set(presses))
        series = [house.series(place) for place in range(SERIES * share // 100)]
        assert len(series) == len(set(series))


def test_many_authors_wrote_little_and_a_few_wrote_much(catalogue: Catalogue) -> None:
    per_author = Counter(
        place
        for book in Inventor(catalogue).books(1, 20_000)
        for role, place in book.credits
        if role == "author"
    )
    once = sum(1 for count in per_author.values() if count <= 3)
    assert once > len(per_author) / 2
    assert max(per_author.values()) > 10


def test_isbns_are_valid_and_never_given_twice() -> None:
    given = [isbn(number) for number in range(1, 5000)]
    assert len(set(given)) == len(given)
    assert all(isbn_rules.is_valid(each) for each in given)
    other = isbn(7, {isbn(7)})
    assert other != isbn(7)
    assert isbn_rules.is_valid(other)


@pytest.mark.parametrize(
    ("masculine", "forms"),
    [
        ("старый", "старого старая старой старое старые старых"),
        ("тихий", "тихого тихая тихой тихое тихие тихих"),
        ("летний", "летнего летняя летней летнее летние летних"),
        ("спящий", "спящего спящая спящей спящее спящие спящих"),
        ("чужой", "чужого чужая чужой чужое чужие чужих"),
        ("седой", "седого седая седой седое седые седых"),
    ],
)
def test_adjectives_agree_with_their_nouns(masculine: str, forms: str) -> None:
    got = declined(masculine)
    assert got["m"][0] == masculine
    assert [got["m"][1], *got["f"], got["n"][0], *got["p"]] == forms.split()


def test_a_slug_is_no_longer_than_the_others_and_ends_with_a_word() -> None:
    assert title_slug("Дом у моря") == "dom-u-morya"
    long = title_slug("Повседневная жизнь " * 8)
    assert len(long) <= 80
    assert long.endswith(("povsednevnaya", "zhizn"))


def test_invented_books_are_whole(opened: None, catalogue: Catalogue) -> None:
    said: list[str] = []
    assert fill(services, catalogue, 300, said.append) == 300
    assert said[-1].startswith("invented books 300/300")
    query = select(Book).where(Book.sku.startswith("GEN-"))
    found = db.session.scalars(query.options(*services.catalogue.books.loads())).unique().all()
    assert len(found) == 300
    for book in found:
        assert book.authors
        assert book.publisher
        assert 2 <= len(book.categories) <= 3
        assert all("/" in category.path for category in book.categories)
        assert book.slug
        assert book.description.endswith(".")
    assert {book.language for book in found} >= {"ru", "en"}
    assert any(book.series and book.series_number for book in found)
    assert {book.sku for book in found if not book.isbn} == {
        f"GEN-{number}" for number in range(40, 301, 40)
    }
    assert {0} < {book.stock.num_in_stock for book in found}
    assert any(book.discount_percent for book in found)


def test_a_larger_number_adds_to_a_smaller_one(
    opened: None, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In steps or at once: the same books, and nobody is made twice."""
    monkeypatch.setattr(filling, "STEP", 70)
    fill(services, catalogue, 50, silent)
    assert fill(services, catalogue, 200, silent) == 150
    in_steps = kept()
    assert fill(services, catalogue, 100, silent) == 0
    assert kept() == in_steps
    names = db.session.execute(
        select(func.count(), func.count(func.distinct(BookContributor.contributor_id)))
    ).one()
    assert names[0] > names[1]
    assert stored(StockRecord) == stored(Book) == 203


def test_a_run_that_was_cut_off_goes_on_behind_its_last_step(
    opened: None, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "STEP", 40)

    def cut(line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill(services, catalogue, 100, cut)
    assert len(kept()) == 40
    assert fill(services, catalogue, 100, silent) == 60
    assert len(kept()) == 100


@pytest.mark.parametrize("given", ["many", "-1", "1e6", ""])
def test_a_number_of_books_is_a_number(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    add_books_option(parser)
    assert parser.parse_args(["--books", "1000000"]).books == 1_000_000
    with pytest.raises(SystemExit):
        parser.parse_args([f"--books={given}"])
    assert "is no number of books" in capsys.readouterr().err


def test_a_shop_without_the_demo_categories_is_told_so(app: Flask, catalogue: Catalogue) -> None:
    with app.app_context(), pytest.raises(Problem, match="this shop has no children"):
        fill(services, catalogue, 10, silent)
    with app.app_context():
        assert stored(Book) == 0


def test_a_taken_isbn_is_left_to_its_owner(opened: None, catalogue: Catalogue) -> None:
    book = db.session.scalars(select(Book).limit(1)).one()
    book.isbn = isbn(5)
    db.session.commit()
    fill(services, catalogue, 10, silent)
    query = select(Book.isbn).where(Book.sku == "GEN-5")
    assert db.session.scalar(query) == isbn(5, {isbn(5)})
