"""The demo catalogue's files: whole, plausible, and only of people long dead."""

import re
from collections import Counter

import pytest

from dev.demo.entries import Work
from dev.demo.invention import ISBN_PREFIX, edition
from dev.demo.reading import Catalogue, read
from shop.models.isbn import normalise
from shop.models.slugs import slug

SENTENCE_END = re.compile(r"[.!?…]+[»”’)]?(?=\s|$)")
WORD = re.compile(r"[^\W\d_]+")
LATIN, CYRILLIC = re.compile(r"[A-Za-zÀ-ɏ]"), re.compile(r"[А-Яа-яЁё]")
# Latin letters that look like Russian ones: a Russian text has no word made of them alone.
LOOK_ALIKES = set("AaBCcEeHKMOoPpTXxy")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read()


def test_the_shelves_are_full(catalogue: Catalogue) -> None:
    languages = Counter(work.language for work in catalogue.works)
    assert languages["ru"] >= 60
    assert languages.total() >= 240
    assert len(catalogue.paths) >= 20


def test_nobody_named_died_lately(catalogue: Catalogue) -> None:
    for person in catalogue.people.values():
        assert person.birth < person.death < 1955, person.name


def test_authors_lived_before_their_works_were_old(catalogue: Catalogue) -> None:
    """A work of an author's lifetime, or printed within a life or two after it."""
    for work in catalogue.works:
        assert work.year <= 1930, work.key
        for key in work.authors:
            assert catalogue.people[key].birth + 10 < work.year, work.key


def test_every_reference_resolves(catalogue: Catalogue) -> None:
    keys = {work.key for work in catalogue.works}
    leaves = {name for name, path in catalogue.paths.items() if "/" in path}
    for work in catalogue.works:
        assert {person for _, person in work.credits} <= catalogue.people.keys(), work.key
        assert set(work.categories) <= leaves, work.key
    for series in catalogue.series:
        assert set(series.works) <= keys, series.name
        assert series.imprint in catalogue.imprints, series.name


def test_shelves_hold_works_that_are_there_once(catalogue: Catalogue) -> None:
    keys = {work.key for work in catalogue.works}
    for shelf in catalogue.shelves:
        held = [card.work for card in shelf.entry] + list(shelf.works)
        assert set(held) <= keys, shelf.slug
        assert len(held) == len(set(held)) >= 6, shelf.slug
    kinds = Counter(shelf.kind for shelf in catalogue.shelves)
    assert kinds["staff_picks"] == 1
    assert kinds["mood"] >= 6


def test_nothing_is_left_over(catalogue: Catalogue) -> None:
    named = {person for work in catalogue.works for _, person in work.credits}
    used = {category for work in catalogue.works for category in work.categories}
    assert catalogue.people.keys() - named == set()
    assert {name for name, path in catalogue.paths.items() if "/" in path} - used == set()


def test_names_that_must_differ_do(catalogue: Catalogue) -> None:
    tree = [path for path, _, _ in catalogue.tree()]
    numbered = [key for series in catalogue.series for key in series.works]
    titled = [(work.title.casefold(), work.authors) for work in catalogue.works]
    for names in (tree, numbered, titled, [work.key for work in catalogue.works]):
        assert [name for name, count in Counter(names).items() if count > 1] == []
    # A category is named by its slug alone.
    assert len(catalogue.paths) == len(tree)


def test_series_keep_to_one_language(catalogue: Catalogue) -> None:
    works = {work.key: work for work in catalogue.works}
    for series in catalogue.series:
        languages = {works[key].language for key in series.works}
        assert languages == {catalogue.imprints[series.imprint].language}, series.name


def test_blurbs_have_two_to_four_sentences(catalogue: Catalogue) -> None:
    counts = {work.key: len(SENTENCE_END.findall(work.blurb)) for work in catalogue.works}
    assert {key: count for key, count in counts.items() if not 2 <= count <= 4} == {}


def test_blurbs_are_all_different(catalogue: Catalogue) -> None:
    openings = Counter(" ".join(work.blurb.split()[:3]) for work in catalogue.works)
    assert [words for words, count in openings.items() if count > 1] == []


def test_russian_originals_are_by_russians_and_in_cyrillic(catalogue: Catalogue) -> None:
    for work in catalogue.works:
        if work.language == "ru":
            assert CYRILLIC.search(work.title), work.key
            assert all(catalogue.people[key].name_en for key in work.authors), work.key
            assert not work.translators, work.key


def test_alphabets_are_not_mixed(catalogue: Catalogue) -> None:
    """An "а" of the other alphabet looks right and is never found."""
    for work in catalogue.works:
        for word in WORD.findall(f"{work.title} {work.subtitle or ''} {work.blurb}"):
            _one_alphabet(word, work.language)
    for person in catalogue.people.values():
        assert not CYRILLIC.search(person.name_en or ""), person.name
        assert bool(LATIN.search(person.name)) != bool(person.name_en), person.name
        assert set(WORD.findall(person.sort)) <= set(WORD.findall(person.name)), person.sort


def _one_alphabet(word: str, language: str) -> None:
    assert not (LATIN.search(word) and CYRILLIC.search(word)), word
    if language == "en":
        assert not CYRILLIC.search(word), word
    if language == "ru":
        assert not set(word) <= LOOK_ALIKES, word


def test_isbns_are_valid_and_nobodys(catalogue: Catalogue) -> None:
    isbns = [edition(work, catalogue).isbn for work in catalogue.works]
    assert all(normalise(isbn) == isbn for isbn in isbns)
    assert all(isbn.startswith(ISBN_PREFIX) for isbn in isbns)
    assert len(set(isbns)) == len(isbns)


def test_one_book_is_the_last_copy_and_some_are_sold_out(catalogue: Catalogue) -> None:
    stock = Counter(edition(work, catalogue).num_in_stock for work in catalogue.works)
    assert stock[1] == 1
    assert 1 <= stock[0] <= 5
    assert max(stock) <= 60


def test_prices_are_those_of_a_bookshop(catalogue: Catalogue) -> None:
    editions = [edition(work, catalogue) for work in catalogue.works]
    for each in editions:
        assert 250 <= each.list_price <= 2400, each
        assert each.list_price % 10 in (0, 9), each
        assert 20 <= each.weight_grams <= 2500, each
    discounted = sum(each.discount_percent > 0 for each in editions)
    assert 0.1 < discounted / len(editions) < 0.3


def test_inventions_stay_the_same(catalogue: Catalogue) -> None:
    """They depend on the work alone: not on its neighbours, the machine or the day."""
    work = _work(catalogue, "gogol/shinel")
    made = edition(work, catalogue)
    assert (made.isbn, made.list_price, made.num_in_stock) == ("9799909237778", 279, 23)


def _work(catalogue: Catalogue, key: str) -> Work:
    return next(work for work in catalogue.works if work.key == key)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Вишнёвый сад", "vishnyovyy-sad"),
        ("Tess of the d'Urbervilles", "tess-of-the-durbervilles"),
        ("Палата № 6", "palata-6"),
        ("Les Misérables", "les-miserables"),
    ],
)
def test_slugs_can_be_read(text: str, expected: str) -> None:
    assert slug(text) == expected
