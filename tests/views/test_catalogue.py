"""Finding books: everything that is asked for stands in the address."""

from decimal import Decimal

import pytest
from sqlalchemy import text

from shop.extensions import db
from shop.models import BookFormat
from tests import factories, markup


def titles(answer) -> list[str]:
    """What the list shows, in its order."""
    found = markup.with_class(markup.page(answer), "catalogue__results")[0]
    return [markup.text(e) for e in markup.with_class(found, "card__title")]


def warnings(answer) -> list[str]:
    return [markup.text(e) for e in markup.with_class(markup.page(answer), "notice--warning")]


@pytest.fixture
def shelf(backstage):
    """Three books that differ in all that can be asked for."""
    novels = factories.category("novels")
    tolstoy = factories.author("Лев Толстой")
    backstage.save(novels, tolstoy)
    russian = backstage.save(factories.category("russian", parent=novels))
    backstage.book(
        title="Война и мир",
        authors=[tolstoy],
        categories=[russian],
        language="ru",
        list_price="900.00",
        published_year=1869,
        publisher=factories.publisher("Red"),
        series=factories.series("Great"),
    )
    backstage.book(
        title="Emma",
        categories=[novels],
        list_price="1000.00",
        discount_percent=50,
        published_year=1815,
        format=BookFormat.POCKET,
    )
    backstage.book(title="Iliad", stock=0, list_price="300.00", published_year=-750)
    return tolstoy


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Iliad", "Emma", "Война и мир"]),
        ("sort=price", ["Iliad", "Emma", "Война и мир"]),
        ("sort=-price", ["Война и мир", "Emma", "Iliad"]),
        ("sort=year", ["Iliad", "Emma", "Война и мир"]),
        ("sort=-year", ["Война и мир", "Emma", "Iliad"]),
        ("sort=title", ["Emma", "Iliad", "Война и мир"]),
        ("q=emma", ["Emma"]),
        ("q=ТОЛСТОЙ+война", ["Война и мир"]),
        ("category=novels&sort=title", ["Emma", "Война и мир"]),
        ("category=novels/russian", ["Война и мир"]),
        ("language=ru", ["Война и мир"]),
        ("format=pocket", ["Emma"]),
        # What the shopper pays counts, not what it was before.
        ("price_from=400&price_to=600", ["Emma"]),
        ("price_from=600&price_to=400,5", ["Emma"]),
        ("year_from=1900&year_to=1815", ["Emma", "Война и мир"]),
        ("year_from=1815&year_to=1815", ["Emma"]),
        ("year_to=-1", ["Iliad"]),
        ("in_stock=1&sort=title", ["Emma", "Война и мир"]),
        ("language=ru&price_to=100", []),
    ],
)
def test_filters_and_order_are_in_the_address(visitor, shelf, query, found):
    answer = visitor.get(f"/books?{query}")
    assert titles(answer) == found
    assert warnings(answer) == []


def test_what_a_book_page_links_to_finds_its_books(visitor, shelf, backstage):
    answer = visitor.get(f"/books?author={shelf.id}")
    assert titles(answer) == ["Война и мир"]
    (card,) = markup.with_class(markup.page(answer), "card__title")
    facts = markup.with_class(markup.page(visitor.get(markup.hrefs(card)[0])), "facts")[0]
    # Publisher, series, category.
    addresses = markup.hrefs(facts)
    assert len(addresses) == 3
    for address in addresses:
        assert "Война и мир" in markup.text(markup.page(visitor.get(address)).find("body/main"))


@pytest.mark.parametrize(
    "query",
    [
        "price_from=abc",
        "price_to=-5",
        "price_from=NaN",
        "price_from=1e400",
        "year_from=99999999999",
        "author=me",
        "author=0x1",
        "in_stock=perhaps",
        "sort=finest",
        "q=" + "x" * 10_000,
        "q=a%00b",
        "publisher=%00",
        "format=paperbak",
        "language=english",
        "age=7",
        "publsher=mir",
        "rating_from=4",
    ],
)
def test_what_makes_no_sense_is_left_out_and_said(visitor, shelf, query):
    answer = visitor.get(f"/books?{query}")
    assert answer.status_code == 200
    assert len(titles(answer)) == 3
    (warning,) = warnings(answer)
    assert query.partition("=")[0] in warning


