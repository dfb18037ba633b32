"""DESIGN §4: the address says the language; what a browser prefers is at most suggested."""

import pytest

from shop.config import Locale
from tests import factories, markup
from tests.visitor import Visitor

RUSSIAN = {"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.5"}
# What has one face for all languages.
WITHOUT_PREFIX = [
    *("/api/v1/books", "/healthz", "/readyz"),
    *("/robots.txt", "/sitemap.xml", "/sitemaps/pages.xml"),
]


def language(answer) -> str:
    return markup.page(answer).get("lang")


def alternates(answer) -> dict[str, str]:
    links = markup.page(answer).iter("link")
    return {e.get("hreflang", ""): e.get("href", "") for e in links if e.get("hreflang")}


@pytest.mark.parametrize(
    ("path", "lang"),
    [("/", "en"), ("/books", "en"), ("/ru", "ru"), ("/ru/", "ru"), ("/ru/books", "ru")],
)
def test_the_address_says_the_language(visitor, path, lang):
    assert language(visitor.get(path)) == lang


@pytest.mark.parametrize("path", ["/en", "/en/books", "/ru/ru/books", "/rubooks", "/RU/books"])
def test_what_only_looks_like_a_language_is_not_found(visitor, path):
    assert visitor.get(path).status_code == 404


@pytest.mark.parametrize("path", [*WITHOUT_PREFIX, "/media/x", "/static/css/base.css"])
def test_what_speaks_no_language_has_no_prefix(visitor, path):
    assert visitor.get(f"/ru{path}").status_code == 404


def test_links_and_forms_keep_the_language(visitor, backstage):
    category = backstage.save(factories.category("novels"))
    book = backstage.book(categories=[category])
    for path in ("/ru", "/ru/books", f"/ru/books/{book.slug}-{book.id}", "/ru/cart", "/ru/login"):
        tree = markup.page(visitor.get(path))
        links = [a for a in tree.iter("a") if a.get("hreflang") is None]
        inner = [a.get("href") for a in links if a.get("href").startswith("/")]
        inner += [e.get(name) for e in tree.iter() for name in ("action", "hx-get", "hx-post")]
        assert [a for a in inner if a and not a.startswith("/ru")] == []


def test_redirects_keep_the_language(visitor, backstage):
    book = backstage.book()
    right = f"/ru/books/{book.slug}-{book.id}"
    assert visitor.get(f"/ru/books/x-{book.id}").location == right
    assert visitor.get(f"/ru/isbn/{book.isbn}").location == right
    assert visitor.post("/ru/cart/items", {"book_id": book.id}).location == "/ru/cart"


def test_logging_in_on_the_way_keeps_the_language(visitor, app, backstage):
    with backstage.services() as services:
        user = factories.user(services)
    to_login = visitor.get("/ru/account?page=2")
    assert to_login.location.startswith("/ru/login?")
    form = visitor.get(to_login.location)
    back = visitor.submit(form, "/login", email=user.email, password=factories.PASSWORD)
    assert back.location == "/ru/account?page=2"


def test_alternates_are_whole_addresses_of_this_page_with_its_query(visitor):
    for path in ("/books?q=War&sort=title", "/ru/books?q=War&sort=title"):
        assert alternates(visitor.get(path)) == {
            "en": "http://localhost/books?q=War&sort=title",
            "ru": "http://localhost/ru/books?q=War&sort=title",
            "x-default": "http://localhost/books?q=War&sort=title",
        }
    assert alternates(visitor.get("/nothing")) == {}


@pytest.mark.parametrize(
    ("path", "switch"),
    [
        ("/", "/ru/"),
        ("/ru/books?q=%D0%B2%D0%BE%D0%B9%D0%BD%D0%B0", "/books?q=%D0%B2%D0%BE%D0%B9%D0%BD%D0%B0"),
        ("/books?q=a%26b&page=2", "/ru/books?q=a%26b&page=2"),
        ("/orders/a%3Fb", "/ru/orders/a%3Fb"),
        # Not to another site, whatever the address looks like.
        ("/ru//elsewhere.example/x", "/elsewhere.example/x"),
    ],
)
def test_the_switch_keeps_page_and_query(visitor, path, switch):
    tree = markup.page(visitor.get(path))
    footer = next(tree.iter("footer"))
    assert [a.get("href") for a in footer.iter("a") if a.get("hreflang")] == [switch]


def test_after_a_refused_post_the_switch_leads_to_a_page(visitor, backstage):
    answer = visitor.post("/cart/items", {"book_id": backstage.book().id, "quantity": "0"})
    footer = next(markup.page(answer).iter("footer"))
    (switch,) = [a.get("href") for a in footer.iter("a") if a.get("hreflang")]
    assert visitor.get(switch).status_code == 200


@pytest.mark.parametrize(
    ("path", "wants", "suggested"),
    [
        ("/books?q=x", "ru", "/ru/books?q=x"),
        ("/books", "en", None),
        ("/books", "de", None),
        ("/books", None, None),
        ("/books", "*;q=", None),
        ("/ru/books", "ru", None),
        ("/ru/books", "en-GB", "/books"),
        ("/ru/books", None, None),
    ],
)
def test_a_browsers_language_is_suggested_and_never_more(visitor, path, wants, suggested):
    answer = visitor.get(path, headers={"Accept-Language": wants} if wants else {})
    assert answer.status_code == 200
    assert language(answer) == ("ru" if path.startswith("/ru") else "en")
    notes = markup.with_class(markup.page(answer), "suggestion")
    assert [markup.hrefs(note) for note in notes] == ([[suggested]] if suggested else [])


def test_a_shop_may_speak_russian_by_default(other_shop):
    visitor = Visitor(other_shop(default_locale=Locale.RU))
    assert language(visitor.get("/books")) == "ru"
    assert language(visitor.get("/en/books")) == "en"
    assert visitor.get("/ru/books").status_code == 404
    assert alternates(visitor.get("/en/books"))["ru"] == "http://localhost/books"


def test_names_of_categories_are_in_the_language_of_the_page(visitor, backstage):
    category = factories.category("novels", name="Novels", name_ru="Романы")
    backstage.book(categories=[category])
    assert markup.text(markup.page(visitor.get("/categories/novels")).find(".//h1")) == "Novels"
    assert markup.text(markup.page(visitor.get("/ru/categories/novels")).find(".//h1")) == "Романы"
