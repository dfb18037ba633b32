"""Search: whatever a shopper types, in either alphabet, leads to the book."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from shop.extensions import db
from shop.models import BookContributor, ContributorRole
from shop.repositories.book_filters import BookFilters
from shop.repositories.search import Found, SearchRepository
from tests import factories as make

ONE_SHOP = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def search(services) -> SearchRepository:
    return SearchRepository(db.session)


@pytest.fixture
def find(services):
    """The titles that a text finds, the best first."""

    def titles(q: str) -> list[str]:
        page = services.catalogue.find(BookFilters.parse({"q": q}), 1, 100)
        return [book.title for book in page]

    return titles


@pytest.fixture
def shelf(services):
    tolstoy = make.author("Лев Толстой", sort_name="Толстой, Лев", name_en="Leo Tolstoy")
    dostoevsky = make.author(
        "Фёдор Достоевский", sort_name="Достоевский, Фёдор", name_en="Fyodor Dostoevsky"
    )
    austen = make.author("Jane Austen", sort_name="Austen, Jane")
    garnett = make.author("Constance Garnett")
    make.save(
        make.book(title="Война и мир", authors=[tolstoy], isbn="9785170000012", language="ru"),
        make.book(title="Ёлка", authors=[make.author("Фёдор Сологуб")], language="ru"),
        make.book(title="Мы", authors=[make.author("Евгений Замятин")], language="ru"),
        make.book(title="Candide", subtitle="ou l’Optimisme", authors=[make.author("Voltaire")]),
        make.book(title="La Bohème", authors=[make.author("Henri Murger")]),
        make.book(
            title="Emma",
            series=make.series("Great novels"),
            publisher=make.publisher("Quill"),
            authors=[austen],
            description="A clever girl who makes matches in a village.",
        ),
        make.book(title="Pride and Prejudice", authors=[austen]),
        make.book(title="The Idiot", authors=[dostoevsky]),
        make.book(title="Идиот", authors=[dostoevsky], language="ru"),
        make.book(title="Jane Eyre", authors=[make.author("Charlotte Brontë")]),
        make.book(title="100% wool_", authors=[], sku="WOOL-100"),
    )
    translated = make.book(title="The Gambler", authors=[dostoevsky])
    translated.contributors.append(
        BookContributor(contributor=garnett, role=ContributorRole.TRANSLATOR, position=1)
    )
    make.save(translated)


@pytest.mark.parametrize(
    ("q", "title"),
    [
        ("война и мир", "Война и мир"),
        ("МИР", "Война и мир"),
        ("толстой война", "Война и мир"),
        ("tolstoy", "Война и мир"),
        ("austen pride", "Pride and Prejudice"),
        # ё and accents, typed or not.
        ("елка", "Ёлка"),
        ("ЁЛКА", "Ёлка"),
        ("сологуб федор", "Ёлка"),
        ("boheme", "La Bohème"),
        ("BOHÈME", "La Bohème"),
        ("bohémé", "La Bohème"),
        ("bronte", "Jane Eyre"),
        # What an apostrophe joins.
        ("optimisme", "Candide"),
        ("loptimisme", "Candide"),
        ("l'optimisme", "Candide"),
        # Forms of a word.
        ("войны и мира", "Война и мир"),
        ("idiots", "The Idiot"),
        # Whatever else names a book.
        ("great novels", "Emma"),
        ("quill", "Emma"),
        ("clever girl village", "Emma"),
        ("garnett gambler", "The Gambler"),
        ("100% wool_", "100% wool_"),
        # Transliterated, by several schemes.
        ("voina i mir", "Война и мир"),
        ("voyna i mir", "Война и мир"),
        ("vojna i mir", "Война и мир"),
        ("zamyatin", "Мы"),
        ("zamjatin", "Мы"),
        ("эмма", "Emma"),
        # The other keyboard layout.
        ("djqyf b vbh", "Война и мир"),
        (";fvznby", "Мы"),
        ("pfvznby", "Мы"),
        ("зкшву фтв зкуогвшсу", "Pride and Prejudice"),
        # Slips.
        ("prejudise", "Pride and Prejudice"),
        ("tolsoy", "Война и мир"),
        ("воина и мир", "Война и мир"),
        ("замятен", "Мы"),
        ("pdide and prejudcie", "Pride and Prejudice"),
        ("jnae eyer", "Jane Eyre"),
        ("janeeyre", "Jane Eyre"),
        # A beginning, as while one is typing.
        ("preju", "Pride and Prejudice"),
        ("jane ey", "Jane Eyre"),
        # Stop words are words where there are no others.
        ("мы", "Мы"),
        # A word too many.
        ("jane austen pride prejudice hardcover", "Pride and Prejudice"),
    ],
)
def test_what_is_typed_finds_the_book(find, shelf, q, title):
    assert find(q)[:1] == [title]


# A vowel that comes and goes, and a slip in another form of the word.
@pytest.mark.parametrize("q", ["записок", "охотнеками"])
def test_what_no_stemmer_joins_is_joined_by_the_root(services, find, q):
    make.save(make.book(title="Записки охотника", language="ru"))
    assert find(q) == ["Записки охотника"]


@pytest.mark.parametrize("q", ["nothing like that", "%", "_", "!!!", "\N{BOOKS}"])
def test_what_no_book_has_finds_nothing(find, shelf, q):
    assert find(q) == []


def test_where_no_book_has_all_words_those_with_most_are_found(search, find, shelf):
    assert find("jane eyre hardcover") == ["Jane Eyre"]
    assert search.find("jane eyre hardcover").is_partial
    assert not search.find("jane eyre").is_partial
    assert {"Emma", "Война и мир"} <= set(find("tolstoy emma"))


def test_of_two_words_one_that_many_books_have_tells_less(services, search, find):
    chekhov = make.author("Антон Чехов")
    make.save(
        make.book(title="Степь", authors=[chekhov]),
        make.book(title="Остров", authors=[chekhov]),
        *(make.book(title=f"Рассказы, том {number}") for number in range(30)),
    )
    services.search.recount()
    assert set(find("чехов рассказы")) == {"Степь", "Остров"}
    assert search.find("чехов рассказы").is_partial
    assert set(find("чехов остров")) == {"Остров"}


def test_where_titles_are_enough_descriptions_are_not_looked_at(find, shelf, monkeypatch):
    make.save(*(make.book(title=f"Village {number}") for number in range(3)))
    assert len(find("village")) == 4
    assert find("village")[-1] == "Emma"
    monkeypatch.setattr("shop.repositories.search.books.ENOUGH", 3)
    assert len(find("village")) == 3
    assert find("clever village") == ["Emma"]


@pytest.mark.parametrize("q", ["Л.Н. Толстой", "L. Tolstoy", "tolstoy l", "<b>tolstoy</b>"])
def test_initials_tell_nothing(search, find, shelf, q):
    assert find(q) == ["Война и мир"]
    assert not search.find(q).is_partial


def test_a_word_of_two_letters_makes_sense_on_no_other_layout(search, find, shelf):
    make.save(make.book(title="T"))
    assert find("еж") == []


@pytest.mark.parametrize("q", ["", "   "])
def test_no_words_are_no_search(find, shelf, q):
    assert len(find(q)) == 12


@pytest.mark.parametrize("q", ["dostoevsky", "dostoyevsky", "dostoevskij", "достоевский"])
def test_an_author_is_found_by_every_spelling(find, shelf, q):
    assert set(find(q)) == {"The Idiot", "Идиот", "The Gambler"}


def test_the_better_the_match_the_earlier_the_book(services, find):
    pushkin = make.author("Александр Пушкин", sort_name="Пушкин, Александр")
    make.save(
        make.book(title="Письма", description="О Пушкине и о других."),
        make.book(title="Дуэль", subtitle="Последний год Пушкина"),
        make.book(title="О Пушкине"),
        make.book(title="Мой Пушкин"),
        make.book(title="Метель", authors=[pushkin]),
    )
    assert find("пушкин") == ["Метель", "Мой Пушкин", "О Пушкине", "Дуэль", "Письма"]


def test_a_whole_title_comes_before_one_that_begins_so_and_one_that_has_it(services, find):
    for title in ("Dear Emma", "About Emma", "Emma Brown", "Emma: A Novel", "Emma", "The Emma"):
        make.save(make.book(title=title))
    assert find("emma") == [
        "Emma: A Novel",
        "Emma",
        "The Emma",
        "About Emma",
        "Emma Brown",
        "Dear Emma",
    ]


def test_another_order_may_be_asked_for(services, shelf):
    filters = BookFilters.parse({"q": "dostoevsky", "order_by": "-title"})
    page = services.catalogue.find(filters, 1, 2)
    assert ([book.title for book in page], page.total) == (["Идиот", "The Idiot"], 3)


def test_pages_of_what_was_found_follow_one_another(services, shelf):
    filters = BookFilters.parse({"q": "dostoevsky", "language__eq": "en"})
    pages = [services.catalogue.find(filters, number, 1) for number in (1, 2, 3)]
    assert [book.title for page in pages for book in page] == ["The Idiot", "The Gambler"]
    assert {page.total for page in pages} == {2}


@pytest.mark.parametrize(
    "q",
    ["9785170000012", "978-5-17-000001-2", "978 5 17 000001 2", "5-17-000001-4", " 5170000014 "],
)
def test_an_isbn_in_any_form_finds_its_book(find, shelf, q):
    assert find(q) == ["Война и мир"]


@pytest.mark.parametrize("q", ["978517", "51700", "978-5-17", "wool-100", "WOOL-100"])
def test_a_beginning_of_an_isbn_or_a_sku_is_enough(find, shelf, q):
    assert len(find(q)) == 1


@pytest.mark.parametrize("q", ["9785170000013", "5-17-000001-3"])
def test_an_isbn_with_a_wrong_digit_finds_nothing(find, shelf, q):
    assert find(q) == []


def test_a_book_by_isbn_in_any_form(services, shelf):
    for text in ("5-17-000001-4", "978-5-17-000001-2"):
        assert services.catalogue.book_by_isbn(text).title == "Война и мир"


@pytest.mark.parametrize(
    ("q", "corrected"),
    [
        ("tolsoy", "tolstoy"),
        ("pride and prejudise", "pride and prejudice"),
        ("djqyf", "война"),
        ("janeeyre", "jane eyre"),
        # These are no mistakes.
        ("tolstoy", None),
        ("voina", None),
        ("войны", None),
        ("preju", None),
        ("nothing like that", None),
    ],
)
def test_the_shop_says_what_it_took_a_mistake_for(search, shelf, q, corrected):
    assert search.find(q).corrected == corrected


def test_of_several_words_the_one_that_the_book_has_is_suggested(search):
    make.save(*(make.book(title=f"Home {number}") for number in range(3)))
    make.save(make.book(title="Sherlock Holmes"), make.book(title="Homes"))
    assert search.find("sherlok homes").corrected == "sherlock holmes"


HOSTILE = [
    "a" * 10_000,
    "война " * 2_000,
    "and or the of",
    "' OR 1=1; DROP TABLE books; --",
    "a & b | !c <-> (d):*",
    "\\' \\\\ ''",
    "\x00\x01\x7f",
    "\N{PILE OF POO}\N{ZERO WIDTH JOINER}\N{BOOKS}",
    "\N{RIGHT-TO-LEFT OVERRIDE}мир\N{POP DIRECTIONAL FORMATTING} שלום عالم",
    "𝔚𝔞𝔯 ﬁne ½ № ① ß Ǆ",
    "１２３４５６７８９",
    "e\N{COMBINING ACUTE ACCENT}" * 50,
    "%s %(x)s :name $1 {0}",
    "٣٤٥٦٧٨",
]


@pytest.mark.parametrize("q", HOSTILE)
def test_hostile_text_does_no_harm(search, shelf, q):
    assert isinstance(search.find(q), Found)


@ONE_SHOP
@given(st.text(max_size=60) | st.text("войнаtolsyи 'é-.1", max_size=30))
@example("x" * 300)
def test_no_text_makes_a_search_fail(search, q):
    found = search.find(q)
    assert found.ids.size == found.tiers.size


def test_each_book_is_found_once(search, shelf):
    ids = search.find("tolstoy война jane the").ids.tolist()
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("q", "most"), [("austen pride", 2), ("tolsoy", 2), ("djqyf", 2), ("nothing like that", 4)]
)
def test_a_search_asks_the_database_little(search, shelf, q, most):
    asked: list[str] = []

    def note(*arguments: object) -> None:
        asked.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        search.find(q)
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(asked) <= most