def test_what_is_asked_under_two_names_goes_by_the_pages_own(visitor, shelf):
    answer = visitor.get(f"/books?author={shelf.id}&author__id__in={shelf.id + 1}")
    assert titles(answer) == ["Война и мир"]
    assert "author__id__in" in warnings(answer)[0]


@pytest.mark.parametrize("q", ["9780306406157", "0-306-40615-2", "978-0-306-40615-7"])
def test_a_whole_isbn_leads_to_its_book(visitor, backstage, q):
    book = backstage.book(title="Emma", isbn="9780306406157")
    answer = visitor.get(f"/books?q={q}")
    assert (answer.status_code, answer.location) == (302, f"/books/{book.slug}-{book.id}")
    assert visitor.get(f"/books?q={q}&language=en").status_code == 200
    assert visitor.get("/books?q=9785170000012").status_code == 200


def test_what_is_sold_out_can_be_asked_for_and_let_go_of(visitor, shelf):
    answer = visitor.get("/books?in_stock=0")
    assert titles(answer) == ["Iliad"]
    assert "Not in stock" in markup.text(markup.by_id(markup.page(answer), "catalogue"))


def test_an_unknown_category_is_left_out_and_said(visitor, shelf):
    answer = visitor.get("/books?category=cookery&language=ru")
    assert titles(answer) == ["Война и мир"]
    assert "category" in warnings(answer)[0]
    assert "cookery" not in markup.text(markup.by_id(markup.page(answer), "catalogue"))


@pytest.mark.parametrize(
    "query", ["utm_source=mail&fbclid=1", "foo=", "foo=+", "language=&author=&q=+"]
)
def test_what_others_hang_on_an_address_and_empty_fields_do_no_harm(visitor, shelf, query):
    answer = visitor.get(f"/books?{query}")
    assert len(titles(answer)) == 3
    assert warnings(answer) == []


def test_a_filter_in_force_can_be_taken_away(visitor, shelf):
    tree = markup.page(visitor.get("/books?language=ru&price_to=1000&sort=title"))
    chips = markup.with_class(tree, "chip")
    assert [chip.get("href") for chip in chips] == [
        "/books?price_to=1000&sort=title",
        "/books?language=ru&sort=title",
    ]
    assert all(chip.get("hx-get") == chip.get("href") for chip in chips)


def test_the_filter_form_works_without_a_script_and_keeps_the_rest(visitor, shelf):
    answer = visitor.get("/books?category=novels&q=мир&sort=title")
    form = next(f for f in markup.plain(answer).forms if "price_to" in f.fields)
    assert form.method == "get"
    asked = form.fields | {"price_to": "950", "language": "ru"}
    again = visitor.get(form.action, query_string=asked)
    assert titles(again) == ["Война и мир"]
    assert again.request.args["category"] == "novels"
    assert again.request.args["q"] == "мир"
    assert warnings(again) == []


def test_pages_of_a_long_list(visitor, backstage):
    books = [factories.book(title=f"Volume {n:02}") for n in range(30)]
    backstage.save(*books)
    first = visitor.get("/books?sort=title&in_stock=1")
    assert titles(first) == [f"Volume {n:02}" for n in range(24)]
    following = [a.get("href") for a in markup.page(first).iter("a") if a.get("rel") == "next"]
    assert following == ["/books?in_stock=1&page=2&sort=title"]
    second = visitor.get(following[0])
    assert titles(second) == [f"Volume {n:02}" for n in range(24, 30)]
    back = [a.get("href") for a in markup.page(second).iter("a") if a.get("rel") == "prev"]
    assert back == ["/books?in_stock=1&sort=title"]


