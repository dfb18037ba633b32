"""Facets say how many books there would be: the same as counting them one by one."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.extensions import db
from shop.models import Book, BookContributor, Category, Contributor, ContributorRole
from shop.repositories.book_filters import BookFilters
from shop.services.catalogue import CategoryNode
from tests import factories as make

# An underscore must not match any letter.
TREE = {"fiction": ("novels",), "sci_fi": ("space",), "scixfi": ("space",)}
AUTHORS = ("Austen", "Tolstoy", "Sand")
LANGUAGES = ("en", "ru", "fr")


def flat(nodes: list[CategoryNode]) -> dict[str, int]:
    return {
        path: count
        for node in nodes
        for path, count in {node.category.path: node.book_count, **flat(node.children)}.items()
    }


@pytest.fixture
def library(services):
    """Categories and authors to hang books on."""
    categories = []
    for root, children in TREE.items():
        parent = make.save(make.category(root))
        categories += [parent, *(make.save(make.category(child, parent)) for child in children)]
    return categories, [make.save(make.author(name)) for name in AUTHORS]


Library = tuple[list[Category], list[Contributor]]


def stock_up(library: Library, plan: list[dict]) -> list[Book]:
    categories, authors = library
    books = [
        make.book(
            stock=each["stock"],
            language=each["language"],
            authors=[authors[number] for number in each["authors"]],
            categories=[categories[number] for number in each["categories"]],
        )
        for each in plan
    ]
    for book, each in zip(books, plan, strict=True):
        book.contributors.extend(
            BookContributor(contributor=authors[n], role=ContributorRole.TRANSLATOR)
            for n in each["translators"]
        )
    db.session.add_all(books)
    db.session.commit()
    return books


def empty_shelves(books: list[Book]) -> None:
    for book in books:
        db.session.delete(book)
    db.session.commit()


def numbers(most: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, most - 1), unique=True, max_size=3)


PLANS = st.lists(
    st.fixed_dictionaries(
        {
            "stock": st.integers(0, 1),
            "language": st.sampled_from(LANGUAGES),
            "authors": numbers(len(AUTHORS)),
            "translators": numbers(len(AUTHORS)),
            "categories": numbers(6),
        }
    ),
    max_size=6,
)
ASKED = st.fixed_dictionaries(
    {},
    optional={
        "in_stock": st.just("true"),
        "language__eq": st.sampled_from(LANGUAGES),
        "category": st.sampled_from(["fiction", "fiction/novels", "sci_fi"]),
        "author": st.sampled_from(range(len(AUTHORS))),
    },
)


def matches(book: Book, asked: dict[str, str], but: str) -> bool:
    """Whether the book is one of those asked for, whatever the facet `but` says."""
    paths = [category.path for category in book.categories]
    tests = {
        "in_stock": lambda _: book.in_stock,
        "language__eq": lambda code: book.language == code,
        "category": lambda path: any(f"{p}/".startswith(f"{path}/") for p in paths),
        "author__id__eq": lambda key: any(str(a.id) == key for a in book.authors),
    }
    return all(tests[name](value) for name, value in asked.items() if name != but)


def counted(books: list[Book], asked: dict[str, str]) -> tuple[dict, dict, dict]:
    """Categories, authors and languages, counted by hand."""
    categories: Counter[str] = Counter()
    for book in (b for b in books if matches(b, asked, "category")):
        paths = [category.path for category in book.categories]
        above = {
            "/".join(path.split("/")[:n]) for path in paths for n in range(1, path.count("/") + 2)
        }
        categories.update(above)
    authors = Counter(a.id for b in books if matches(b, asked, "author__id__eq") for a in b.authors)
    languages = Counter(b.language for b in books if matches(b, asked, "language__eq"))
    return dict(categories), dict(authors), dict(languages)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(plan=PLANS, asked=ASKED)
def test_facets_count_as_one_would_by_hand(services, library, plan, asked):
    books = stock_up(library, plan)
    if "author" in asked:
        asked = {**asked, "author__id__eq": str(library[1][asked["author"]].id)}
        del asked["author"]
    try:
        facets = services.catalogue.facets(BookFilters.parse(asked))
        found = (
            flat(facets.categories),
            {each.author.id: each.count for each in facets.authors},
            {each.code: each.count for each in facets.languages},
        )
        assert found == counted(books, asked)
        page = services.catalogue.find(BookFilters.parse(asked), 1, 100)
        assert page.total == sum(matches(book, asked, "") for book in books)
    finally:
        empty_shelves(books)


def test_the_tree_keeps_its_shape_and_leaves_out_what_is_empty(services, library):
    categories, _ = library
    make.save(make.book(categories=[next(c for c in categories if c.path == "sci_fi/space")]))
    [root] = services.catalogue.facets(BookFilters()).categories
    assert root.category.path == "sci_fi"
    assert [node.category.path for node in root.children] == ["sci_fi/space"]


def test_authors_stand_by_name_with_their_counts(services, library):
    _, (austen, tolstoy, sand) = library
    make.save(*(make.book(authors=[tolstoy]) for _ in range(2)), make.book(authors=[austen, sand]))
    facets = services.catalogue.facets(BookFilters())
    assert [(each.author.name, each.count) for each in facets.authors] == [
        ("Austen", 1),
        ("Sand", 1),
        ("Tolstoy", 2),
    ]
