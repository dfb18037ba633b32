"""Lists and facets out of memory: the same books and counts as asking one book after the other."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update

from shop.errors import ShopError
from shop.extensions import db
from shop.models import Book, BookChange, BookContributor, BookFormat, ContributorRole
from shop.models.columns import utcnow
from shop.repositories.book_filters import BookFilters
from shop.repositories.book_index import news
from shop.repositories.book_index.bands import PRICES, YEARS, Band
from shop.repositories.books import BookRepository
from shop.services.finding import Finding
from tests import factories as make
from tests.rivals import at_once, meanwhile, until_blocked
from tests.views.every_page import picture

# An underscore must not match any letter.
TREE = {"fiction": ("novels", "tales"), "sci_fi": ("space",), "scixfi": ("space",)}
DAY = timedelta(days=1)
LANGUAGES = ("en", "ru", "fr")
FORMATS = tuple(BookFormat)
PRICE_CHOICES = ("299.99", "300", "300.01", "500", "1200", "0.10")
YEAR_CHOICES = (None, -750, 1799, 1800, 1999, 2000)
SORTS = ("-appeared_at", "price", "-price", "title", "published_year", "-published_year")


@pytest.fixture
def library(services):
    """What books hang on."""
    categories = []
    for root, children in TREE.items():
        parent = make.save(make.category(root))
        categories += [parent, *(make.save(make.category(child, parent)) for child in children)]
    return {
        "categories": categories,
        "authors": [make.save(make.author(name)) for name in ("Austen", "Tolstoy", "Sand")],
        "publishers": [make.save(make.publisher()) for _ in range(2)],
        "series": [make.save(make.series()) for _ in range(2)],
    }


def numbers(most: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, most - 1), unique=True, max_size=3)


BOOKS = st.lists(
    st.fixed_dictionaries(
        {
            "stock": st.integers(0, 1),
            "language": st.sampled_from(LANGUAGES),
            "format": st.sampled_from(FORMATS),
            "price": st.sampled_from(PRICE_CHOICES),
            "year": st.sampled_from(YEAR_CHOICES),
            "age": st.sampled_from((0, 12, 18)),
            "title": st.sampled_from(("Ёлка", "елка", "Zoë", "zoe", "a", "Б")),
            "publisher": st.sampled_from((None, 0, 1)),
            "series": st.sampled_from((None, 0, 1)),
            "authors": numbers(3),
            "translators": numbers(3),
            "categories": numbers(7),
        }
    ),
    max_size=7,
)
PATHS = ("fiction", "fiction/novels", "sci_fi", "scixfi/space", "nowhere")
ASKED = st.fixed_dictionaries(
    {"order_by": st.sampled_from(SORTS)},
    optional={
        "in_stock": st.booleans(),
        "language__in": st.lists(st.sampled_from((*LANGUAGES, "xx")), min_size=1, max_size=2),
        "format__in": st.lists(st.sampled_from(FORMATS), min_size=1, max_size=2),
        "age_mark__in": st.lists(st.sampled_from((0, 12, 16)), min_size=1, max_size=2),
        "category": st.lists(st.sampled_from(PATHS), min_size=1, max_size=2),
        "authors": st.lists(st.integers(0, 3), min_size=1, max_size=2),
        "publishers": st.lists(st.integers(0, 2), min_size=1, max_size=2),
        "serieses": st.lists(st.integers(0, 2), min_size=1, max_size=2),
        "price__gte": st.sampled_from(PRICE_CHOICES).map(Decimal),
        "price__lte": st.sampled_from(PRICE_CHOICES).map(Decimal),
        "published_year__gte": st.sampled_from((-800, 1800, 2**31 - 1)),
        "published_year__lte": st.sampled_from((-800, 1799, 2**31 - 1)),
        "title__ilike": st.sampled_from(("е", "o", "")),
    },
)
# The facet that counts whatever is asked of it.
FACETS = {
    "in_stock": ("in_stock",),
    "language": ("language__in",),
    "format": ("format__in",),
    "age": ("age_mark__in",),
    "category": ("category",),
    "author": ("author__id__in",),
    "publisher": ("publisher__slug__in",),
    "price": ("price__gte", "price__lte"),
    "year": ("published_year__gte", "published_year__lte"),
}


def a_book(library: dict[str, list], plan: dict) -> Book:
    def pick(kind: str, number: int | None):
        return None if number is None else library[kind][number]

    book = make.book(
        stock=plan["stock"],
        language=plan["language"],
        format=plan["format"],
        list_price=Decimal(plan["price"]),
        published_year=plan["year"],
        age_mark=plan["age"],
        title=plan["title"],
        publisher=pick("publishers", plan["publisher"]),
        series=pick("series", plan["series"]),
        authors=[library["authors"][n] for n in plan["authors"]],
        categories=[library["categories"][n] for n in plan["categories"]],
    )
    book.contributors.extend(
        BookContributor(contributor=library["authors"][n], role=ContributorRole.TRANSLATOR)
        for n in plan["translators"]
    )
    return book


def wanted(library: dict[str, list], asked: dict) -> BookFilters:
    """The filters, with ids and slugs in the place of numbers; one past the last names nobody."""
    names = {
        "authors": ("author__id__in", lambda each: each.id, 0),
        "publishers": ("publisher__slug__in", lambda each: each.slug, "nobody"),
        "serieses": ("series__slug__in", lambda each: each.slug, "nothing"),
    }
    values = dict(asked)
    for name, (field, key, nobody) in names.items():
        known = library["series" if name == "serieses" else name]
        if name in values:
            values[field] = [key(known[n]) if n < len(known) else nobody for n in values.pop(name)]
    return BookFilters.model_validate(values)


def naming_nobody(library: dict[str, list], filters: BookFilters) -> dict[str, None]:
    """Filters none of whose values names anything: a page says so, and asks nothing of them."""
    known = {
        "category": {each.path for each in library["categories"]},
        "publisher__slug__in": {each.slug for each in library["publishers"]},
        "series__slug__in": {each.slug for each in library["series"]},
    }
    asked = {name: getattr(filters, name) or () for name in known}
    return {name: None for name, some in asked.items() if some and known[name].isdisjoint(some)}


def in_sql(filters: BookFilters) -> list[Book]:
    """The books that PostgreSQL finds, in its order."""
    order = filters.ordering()
    if filters.order_by == "title":
        order = [func.fold(Book.title).collate("C")]
    query = select(Book).where(filters.criterion()).order_by(*order, Book.id)
    return list(db.session.scalars(query.options(*BookRepository(db.session).loads())).unique())


def counted(filters: BookFilters, facet: str, values) -> Counter:
    """Values of the books that match all filters but the facet's own, counted one by one."""
    others = filters.model_copy(update=dict.fromkeys(FACETS[facet]))
    return Counter(value for book in in_sql(others) for value in set(values(book)))


