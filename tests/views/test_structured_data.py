"""JSON-LD: what pages tell programs is true, and is schema.org's vocabulary."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from dev.demo import books as demo_books
from dev.demo.reading import read
from shop.extensions import db
from shop.models import Book, BookContributor, BookFormat, ContributorRole
from tests import factories
from tests.plain_page import PlainPage
from tests.views.every_page import EVERY_PAGE, PREFIXES, Walked, picture
from tests.views.structured_data import complaints
from tests.visitor import Visitor


def graph(answer) -> dict[str, dict]:
    """The nodes of a page by their type."""
    return {node["@type"]: node for node in document(answer)["@graph"]}


def document(answer) -> dict:
    head, _, rest = answer.text.partition('<script type="application/ld+json">')
    assert rest, head[-200:]
    return json.loads(rest.partition("</script>")[0])


def address(book) -> str:
    return f"/books/{book.slug}-{book.id}"


@pytest.fixture
def edition(backstage):
    """A book with all that a book can have."""
    people = [
        BookContributor(contributor=factories.author(name), role=role, position=place)
        for place, (name, role) in enumerate(
            [
                ("Leo Tolstoy", ContributorRole.AUTHOR),
                ("Constance Garnett", ContributorRole.TRANSLATOR),
                ("Ilya Repin", ContributorRole.ILLUSTRATOR),
                ("Max Editor", ContributorRole.EDITOR),
            ]
        )
    ]
    return backstage.book(
        contributors=people,
        isbn="9780306406157",
        title="Emma & <Co>",
        subtitle="A novel",
        description="Text.",
        publisher=factories.publisher("Red"),
        series=factories.series("Great books"),
        series_number=3,
        categories=[factories.category("novels", name="Novels", name_ru="Романы")],
        images=[picture()],
        weight_grams=400,
        format=BookFormat.POCKET,
        discount_percent=10,
        age_mark=16,
    )


def test_a_book_tells_who_made_it_and_what_it_is(visitor, edition):
    found = graph(visitor.get(address(edition)))["Book"]
    assert found["@id"] == f"http://localhost{address(edition)}#book"
    assert (found["name"], found["alternativeHeadline"]) == ("Emma & <Co>", "A novel")
    assert (found["isbn"], found["inLanguage"], found["numberOfPages"]) == (
        *("9780306406157", "en", 320),
    )
    people = {
        role: [person["name"] for person in found[role]]
        for role in ("author", "translator", "illustrator", "editor")
    }
    assert people == {
        "author": ["Leo Tolstoy"],
        "translator": ["Constance Garnett"],
        "illustrator": ["Ilya Repin"],
        "editor": ["Max Editor"],
    }
    assert found["bookFormat"] == "https://schema.org/Paperback"
    assert (found["datePublished"], found["typicalAgeRange"]) == ("1813", "16-")
    assert (found["isPartOf"]["name"], found["position"]) == ("Great books", 3)
    assert found["publisher"]["name"] == "Red"
    assert found["genre"] == ["Novels"]
    assert found["image"] == [f"http://localhost/media/sizes/ab/{0:032}/360.jpg"]


def test_the_offer_is_what_a_shopper_pays(visitor, edition):
    nodes = graph(visitor.get(address(edition)))
    product = nodes["Product"]
    offer = product["offers"]
    assert nodes["Book"]["offers"] == {"@id": offer["@id"]}
    assert (offer["price"], offer["priceCurrency"]) == ("450.00", "RUB")
    assert offer["itemCondition"] == "https://schema.org/NewCondition"
    assert offer["seller"]["name"] == "Colophon"
    assert (product["sku"], product["gtin13"]) == (edition.sku, "9780306406157")
    assert product["weight"] == {"@type": "QuantitativeValue", "value": 400, "unitCode": "GRM"}


@pytest.mark.parametrize(
    ("values", "availability"),
    [
        ({}, "InStock"),
        ({"stock": 0}, "OutOfStock"),
        ({"released_on": date(2199, 12, 5)}, "OutOfStock"),
    ],
)
def test_what_can_be_had_is_told(visitor, backstage, values, availability):
    offer = graph(visitor.get(address(backstage.book(**values))))["Product"]["offers"]
    assert offer["availability"] == f"https://schema.org/{availability}"
    assert ("availabilityStarts" in offer) == ("released_on" in values)


def test_breadcrumbs_are_the_way_that_the_page_shows(visitor, edition):
    for prefix, names in (
        ("", ["Home", "Books", "Novels", "Emma & <Co>"]),
        ("/ru", ["Главная", "Книги", "Романы", "Emma & <Co>"]),
    ):
        items = graph(visitor.get(prefix + address(edition)))["BreadcrumbList"]["itemListElement"]
        assert [item["name"] for item in items] == names
        assert [item["position"] for item in items] == [1, 2, 3, 4]
        assert items[2]["item"] == f"http://localhost{prefix}/categories/novels"
        assert "item" not in items[3]


def test_the_home_page_tells_of_the_shop_and_how_to_search_it(visitor):
    for prefix in ("", "/ru"):
        nodes = graph(visitor.get(f"{prefix}/"))
        search = nodes["WebSite"]["potentialAction"]
        expected = f"http://localhost{prefix}/books?q={{search_term_string}}"
        assert search["target"]["urlTemplate"] == expected
        assert nodes["WebSite"]["publisher"] == {"@id": nodes["BookStore"]["@id"]}
        found = visitor.get(
            expected.removeprefix("http://localhost").format(search_term_string="x")
        )
        assert found.status_code == 200


def test_no_text_leads_out_of_the_script(visitor, backstage):
    title = "</script><script>alert(1)</script><!-- \u2028 \u2029 & '\""
    book = backstage.book(title=title, description=title, publisher=factories.publisher(title))
    answer = visitor.get(address(book))
    assert graph(answer)["Book"]["name"] == graph(answer)["Book"]["description"] == title
    raw = answer.text.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert not set(raw) & {"<", ">", "&", "\u2028", "\u2029"}


# What a book may lack, or have to the utmost.
ODD_BOOKS = (
    {"authors": [], "published_year": None, "pages": None, "description": ""},
    {"published_year": -750, "age_mark": 0},
    {"published_year": 7, "stock": 0},
    {"published_year": 2200, "pages": 1, "format": BookFormat.GIFT},
    {"released_on": date(2199, 12, 5), "title": "</script>\u2028\"'"},
    {"list_price": "99999999.99"},
    {"list_price": "0.01", "weight_grams": 1},
)


def test_schema_orgs_types_and_googles_rules_have_nothing_to_say_of_any_page(
    app: Flask, backstage, walked: Walked, edition: Book, tmp_path: Path
) -> None:
    documents = {}
    for name in (name for name, place in EVERY_PAGE.items() if place.role is None):
        for prefix in PREFIXES:
            if "application/ld+json" in (answer := walked[prefix, name].wholes[0]).text:
                documents[f"{name} {prefix}"] = document(answer)
    for values in ODD_BOOKS:
        book = backstage.book(images=[picture()], **values)
        documents[str(values)] = document(Visitor(app).get(address(book)))
    documents["everything"] = document(Visitor(app).get(address(edition)))
    kinds = {node["@type"] for each in documents.values() for node in each["@graph"]}
    assert kinds == {
        *("Book", "Product", "BreadcrumbList", "WebSite", "BookStore", "BookSeries"),
        *("Organization", "Person"),
    }
    found = complaints(documents, tmp_path)
    # Google wants a picture of what is sold, and the shop has none to show: nor has the page.
    without_cover = [
        f"{name} book {prefix}" for name in ("sold-out", "coming") for prefix in PREFIXES
    ]
    assert found == [f'{name}: Required attribute "image" is missing' for name in without_cover]


def test_nor_of_books_of_the_demo(app: Flask, backstage, tmp_path: Path) -> None:
    with backstage.services() as services:
        demo_books.load(services, read())
        # Every third: they are of all kinds.
        books = db.session.scalars(select(Book).order_by(Book.id)).all()[::3]
        paths = [address(book) for book in books]
        for book in books:
            cover = picture()
            cover.book_id = book.id
            db.session.add(cover)
        db.session.commit()
    visitor = Visitor(app)
    documents = {path: document(visitor.get(path)) for path in paths}
    assert len(documents) > 100
    found = complaints(documents, tmp_path)
    assert not found, "\n".join(found)


def test_they_would_say_so(tmp_path: Path) -> None:
    """Each document but the good one has one thing wrong with it."""
    offer = {"@type": "Offer", "price": "1.00", "priceCurrency": "RUB"}
    product = {"@type": "Product", "name": "A", "offers": offer, "image": "http://a.example/a"}
    nodes = {
        "good": product,
        "misspelt property": {"@type": "Book", "nmae": "A"},
        "unknown type": {"@type": "Boook", "name": "A"},
        "unknown enumeration": {"@type": "Book", "bookFormat": "https://schema.org/Scroll"},
        "property of another type": {"@type": "Person", "isbn": "1"},
        "type out of place": {"@type": "Book", "author": {"@type": "Offer"}},
        "nested": {**product, "offers": {**offer, "pirce": "1.00"}},
        "no name": {key: value for key, value in product.items() if key != "name"},
        "no offer": {key: value for key, value in product.items() if key != "offers"},
        "no price": {**product, "offers": {"@type": "Offer", "priceCurrency": "RUB"}},
        "crumb without a place": {
            "@type": "BreadcrumbList",
            "itemListElement": [{"@type": "ListItem", "name": "A"}] * 2,
        },
    }
    documents = {
        name: {"@context": "https://schema.org", "@graph": [node]} for name, node in nodes.items()
    }
    said = {each.partition(":")[0] for each in complaints(documents, tmp_path)}
    assert said == set(nodes) - {"good"}


def test_a_page_that_is_somebodys_tells_programs_nothing(walked: Walked) -> None:
    for name in ("cart", "order", "account", "staff: book", "nothing found", "recently viewed"):
        answer = walked["", name].wholes[0]
        assert "ld+json" not in answer.text
        assert "og:" not in answer.text
        assert PlainPage(answer.text)
