"""The filters on books, against the database."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.errors import Invalid
from shop.models import BookContributor, BookFormat, ContributorRole
from shop.repositories.book_filters import BookFilters
from tests import factories as make


@pytest.fixture
def found(services):
    """Titles of the books that match a query string, in its order."""

    def find(**query: str) -> list[str]:
        filters = BookFilters.parse(query)
        return [book.title for book in services.catalogue.find(filters, 1, 100)]

    return find


@pytest.fixture
def shelf(services):
    """Emma, War and peace in two volumes of a series, and a book of nobody's in no series."""
    austen, tolstoy = make.author("Jane Austen"), make.author("Лев Толстой", name_en="Leo Tolstoy")
    garnett = make.author("Constance Garnett")
    fiction = make.save(make.category("fiction"))
    novels = make.save(make.category("novels", fiction))
    series = make.series("Great novels")
    war = make.book(
        title="War and peace",
        authors=[tolstoy],
        language="ru",
        categories=[novels],
        series=series,
        publisher=make.publisher("North"),
        published_year=1869,
        list_price=Decimal("900.00"),
        discount_percent=10,
        age_mark=16,
        format=BookFormat.PAPERBACK,
    )
    war.contributors.append(
        BookContributor(contributor=garnett, role=ContributorRole.TRANSLATOR, position=1)
    )
    emma = make.book(
        title="Emma",
        authors=[austen],
        categories=[novels, fiction],
        published_year=1815,
        list_price=Decimal("400.00"),
        stock=0,
    )
    make.save(war, emma, make.book(title="Beowulf", authors=[], published_year=None, age_mark=0))
    return {"austen": austen, "tolstoy": tolstoy, "series": series}


ALL = {"War and peace", "Emma", "Beowulf"}


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({}, ALL),
        ({"title__ilike": "AND"}, {"War and peace"}),
        ({"title__eq": "Emma"}, {"Emma"}),
        ({"title__eq": "emma"}, set()),
        ({"author__name__ilike": "толст"}, {"War and peace"}),
        ({"author__name__ilike": "garnett"}, set()),
        ({"translator__name__ilike": "garnett"}, {"War and peace"}),
        ({"language__eq": "ru"}, {"War and peace"}),
        ({"language__in": "ru,en"}, ALL),
        ({"format__eq": "paperback"}, {"War and peace"}),
        ({"format__in": "paperback,gift"}, {"War and peace"}),
        ({"price__gte": "500"}, {"War and peace", "Beowulf"}),
        ({"price__gt": "500"}, {"War and peace"}),
        ({"price__lte": "400"}, {"Emma"}),
        ({"price__lt": "400"}, set()),
        ({"price__gte": "810", "price__lte": "810.00"}, {"War and peace"}),
        ({"discount_percent__gt": "0"}, {"War and peace"}),
        ({"published_year__gte": "1869"}, {"War and peace"}),
        ({"published_year__lte": "1868"}, {"Emma"}),
        ({"published_year__eq": "1815"}, {"Emma"}),
        ({"age_mark__lte": "12"}, {"Emma", "Beowulf"}),
        ({"publisher__name__eq": "North"}, {"War and peace"}),
        ({"publisher__name__ilike": "NOR"}, {"War and peace"}),
        ({"series__name__ilike": "great"}, {"War and peace"}),
        ({"series__id__isnull": "true"}, {"Emma", "Beowulf"}),
        ({"series__id__isnull": "false"}, {"War and peace"}),
        ({"in_stock": "true"}, {"War and peace", "Beowulf"}),
        ({"in_stock": "false"}, {"Emma"}),
        ({"category": "fiction"}, {"War and peace", "Emma"}),
        ({"category": "fiction/novels"}, {"War and peace", "Emma"}),
        ({"category": "novels"}, set()),
        ({"category": "fic"}, set()),
        ({"category__slug__eq": "fiction"}, {"Emma"}),
        ({"category__slug__in": "fiction,novels"}, {"War and peace", "Emma"}),
        ({"language__eq": "ru", "price__lte": "100"}, set()),
        ({"in_stock": "true", "category": "fiction"}, {"War and peace"}),
    ],
)
def test_filters(found, shelf, query, titles):
    assert set(found(**query)) == titles


