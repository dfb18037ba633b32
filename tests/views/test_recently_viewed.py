"""Books looked at before: remembered by browsers that run scripts, under no name."""

import pytest
from redis import Redis

from tests import markup
from tests.visitor import HTMX, Visitor

BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
ROBOTS = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36 Chrome-Lighthouse",
    "",
)


@pytest.fixture
def books(backstage):
    return [backstage.book(title=title) for title in ("Emma", "Persuasion", "Sanditon")]


def look(visitor, book, headers=BROWSER, method="GET"):
    """What the book's page asks for by itself."""
    return visitor.client.open(
        f"/recently-viewed?book={book.id}",
        method=method,
        base_url=visitor.url,
        headers={**HTMX, **headers},
    )


def titles(answer) -> list[str]:
    return [markup.text(e) for e in markup.with_class(markup.parse(answer.text), "card__title")]


def test_a_book_page_asks_for_it_and_sets_no_cookie_itself(visitor, books):
    page = visitor.get(f"/books/{books[0].slug}-{books[0].id}", headers=BROWSER)
    place = markup.by_id(markup.page(page), "recently-viewed")
    assert place.get("hx-get") == f"/recently-viewed?book={books[0].id}"
    assert place.get("hx-trigger") == "load"
    # Without scripts there is nothing to see.
    assert markup.text(place) == ""
    assert visitor.cookie("viewed") is None


def test_the_books_before_stand_beside_the_next(visitor, books):
    seen = [titles(look(visitor, book)) for book in books]
    assert seen == [[], ["Emma"], ["Persuasion", "Emma"]]
    answer = visitor.get("/recently-viewed")
    assert titles(answer) == ["Sanditon", "Persuasion", "Emma"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_cookie_is_for_the_shop_alone_and_says_nothing(visitor, books):
    (cookie,) = look(visitor, books[0]).headers.getlist("Set-Cookie")
    assert cookie.startswith("viewed=")
    for part in ("HttpOnly", "SameSite=Lax", "Max-Age=2592000"):
        assert part in cookie
    assert str(books[0].id) not in cookie.partition(";")[0].split(".")[0]


@pytest.mark.parametrize("agent", ROBOTS)
def test_robots_are_not_visitors(visitor, books, redis_url, agent):
    answer = look(visitor, books[0], {"User-Agent": agent})
    assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (200, [])
    with Redis.from_url(redis_url) as redis:
        assert not redis.keys("viewed:*")


def test_asking_for_the_head_or_the_whole_page_remembers_nothing(visitor, books, redis_url):
    answers = (
        look(visitor, books[0], method="HEAD"),
        visitor.get(f"/recently-viewed?book={books[0].id}", headers=BROWSER),
        look(visitor, books[0], BROWSER | {"HX-Boosted": "true"}),
    )
    for answer in answers:
        assert (answer.status_code, answer.headers.getlist("Set-Cookie")) == (200, [])
    with Redis.from_url(redis_url) as redis:
        assert not redis.keys("viewed:*")


@pytest.mark.parametrize("cookie", ["forged", "", "Iml0Ig.x"])
def test_a_cookie_that_the_shop_did_not_sign_is_nobodys(visitor, books, cookie):
    visitor.client.set_cookie("viewed", cookie)
    assert titles(look(visitor, books[0])) == []
    assert visitor.cookie("viewed") != cookie


def test_a_book_that_is_not_there_is_no_trouble(visitor, books):
    answer = visitor.get("/recently-viewed?book=999999", htmx=True, headers=BROWSER)
    assert answer.status_code == 200
    assert visitor.get("/recently-viewed?book=x", htmx=True).status_code == 200


def test_logging_out_forgets_what_was_looked_at(app, backstage, books, redis_url):
    visitor = Visitor(app, backstage.user())
    look(visitor, books[0])
    visitor.post("/logout")
    assert visitor.cookie("viewed") is None
    with Redis.from_url(redis_url) as redis:
        assert not redis.keys("viewed:*")