@pytest.mark.parametrize("page", ["0", "-1", "abc", "", "1.5", "9" * 5000, "٢"])
def test_a_page_that_is_no_number_is_the_first(visitor, shelf, page):
    answer = visitor.get("/books", query_string={"page": page})
    assert answer.status_code == 200
    if page != "٢":
        assert len(titles(answer)) == 3


@pytest.mark.parametrize("page", ["2", "999999999"])
def test_a_page_after_the_last_leads_back(visitor, shelf, page):
    answer = visitor.get(f"/books?in_stock=1&page={page}")
    assert answer.status_code == 200
    empty = markup.with_class(markup.page(answer), "empty")[0]
    assert markup.hrefs(empty) == ["/books?in_stock=1"]


def test_nothing_found_leads_on(visitor, shelf):
    empty = markup.with_class(markup.page(visitor.get("/books?q=zzz")), "empty")[0]
    assert markup.hrefs(empty) == ["/books"]


@pytest.mark.parametrize("path", ["/", "/books", "/cart", "/checkout"])
def test_a_shop_without_a_book_says_so(visitor, path):
    assert markup.with_class(markup.page(visitor.get(path)), "empty")


def test_a_category_shows_what_hangs_below_it(visitor, shelf):
    assert titles(visitor.get("/categories/novels?sort=title")) == ["Emma", "Война и мир"]
    assert titles(visitor.get("/categories/novels/russian")) == ["Война и мир"]
    # The address says the category; the query cannot say another.
    assert titles(visitor.get("/categories/novels/russian?category=novels")) == ["Война и мир"]


def test_an_authors_page_and_its_old_address(visitor, shelf):
    right = f"/authors/{shelf.slug}-{shelf.id}"
    answer = visitor.get(right)
    assert titles(answer) == ["Война и мир"]
    assert markup.text(markup.page(answer).find(".//h1")) == "Лев Толстой"
    moved = visitor.get(f"/authors/leo-{shelf.id}")
    assert (moved.status_code, moved.location) == (301, right)


@pytest.mark.parametrize(
    "path",
    [
        "/categories/cookery",
        "/categories/novels/emma",
        "/categories/russian",
        "/categories/,",
        "/categories/novels,cookery",
        "/categories/" + "n" * 601,
        "/authors/x-999999",
        "/authors/x",
        "/authors/x-99999999999999",
        "/authors/x-" + "9" * 5000,
    ],
)
def test_a_shelf_that_is_not_there_is_not_found(visitor, shelf, path):
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert "Not found" in markup.text(markup.page(answer))


def test_counts_beside_a_filter_are_under_the_other_filters(visitor, shelf):
    tree = markup.page(visitor.get("/books?category=novels"))
    languages = {e.get("for"): markup.text(e) for e in tree.iter("label")}
    assert languages["filter-language-ru"].endswith("1")
    assert languages["filter-language-en"].endswith("1")


def test_a_category_that_moved_is_found_at_its_old_address(visitor, backstage):
    prose = backstage.save(factories.category("fiction"))
    backstage.save(factories.category("novels", prose))
    with backstage.services():
        db.session.execute(
            text("UPDATE categories SET path = 'prose', slug = 'prose' WHERE path = 'fiction'")
        )
        db.session.commit()
    for prefix in ("", "/ru"):
        answer = visitor.get(f"{prefix}/categories/fiction/novels")
        assert (answer.status_code, answer.location) == (301, f"{prefix}/categories/prose/novels")
    assert visitor.get("/categories/nowhere").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("language=ru&language=en&sort=title", ["Emma", "Iliad", "Война и мир"]),
        ("language=ru,en&format=pocket", ["Emma"]),
        ("format=pocket&format=hardcover&in_stock=1&sort=title", ["Emma", "Война и мир"]),
        ("category=novels/russian&category=nowhere", ["Война и мир"]),
        ("age=12&year_from=1800&sort=title", ["Emma", "Война и мир"]),
        # The API's own names go as well.
        ("title__ilike=ми", ["Война и мир"]),
        ("published_year__lt=1800", ["Iliad"]),
    ],
)
def test_several_values_and_the_filters_of_the_api(visitor, shelf, query, found):
    answer = visitor.get(f"/books?{query}")
    assert titles(answer) == found
    assert warnings(answer) == []


