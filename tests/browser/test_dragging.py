"""Categories and books of a shelf are dragged to another place by their handles."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from shop.extensions import db
from shop.models import Category, RoleCode
from tests import factories
from tests.browser.people import Clerk
from tests.browser.shelf import ADMIN, Shelf, person
from tests.browser.visitors import Visitors

FAR_ENOUGH = 8  # pixels, from which on it is no click


@pytest.fixture
def clerk(visit: Visitors, shelf: Shelf) -> Page:
    page = visit()
    person(ADMIN, RoleCode.ADMIN)
    Clerk(page).log_in(ADMIN)
    return page


@pytest.fixture
def tree(clerk: Page) -> Locator:
    """Prose with its novels, and after it verse."""
    clerk.goto("/admin/categories")
    clerk.wait_for_load_state()
    return clerk.locator("#tree")


@pytest.fixture
def window(clerk: Page, shelf: Shelf) -> Locator:
    """The books of a shelf of the window: one, two and three."""
    books = [factories.book(title=title) for title in ("One", "Two", "Three")]
    standing = factories.save(factories.shelf(*books))
    clerk.goto(f"/admin/shelves/{standing.id}")
    clerk.wait_for_load_state()
    return clerk.locator("#shelf")


def lift(grip: Locator) -> None:
    """The button stays down."""
    box = grip.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    grip.page.mouse.move(x, y)
    grip.page.mouse.down()
    grip.page.mouse.move(x, y + FAR_ENOUGH, steps=2)


def carry(over: Locator, down: float, right: float = 0) -> None:
    """Above `over`, at this share of its height and so many pixels from its left edge."""
    box = over.bounding_box()
    assert box is not None
    over.page.mouse.move(box["x"] + right, box["y"] + box["height"] * down, steps=8)


def changes(page: Page) -> list[str]:
    """The addresses that it posts to from now on."""
    asked: list[str] = []
    page.on("request", lambda each: asked.append(each.url) if each.method == "POST" else None)
    return asked


def row(tree: Locator, slug: str) -> Locator:
    category = db.session.query(Category).filter_by(slug=slug).one()
    return tree.locator(f"#category-{category.id} > .tree__row")


def paths() -> set[str]:
    db.session.expire_all()
    return {category.path for category in db.session.query(Category)}


def names(tree: Locator) -> list[str]:
    return tree.locator(".tree__name").all_inner_texts()


def titles(window: Locator) -> list[str]:
    return window.locator(".shelf-book__words a").all_inner_texts()


def test_a_category_is_dragged_below_another_with_all_that_is_below_it(tree: Locator) -> None:
    assert names(tree) == ["Prose", "Novels", "Verse"]
    lift(row(tree, "prose").locator(".tree__grip"))
    assert tree.locator(".tree__branch--lifted").count() == 1
    name = row(tree, "verse").locator(".tree__name")
    carry(name, 0.9, right=60)
    assert names(tree) == ["Verse", "Prose", "Novels"]
    with tree.page.expect_response("**/place"):
        tree.page.mouse.up()
    expect(tree.locator(".tree__branch--lifted")).to_have_count(0)
    assert paths() == {"verse", "verse/prose", "verse/prose/novels"}
    tree.page.reload()
    assert names(tree) == ["Verse", "Prose", "Novels"]


def test_a_category_is_put_back_by_escape_and_where_nothing_has_changed(tree: Locator) -> None:
    asked = changes(tree.page)
    lift(row(tree, "novels").locator(".tree__grip"))
    carry(row(tree, "verse").locator(".tree__name"), 0.9, right=2)
    assert names(tree) == ["Prose", "Verse", "Novels"]
    tree.page.keyboard.press("Escape")
    assert names(tree) == ["Prose", "Novels", "Verse"]
    expect(tree.locator(".tree__branch--lifted")).to_have_count(0)
    # The button goes up over another category, and nothing is carried any more.
    carry(row(tree, "prose").locator(".tree__name"), 0.1)
    tree.page.mouse.up()
    lift(row(tree, "verse").locator(".tree__grip"))
    tree.page.mouse.up()
    assert names(tree) == ["Prose", "Novels", "Verse"]
    assert paths() == {"prose", "prose/novels", "verse"}
    assert asked == []


def test_a_book_is_dragged_to_another_place_of_its_shelf(window: Locator) -> None:
    assert titles(window) == ["One", "Two", "Three"]
    lift(window.locator(".tree__grip").first)
    carry(window.locator(".shelf-book").last, 0.9, right=60)
    assert titles(window) == ["Two", "Three", "One"]
    with window.page.expect_response("**/place"):
        window.page.mouse.up()
    expect(window.locator(".shelf-book--lifted")).to_have_count(0)
    window.page.reload()
    assert titles(window) == ["Two", "Three", "One"]


def test_a_book_is_put_back_on_its_shelf_by_escape(window: Locator) -> None:
    asked = changes(window.page)
    lift(window.locator(".tree__grip").last)
    carry(window.locator(".shelf-book").first, 0.1, right=60)
    assert titles(window) == ["Three", "One", "Two"]
    window.page.keyboard.press("Escape")
    window.page.mouse.up()
    assert titles(window) == ["One", "Two", "Three"]
    expect(window.locator(".shelf-book--lifted")).to_have_count(0)
    assert asked == []
