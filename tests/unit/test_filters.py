"""Declarative filters: resolved when their class is made, parsed without surprises."""

from __future__ import annotations

import contextlib
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from shop.errors import Invalid
from shop.models import Book, Category
from shop.repositories.book_filters import BookFilters
from shop.repositories.filters import CsvInt, Filters


def declare(entity: type = Book, order: tuple[str, ...] = (), **fields: object) -> type[Filters]:
    """A class of filters with these fields."""
    names = {"__annotations__": fields, **dict.fromkeys(fields)}
    return type(Filters)("Made", (Filters,), names, entity=entity, order=order)


def sql(filters: Filters) -> str:
    return str(filters.criterion().compile(compile_kwargs={"literal_binds": True}))


def refused(**given: str) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        BookFilters.parse(given)
    return refusal.value


@pytest.mark.parametrize(
    "name",
    [
        "title",
        "title__like",
        "titel__eq",
        "author__name__ilike",  # a hop of BookFilters, not of this class
        "publisher__nome__eq",
        "publisher__eq",
        "title__name__eq",
        "stock__book__isbn__nope",
    ],
)
def test_a_wrong_path_or_operator_fails_when_the_class_is_made(name):
    with pytest.raises(TypeError, match="Made"):
        declare(**{name: str | None})


def test_a_column_to_sort_by_has_to_exist():
    with pytest.raises(AttributeError):
        declare(order=("titel",))


@pytest.mark.parametrize(
    ("name", "kind", "condition"),
    [
        ("pages__eq", int, "books.pages = 7"),
        ("pages__neq", int, "books.pages IS DISTINCT FROM 7"),
        ("pages__gt", int, "books.pages > 7"),
        ("pages__gte", int, "books.pages >= 7"),
        ("pages__lt", int, "books.pages < 7"),
        ("pages__lte", int, "books.pages <= 7"),
        ("pages__in", CsvInt, "books.pages IN (7)"),
        ("pages__isnull", bool, "books.pages IS NULL"),
        ("title__ilike", str, "lower(books.title) LIKE"),
    ],
)
def test_operators(name, kind, condition):
    value = "true" if kind is bool else "7"
    assert condition in sql(declare(**{name: kind | None}).parse({name: value}))


def test_a_path_may_go_through_several_relations():
    made = declare(stock__book__publisher__name__eq=str | None)
    assert sql(made.parse({"stock__book__publisher__name__eq": "x"})).count("EXISTS") == 3


def test_a_class_for_another_entity_has_its_own_paths():
    assert "categories.slug = 'x'" in sql(declare(Category, slug__eq=str | None)(slug__eq="x"))
    with pytest.raises(TypeError):
        declare(Category, isbn__eq=str | None)


def test_what_is_not_given_does_not_filter():
    assert "WHERE" not in sql(BookFilters.parse({}))
    assert BookFilters.parse({}).model_dump(exclude_none=True) == {}


def test_values_are_typed():
    filters = BookFilters.parse(
        {"price__lte": "499.00", "id__in": "3,,5", "in_stock": "true", "language__in": "ru,en"}
    )
    assert filters.price__lte == Decimal("499.00")
    assert filters.id__in == [3, 5]
    assert filters.in_stock is True
    assert filters.language__in == ["ru", "en"]