def test_a_filter_of_no_such_name_is_told(visitor, shelf):
    (warning,) = warnings(visitor.get("/books?colour__eq=red"))
    assert "colour__eq" in warning


def test_nothing_found_says_which_filter_to_let_go_of(visitor, shelf):
    empty = markup.with_class(
        markup.page(visitor.get("/books?language=ru&format=pocket")), "empty"
    )[0]
    assert markup.hrefs(empty)[:2] == ["/books?format=pocket", "/books?language=ru"]
    stuck = markup.page(visitor.get("/books?language=ru&format=pocket&year_to=0"))
    alone = markup.with_class(stuck, "empty__ways")[0]
    assert markup.hrefs(alone) == ["/books?language=ru", "/books?format=pocket", "/books?year_to=0"]


def test_a_filter_sent_by_a_form_leaves_a_clean_address(visitor, shelf):
    answer = visitor.get("/books?author=&price_from=&language=ru&language=en&sort=new", htmx=True)
    assert answer.headers["HX-Push-Url"] == "/books?language=ru,en"


def test_all_authors_of_the_books_found_can_be_looked_through(visitor, backstage, shelf):
    tree = markup.page(visitor.get("/books/facets/author?language=ru"))
    assert markup.text(markup.with_class(tree, "facet__list")[0]) == "Лев Толстой 1"
    found = markup.page(visitor.get("/books/facets/author?find=ТОЛСТ&in_stock=1"))
    assert "Лев Толстой" in markup.text(markup.by_id(found, "facet-author-values"))
    nobody = visitor.get("/books/facets/publisher?find=zzz%00", htmx=True)
    assert "None of that name." in nobody.text
    assert visitor.get("/books/facets/colour").status_code == 404


def test_a_changed_price_is_on_the_next_page(visitor, backstage):
    book = backstage.book(list_price="400.00")
    assert "400 ₽" in visitor.get("/books").text.replace("\N{NO-BREAK SPACE}", " ")
    with backstage.services() as services:
        clerk = factories.save(factories.staff())
        services.catalogue.reprice(book.id, book.version, Decimal(350), 0, clerk)
    shown = visitor.get("/books").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "350 ₽" in shown
    assert "400 ₽" not in shown


@pytest.mark.parametrize(
    "query",
    [
        {"q": "x" * 10_000},
        {"q": "the и of"},
        {"q": "'; DROP TABLE books; --"},
        {"q": "😀 🏴‍☠️ ‮олб"},
        {"q": "a\0b", "category": "\0", "series": "\0"},
        {"q": ":*&|!()<->"},
        {"page": str(10**12)},
        {"page": "-1"},
        {"price_from": "-1e309", "price_to": "1e309", "year_from": "1e9", "age": "9" * 50},
        {"author": ",".join("1" * n for n in range(1, 40))},
        {"sort": "\0", "in_stock": "maybe", "format": "scroll,x", "language": "ру,x,zz"},
        {"title__ilike": "%\0", "price__gte": "NaN", "id__in": "1,x", "order_by": "price;"},
    ],
)
def test_whatever_is_asked_for_a_page_comes(visitor, shelf, query):
    for path in ("/books", "/books/facets/author", "/ru/books"):
        for htmx in (False, True):
            assert visitor.get(path, query_string=query, htmx=htmx).status_code == 200
    assert visitor.get("/search/suggest", query_string=query, htmx=True).status_code == 200
    assert visitor.get("/api/v1/books", query_string=query).status_code in (200, 422)