def ways_up(book: Book) -> list[str]:
    paths = [category.path.split("/") for category in book.categories]
    return ["/".join(path[:depth]) for path in paths for depth in range(1, len(path) + 1)]


def in_bands(bands: tuple[Band, ...], value: Decimal | int | None) -> list[Band]:
    return [
        band
        for band in bands
        if value is not None
        and (band.least is None or value >= band.least)
        and (band.most is None or value <= band.most)
    ]


def expected(filters: BookFilters) -> dict[str, Counter]:
    ask = {
        "language": lambda book: [book.language],
        "format": lambda book: [str(book.format)],
        "age": lambda book: [str(book.age_mark)],
        "category": ways_up,
        "author": lambda book: [str(author.id) for author in book.authors],
        "publisher": lambda book: [book.publisher.slug] if book.publisher else [],
        "price": lambda book: in_bands(PRICES.bands, book.price),
        "year": lambda book: in_bands(YEARS.bands, book.published_year),
    }
    return {facet: counted(filters, facet, values) for facet, values in ask.items()}


def shown(finding: Finding) -> dict[str, Counter]:
    beside = finding.facets

    def flat(nodes):
        return {
            path: count
            for node in nodes
            for path, count in {node.category.path: node.book_count, **flat(node.children)}.items()
        }

    lists = {
        "language": beside.languages,
        "format": beside.formats,
        "age": beside.ages,
        "author": beside.authors.choices,
        "publisher": beside.publishers.choices,
    }
    return {
        **{name: Counter({c.value: c.count for c in some}) for name, some in lists.items()},
        "category": Counter(flat(beside.categories)),
        "price": Counter({each.band: each.count for each in beside.prices}),
        "year": Counter({each.band: each.count for each in beside.years}),
    }


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=BOOKS, after=BOOKS, asked=ASKED, page=st.integers(1, 3))
def test_lists_and_facets_are_what_one_finds_book_by_book(
    services, library, before, after, asked, page
):
    """Some books are there when the catalogue is first read, others come and go after it."""
    filters = wanted(library, asked)
    make.save(*(a_book(library, plan) for plan in before)) if before else None
    services.finding.find(filters, 1, 24)
    kept = list(db.session.scalars(select(Book)))
    for book in kept[::2]:
        db.session.delete(book)
    for book in kept[1::2]:
        book.reprice(Decimal("300.00"), 10)
        book.language, book.title = "ru", "Zoya"
    db.session.add_all(a_book(library, plan) for plan in after)
    db.session.commit()
    try:
        finding = services.finding.find(filters, page, 2)
        nobody = naming_nobody(library, filters)
        assert finding.unknown == list(nobody)
        filters = filters.model_copy(update=nobody)
        books = in_sql(filters)
        assert finding.books.total == len(books)
        assert [b.id for b in finding.books] == [b.id for b in books[2 * page - 2 : 2 * page]]
        assert shown(finding) == expected(filters)
        everything = filters.model_copy(update={"in_stock": None})
        assert finding.facets.available == sum(book.in_stock for book in in_sql(everything))
    finally:
        for book in db.session.scalars(select(Book)):
            db.session.delete(book)
        db.session.commit()