@pytest.mark.parametrize(
    "name", ["colour__eq", "title__gt", "author", "order", "page", "__class__"]
)
def test_an_unknown_filter_is_named_and_the_known_ones_are_listed(name):
    refusal = refused(**{name: "1"})
    assert [(e.field, e.code) for e in refusal.errors] == [(name, "extra_forbidden")]
    assert "author__name__ilike" in str(refusal.detail)
    assert "price" in str(refusal.detail)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("price__lte", "cheap"),
        ("price__lte", ""),
        ("price__lte", "-1"),
        ("price__lte", "NaN"),
        ("price__lte", "Infinity"),
        ("price__lte", "1e400"),
        ("price__lte", "1e-20000"),
        ("price__lte", "0." + "1" * 20_000),
        ("price__lte", "99999999999999"),
        ("published_year__gte", "1e3"),
        ("published_year__gte", "2147483648"),
        ("published_year__gte", "-2147483649"),
        ("published_year__gte", "9" * 5000),
        ("published_year__gte", "1813.5"),
        ("id__in", "1,x"),
        ("id__in", "1,2147483648"),
        ("author__id__in", "1," + "9" * 30),
        ("author__id__eq", "9" * 30),
        ("in_stock", "perhaps"),
        ("series__id__isnull", ""),
        ("title__ilike", "a\x00b"),
        ("q", "a\x00b"),
        ("q", "a" * 201),
        ("category", "\x00"),
        ("language__in", "ru,\x00"),
        ("category__slug__in", "a" * 201),
        ("author__name__ilike", "\ud800"),
    ],
)
def test_a_malformed_value_names_its_filter(name, value):
    assert {e.field for e in refused(**{name: value}).errors} == {name}


def test_every_mistake_is_named_at_once():
    refusal = refused(price__lte="x", in_stock="x", nonsense="x")
    assert {e.field for e in refusal.errors} == {"price__lte", "in_stock", "nonsense"}


def test_the_order_is_a_list_of_columns():
    filters = BookFilters.parse({"order_by": "-price,title"})
    assert [str(part) for part in filters.ordering()] == [
        "books.price DESC",
        "books.title ASC",
    ]


@pytest.mark.parametrize("order", ["isbn", "--price", "price desc", "-", "price;", "\x00", "stock"])
def test_an_unknown_order_is_named_and_the_known_ones_are_listed(order):
    refusal = refused(order_by=order)
    assert [e.field for e in refusal.errors] == ["order_by"]
    assert "published_year" in str(refusal.detail)


def test_a_text_has_to_be_searched_for_before_it_filters():
    filters = BookFilters(q="emma")
    with pytest.raises(LookupError):
        filters.criterion()
    among = filters.among(np.array([3, 5], np.int32))
    assert "ANY" in str(among.criterion().compile(dialect=postgresql.dialect()))


FIELDS = sorted(set(BookFilters.model_fields) - {"order_by"})


@given(st.dictionaries(st.sampled_from([*FIELDS, "order_by"]), st.text()))
def test_whatever_is_asked_is_parsed_or_invalid(given):
    with contextlib.suppress(Invalid):
        BookFilters.parse(given).among(np.empty(0, np.int32)).criterion()


def test_a_page_takes_what_makes_sense_and_names_the_rest():
    given = {"title__ilike": "war", "colour__eq": "red", "price__lte": "x", "order_by": "-price"}
    filters, ignored = BookFilters.sensible(given)
    assert (filters.title__ilike, filters.order_by) == ("war", "-price")
    assert ignored == ["colour__eq", "price__lte"]


@pytest.mark.parametrize("typed", ["0.5", "-1", "1e9", "20200101000000", "yesterday"])
def test_a_moment_is_a_date_and_no_count_of_seconds(typed):
    assert [error.field for error in refused(created_at__gte=typed).errors] == ["created_at__gte"]


@pytest.mark.parametrize("typed", ["2020-01-01", "2020-01-01T10:00:00Z", "2020-01-01T10:00+03:00"])
def test_a_moment_is_written_as_iso_8601_has_it(typed):
    assert BookFilters.parse({"created_at__gte": typed}).created_at__gte.tzinfo is not None


@pytest.mark.parametrize("typed", ["1e2", "+5", " 5", "5\n", "", "1.234", "123456789", "NaN", "٥"])
def test_a_sum_is_written_as_the_api_writes_sums(typed):
    assert [error.field for error in refused(price__lte=typed).errors] == ["price__lte"]
