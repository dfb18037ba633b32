"""What one process has worked out serves the others, and never longer than it is right (ADR 19)."""

from __future__ import annotations

import pytest
from redis import Redis
from sqlalchemy import event, text

from shop.extensions import cache, db
from shop.gateways import shared_cache
from shop.models import ShelfKind
from shop.repositories.book_filters import BookFilters
from shop.services import finding as finding_module
from shop.services.settings import ShopSettings
from shop.web.services import services as services_of
from tests import factories as make
from tests.visitor import Visitor

__all__ = ["services_of"]


@pytest.fixture
def elsewhere(another_shop):
    """A shop on the same stores, as another process of it would be."""
    return another_shop()


@pytest.fixture
def looked_up(monkeypatch):
    """Names of what was looked for in the shared cache, and whether it was there."""
    seen = []
    monkeypatch.setattr(shared_cache, "count_lookup", lambda name, *, hit: seen.append((name, hit)))
    return seen


def statements(app, address: str) -> int:
    """How many statements the page costs."""
    counted = []

    def count(*_):
        counted.append(1)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        assert Visitor(app).get(address).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(counted)


def test_another_process_makes_no_window_that_is_made(app, elsewhere, services, looked_up):
    make.save(make.shelf(make.book(title="Pick"), kind=ShelfKind.STAFF_PICKS), make.book())
    for each in (app, elsewhere):
        # What each has to read when it starts.
        Visitor(each).get("/books")
    alone = statements(app, "/")
    assert statements(elsewhere, "/") < alone / 2
    assert Visitor(app).get("/").text.count("Pick") == Visitor(elsewhere).get("/").text.count(
        "Pick"
    )
    assert [hit for name, hit in looked_up if name == "window"] == [False, True]


@pytest.mark.parametrize(
    ("change", "was", "becomes"),
    [
        ("books SET title = 'Emma'", "Pick", "Emma"),
        ("shelves SET name = 'Chosen'", "Chosen by us", "Chosen"),
        ("shelf_entries SET note = 'Read it twice.'", "Read it.", "Read it twice."),
        ("categories SET name = 'Stories'", "Novels", "Stories"),
    ],
)
def test_a_change_is_on_the_next_page_of_every_process(
    app, elsewhere, services, change, was, becomes
):
    book = make.book(title="Pick", categories=[make.category("novels", name="Novels")])
    shelf = make.shelf(book, kind=ShelfKind.STAFF_PICKS, name="Chosen by us")
    shelf.entries[0].note = "Read it."
    make.save(shelf)
    for each in (app, elsewhere):
        assert was in Visitor(each).get("/").text
    db.session.execute(text(f"UPDATE {change}"))
    db.session.commit()
    for each in (elsewhere, app):
        page = Visitor(each).get("/").text
        assert becomes in page
        assert was not in page.replace(becomes, "")


def test_facets_are_counted_once_for_all_pages_and_processes(
    app, elsewhere, services, looked_up, monkeypatch
):
    monkeypatch.setattr(finding_module, "WORTH_SHARING", 1)
    tide = make.publisher("Tide")
    make.save(*(make.book(publisher=tide, language="en") for _ in range(3)))
    asked = BookFilters(language__in=["en", "ru"])
    mine = services.finding.find(asked, 1, 2).facets
    monkeypatch.setattr(finding_module, "count", None)
    with elsewhere.app_context():
        by_title = asked.model_copy(update={"order_by": "title"})
        theirs = services_of.finding.find(by_title, 2, 2).facets
    assert looked_up == [("facets", False), ("facets", True)]
    assert [(c.value, c.count, c.chosen) for c in theirs.languages] == [
        ("en", 3, True),
        ("ru", 0, True),
    ]
    assert [c.entity.name for c in theirs.publishers.choices] == ["Tide"]
    for name in ("languages", "formats", "ages", "prices", "years", "available"):
        assert getattr(theirs, name) == getattr(mine, name)
    assert theirs.authors.total == mine.authors.total


def chosen(services, notice: str) -> None:
    _, version = services.settings.chosen()
    somebody = make.save(make.staff())
    services.settings.choose(version, ShopSettings(notice=notice, notice_on=True), somebody)


def test_no_setting_is_old_in_another_process(app, elsewhere, services):
    def notice(each) -> str:
        with each.app_context():
            return services_of.settings.front().settings.notice

    assert (notice(app), notice(elsewhere)) == ("", "")
    chosen(services, "We move")
    assert (notice(elsewhere), notice(app)) == ("We move", "We move")


def test_settings_are_read_by_one_process_for_all(app, elsewhere, services, looked_up):
    chosen(services, "We move")
    for each in (app, elsewhere):
        with each.app_context():
            assert services_of.settings.front().settings.notice == "We move"
    assert [hit for name, hit in looked_up if name == "settings"] == [False, True]


def test_without_redis_each_process_works_for_itself(another_shop, services, looked_up):
    make.save(make.book(title="Emma"))
    alone = another_shop(cache_redis_url="redis://127.0.0.1:1/0")
    for _ in range(2):
        assert "Emma" in Visitor(alone).get("/").text
    assert not any(hit for _, hit in looked_up)


def test_what_nobody_of_ours_has_put_there_is_not_shown(app, services, redis_url):
    make.save(make.book(title="Emma"))
    assert "Emma" in Visitor(app).get("/").text
    with Redis.from_url(redis_url) as store:
        for key in store.keys("cache:*"):
            store.set(key, b"\x80\x04not what we keep")
            assert store.ttl(key) > 0 or store.ttl(key) == -1
        assert cache.get("anything") is None
    assert "Emma" in Visitor(app).get("/").text


def test_everything_there_ends_by_itself(app, services, redis_url):
    make.save(make.book())
    Visitor(app).get("/")
    with Redis.from_url(redis_url) as store:
        kept = store.keys("cache:*")
        assert kept
        assert all(0 < store.ttl(key) <= 600 for key in kept)