def test_old_news_is_dropped_and_what_is_new_is_kept(services):
    make.save(make.book())
    db.session.execute(update(BookChange).values(made_at=utcnow() - timedelta(hours=25)))
    make.save(make.book())
    fresh = db.session.scalar(select(func.count()).where(BookChange.made_at > func.now() - DAY))
    assert services.finding.drop_old_news() > 0
    assert db.session.scalar(select(func.count(BookChange.id))) == fresh > 0


def test_a_page_that_is_known_is_not_made_again_until_something_changes(services):
    book = make.save(make.book())
    versions = []

    def known(version: int) -> bool:
        versions.append(version)
        return len(set(versions)) < len(versions)

    fewer, none = (f"stock_records SET num_in_stock = {copies}" for copies in (2, 0))
    for change in (None, None, fewer, none, "publishers SET name = name"):
        if change:
            db.session.execute(text(f"UPDATE {change}"))
            db.session.commit()
        services.finding.find(BookFilters(), 1, 24, known)
    assert services.finding.find(BookFilters(), 1, 24, known) is None
    # Seen anew after the last copy went and after names were touched, and at no other time: a copy
    # less changes no list.
    assert [a == b for a, b in pairwise(versions)] == [True, True, False, False, True]
    assert book.id


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM books",
        "TRUNCATE books CASCADE",
        "UPDATE books SET list_price = 1000",
        "UPDATE stock_records SET num_in_stock = 0",
        "UPDATE contributors SET name = 'Somebody'",
        "UPDATE publishers SET name = 'Some press'",
        "UPDATE series SET name = 'Some series'",
        "UPDATE categories SET name = 'Some shelf'",
        "DELETE FROM book_contributors",
        "DELETE FROM book_categories",
        "UPDATE images SET alt = 'A cover'",
        "UPDATE images SET folder = NULL, widths = '{}', colour = NULL",
    ],
)
def test_whatever_a_page_shows_is_shown_changed_to_the_next_visitor(services, change):
    make.save(
        make.book(
            categories=[make.category()],
            publisher=make.publisher(),
            series=make.series(),
            images=[picture()],
        )
    )
    versions = []
    for _ in range(2):
        services.finding.find(BookFilters(), 1, 24, lambda seen: versions.append(seen) or False)
        db.session.execute(text(change))
        db.session.commit()
    assert versions[0] != versions[1]