def test_filters_by_id_and_slug(found, shelf):
    austen, tolstoy = shelf["austen"], shelf["tolstoy"]
    assert found(author__id__eq=str(austen.id)) == ["Emma"]
    assert found(author__id__in=f"{austen.id},{tolstoy.id}", order_by="title") == [
        "Emma",
        "War and peace",
    ]
    assert found(author__slug__eq=tolstoy.slug) == ["War and peace"]
    assert found(series__slug__eq=shelf["series"].slug) == ["War and peace"]


def test_percent_and_underscore_mean_themselves(found):
    make.save(make.book(title="100% true"), make.book(title="a_b"), make.book(title="back\\slash"))
    assert found(title__ilike="%") == ["100% true"]
    assert found(title__ilike="_") == ["a_b"]
    assert found(title__ilike="\\") == ["back\\slash"]
    assert found(title__ilike="100%T") == []


def test_a_category_with_a_wildcard_in_its_name_holds_only_its_own(found):
    wild = make.save(make.category("sci_fi"))
    tame = make.save(make.category("scixfi"))
    for title, parent in (("Wild", wild), ("Tame", tame)):
        make.save(make.book(title=title, categories=[make.save(make.category("space", parent))]))
    assert found(category="sci_fi") == ["Wild"]


def test_a_book_that_matches_in_two_ways_is_counted_once(services):
    authors = [make.author("Ilya Ilf"), make.author("Evgeny Ilf")]
    shelves = [make.save(make.category("a")), make.save(make.category("b"))]
    make.save(make.book(authors=authors, categories=shelves))
    query = {"author__name__ilike": "ilf", "category__slug__in": "a,b"}
    page = services.catalogue.find(BookFilters.parse(query), 1, 10)
    assert (page.total, len(page.items)) == (1, 1)


def test_books_can_be_sorted_both_ways(found):
    for title, price in (("A", "300"), ("B", "100"), ("C", "200"), ("D", "200")):
        make.save(make.book(title=title, list_price=Decimal(price)))
    assert found(order_by="price") == ["B", "C", "D", "A"]
    assert found(order_by="-price,-title") == ["A", "D", "C", "B"]
    assert found(order_by="-title") == ["D", "C", "B", "A"]


def test_pages_follow_one_another_without_gaps(services):
    make.save(*(make.book(title="Same") for _ in range(5)))
    filters = BookFilters.parse({"order_by": "title"})
    pages = [services.catalogue.find(filters, number, 2) for number in (1, 2, 3, 4)]
    assert [len(page.items) for page in pages] == [2, 2, 1, 0]
    assert len({book.id for page in pages for book in page}) == 5


def sample(field: str) -> st.SearchStrategy[str]:
    """Strings of the kind that the field takes, its extremes among them."""
    kind = str(BookFilters.model_fields[field].annotation)
    if "bool" in kind:
        return st.sampled_from(["true", "false", "1", "0"])
    if "list" in kind and "int" in kind:
        return st.lists(st.integers(), max_size=3).map(lambda them: ",".join(map(str, them)))
    if "Decimal" in kind:
        return st.decimals(0, 10**9, places=2).map(str) | st.text(max_size=5)
    if "int" in kind:
        return st.integers(-(2**33), 2**33).map(str)
    return st.text(max_size=20)


FIELDS = sorted(set(BookFilters.model_fields) - {"order_by"})


def test_every_field_has_a_sample():
    assert all(get_args(BookFilters.model_fields[field].annotation) for field in FIELDS)


@pytest.mark.parametrize("field", FIELDS)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_every_declared_filter_runs(services, field, data):
    try:
        filters = BookFilters.parse({field: data.draw(sample(field))})
    except Invalid:
        return
    services.catalogue.find(filters, 1, 10)
