"""The shelves of the shop window: on the home page, on a page of their own, beside a book."""

from __future__ import annotations

import pytest

from shop.models import ShelfKind
from tests import factories, markup


@pytest.fixture
def novel(backstage):
    return backstage.book(title="Persuasion")


def shown(answer) -> str:
    assert answer.status_code == 200
    return markup.text(markup.page(answer).find("body/main"))


def test_home_shows_the_picks_with_their_cards_and_the_moods(visitor, backstage, novel):
    backstage.save(
        factories.shelf(novel, kind=ShelfKind.STAFF_PICKS, slug="picks", name_ru="Советуем"),
        factories.shelf(novel, name="For the rain", name_ru="В дождь", slug="rain"),
    )
    english, russian = visitor.get("/"), visitor.get("/ru/")
    for text in ("Read it twice.", "Vera", "For the rain"):
        assert text in shown(english)
    for text in ("Прочла дважды.", "Советуем", "В дождь"):
        assert text in shown(russian)
    links = {link.href for link in markup.plain(russian).links}
    assert {"/ru/shelves/picks", "/ru/shelves/rain"} <= links


def test_a_book_may_stand_everywhere_in_the_window(visitor, backstage):
    book = backstage.book(title="Обломов", language="ru", discount_percent=10)
    other = backstage.book(title="Ася", language="ru")
    backstage.save(
        factories.shelf(book, other, kind=ShelfKind.STAFF_PICKS), factories.shelf(other, book)
    )
    for path in ("/", "/ru/"):
        assert shown(visitor.get(path)).count("Обломов") >= 3


def test_a_shelf_has_its_own_page(visitor, backstage, novel):
    gone = backstage.book(title="Sanditon", stock=0)
    backstage.save(
        factories.shelf(novel, gone, slug="rain", description="Lamp on.", description_ru="Лампа.")
    )
    text = shown(visitor.get("/shelves/rain"))
    for part in ("Lamp on.", "Persuasion", "Sanditon", "Sold out"):
        assert part in text
    assert "Лампа." in shown(visitor.get("/ru/shelves/rain"))


def test_a_shelf_of_picks_shows_every_card(visitor, backstage, novel):
    backstage.save(factories.shelf(novel, slug="picks", kind=ShelfKind.STAFF_PICKS))
    assert "Read it twice." in shown(visitor.get("/shelves/picks"))


def test_an_empty_shelf_says_so(visitor, backstage):
    backstage.save(factories.shelf(slug="bare"))
    assert "nothing on this shelf" in shown(visitor.get("/shelves/bare"))


@pytest.mark.parametrize("slug", ["snow", "%00", "a" * 5000, "Rain"])
def test_a_shelf_that_is_not_there_is_not_found(visitor, backstage, slug):
    backstage.save(factories.shelf(slug="rain"))
    assert visitor.get(f"/shelves/{slug}").status_code == 404


def test_a_book_says_who_picked_it(visitor, backstage, novel):
    backstage.save(factories.shelf(novel, slug="picks", kind=ShelfKind.STAFF_PICKS))
    text = shown(visitor.get(f"/books/{novel.slug}-{novel.id}"))
    assert "Read it twice." in text
    assert "Vera" in text


def test_search_engines_learn_of_shelves_with_books(visitor, backstage, novel):
    backstage.save(factories.shelf(novel, slug="rain"), factories.shelf(slug="bare"))
    text = visitor.get("/sitemaps/pages.xml").get_data(as_text=True)
    assert "/ru/shelves/rain<" in text
    assert "/shelves/bare" not in text