def test_a_change_under_way_is_seen_when_it_is_made_and_not_before(app, services):
    """Two transactions overlap, and the one that began first ends last."""
    first, second = make.save(make.book()), make.save(make.book())
    asked = BookFilters(price__lte=Decimal(100))
    raise_price = "UPDATE books SET list_price = 100 WHERE id = :id"
    assert services.finding.find(asked, 1, 24).books.total == 0
    with db.engine.connect() as slow, db.engine.connect() as quick:
        slow.execute(text(raise_price), {"id": first.id})
        quick.execute(text(raise_price), {"id": second.id})
        quick.commit()
        assert [b.id for b in services.finding.find(asked, 1, 24).books] == [second.id]
        slow.commit()
    assert services.finding.find(asked, 1, 24).books.total == 2


def test_more_changes_than_are_worth_following_are_read_as_everything(services, monkeypatch):
    monkeypatch.setattr(news, "MOST_CHANGED", 3)
    books = [make.save(make.book()) for _ in range(4)]
    assert services.finding.find(BookFilters(), 1, 24).books.total == 4
    db.session.execute(text("UPDATE books SET list_price = 50"))
    db.session.delete(books[0])
    db.session.commit()
    assert services.finding.find(BookFilters(price__lte=Decimal(50)), 1, 24).books.total == 3


def test_the_order_by_title_follows_a_change_of_title_and_outlives_one_of_price(services):
    first, second = make.save(make.book(title="Alpha")), make.save(make.book(title="Beta"))
    asked = BookFilters(order_by="title")

    def ids() -> list[int]:
        return [book.id for book in services.finding.find(asked, 1, 24).books]

    assert ids() == [first.id, second.id]
    db.session.execute(text("UPDATE books SET list_price = list_price + 1"))
    db.session.commit()
    assert ids() == [first.id, second.id]
    db.session.execute(text("UPDATE books SET title = 'Gamma' WHERE title = 'Alpha'"))
    db.session.commit()
    assert ids() == [second.id, first.id]
    third = make.save(make.book(title="Aleph"))
    assert ids() == [third.id, second.id, first.id]


def test_nobody_waits_while_sql_answers_somebody_else(app, services, rival):
    make.save(make.book(title="Tide"))
    services.finding.find(BookFilters(), 1, 24)
    rival.execute("LOCK TABLE books IN ACCESS EXCLUSIVE MODE")

    def slow() -> Finding | None:
        return services.finding.find(BookFilters(title__ilike="tide"), 1, 24)

    with meanwhile(app, slow) as answer:
        until_blocked(rival)
        assert services.finding.find(BookFilters(), 1, 24, known=lambda version: True) is None
        rival.rollback()
        assert answer().books.total == 1


def test_what_takes_too_long_in_sql_is_given_up(services, rival, monkeypatch):
    monkeypatch.setattr("shop.repositories.indexed_books.IN_SQL_TIMEOUT", 1)
    services.finding.find(BookFilters(), 1, 24)
    rival.execute("LOCK TABLE books IN ACCESS EXCLUSIVE MODE")
    with pytest.raises(ShopError):
        services.finding.find(BookFilters(title__ilike="tide"), 1, 24)


def test_changes_that_another_server_numbered_are_no_news(services):
    """As after a dump was restored: their transactions are still to come."""
    book = make.save(make.book())
    services.finding.find(BookFilters(), 1, 24)
    ahead = "INSERT INTO book_changes (kind, book_id, xid) VALUES ('book', :id, '999999999999')"
    db.session.execute(text(ahead), {"id": book.id})
    db.session.commit()
    versions = []
    for _ in range(2):
        services.finding.find(BookFilters(), 1, 24, known=lambda version: versions.append(version))
    assert versions[0] == versions[1]


def test_many_threads_find_what_is_there_while_prices_change(app, services):
    """Each answer is of one moment: the price on a card is one that the filter lets through."""
    books = [make.save(make.book(title="Tide")) for _ in range(6)]
    dear = {"price__gte": Decimal(1000)}

    def turn(number: int) -> bool:
        if number % 3 == 0:
            flip = "UPDATE books SET list_price = 1500 - list_price WHERE id = :id"
            db.session.execute(text(flip), {"id": books[number % 6].id})
            db.session.commit()
            return True
        wanted = BookFilters(**dear, **({"q": "tide"} if number % 3 == 1 else {}))
        found = services.finding.find(wanted, 1, 24)
        shown = list(found.books)
        return (
            services.shop_window.window("en").total == 6
            and found.books.total == len(shown)
            and all(book.price >= 1000 for book in shown)
        )

    assert at_once(app, 24, turn) == [True] * 24
