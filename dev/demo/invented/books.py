"""The books themselves, a thousand at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from dev.demo.invented.titles import Wording, drawn, named, title_slug, wordings
from dev.demo.invented.words import LANGUAGES
from dev.demo.invention import CHEAPEST, DEAREST, DISCOUNTS, MAKES
from dev.demo.reading import Catalogue
from shop.models import BookFormat, ContributorRole

SEED = "colophon"
BLOCK = 1000
# They came into the shop in these ten years, so none is among the new ones.
FIRST_DAY = datetime.fromisoformat("2015-01-01T00:00:00+00:00")
MINUTES = 10 * 365 * 24 * 60
LAST_YEAR = 2024
# Of a hundred books, so many in each language.
SHARES = dict(zip(LANGUAGES, (68, 20, 4, 4, 2, 2), strict=True))
# How many there are of each at most; a small shop needs the first ones only.
AUTHORS, PUBLISHERS, SERIES = 90_000, 2_000, 5_000
# The smaller, the more of all books are by the first ones.
AUTHOR_FLATNESS, PUBLISHER_FLATNESS, SERIES_FLATNESS = 200, 8, 300
FORMATS = (
    [BookFormat.PAPERBACK] * 42
    + [BookFormat.HARDCOVER] * 40
    + [BookFormat.POCKET] * 13
    + [BookFormat.GIFT] * 5
)
AGES = {"children": (0, 0, 6, 6, 6, 12), "ideas": (0, 6, 12, 12, 12, 16)}
OTHER_AGES = (0, 6, 12, 12, 12, 16, 16, 16, 18, 18)
DISCOUNTED, SERIAL = 0.2, 0.25
MOST_OF_A_SERIES = 40

# A name by its language and its place in that language's list.
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class InventedBook:
    """Everything about one book but the ids of what it hangs on."""

    number: int
    slug: str
    title: str
    subtitle: str | None
    language: str
    format: BookFormat
    publisher: Place
    series: Place | None
    series_number: int | None
    published_year: int | None
    pages: int
    age_mark: int
    weight_grams: int
    description: str
    list_price: int
    discount_percent: int
    arrived: datetime
    num_in_stock: int
    categories: tuple[str, ...]
    credits: tuple[tuple[ContributorRole, Place], ...]


class Inventor:
    """Draws books; `paths` of categories are those of the demo catalogue's leaves."""

    def __init__(self, catalogue: Catalogue) -> None:
        leaves = [path for path, _, _ in catalogue.tree() if "/" in path]
        self.paths = {
            language: [path for path in leaves if language == "ru" or "/russian" not in path]
            for language in LANGUAGES
        }
        self.languages = [name for name, share in SHARES.items() for _ in range(share)]
        self.wordings: dict[str, Wording] = wordings()

    def books(self, first: int, last: int) -> Iterator[InventedBook]:
        """Books number `first` to `last`, counted from 1."""
        for block in range((first - 1) // BLOCK, (last - 1) // BLOCK + 1):
            random = Random(f"{SEED}:{block}")
            for number in range(block * BLOCK + 1, min((block + 1) * BLOCK, last) + 1):
                book = self._book(random, number)
                if number >= first:
                    yield book

    def _book(self, random: Random, number: int) -> InventedBook:
        language = drawn(random, self.languages)
        categories = self._categories(random, language)
        part = categories[0].partition("/")[0]
        wording = self.wordings[language]
        title, subtitle = named(wording, random, part)
        series = None
        if random.random() < SERIAL:
            series = _place(random, language, SERIES, SERIES_FLATNESS)
        format_, pages = drawn(random, FORMATS), _pages(random, part)
        list_price, discount = _price(random, format_, pages)
        make = MAKES[format_]
        return InventedBook(
            number=number,
            slug=title_slug(title),
            title=title,
            subtitle=subtitle,
            language=language,
            format=format_,
            publisher=_publisher(random, language, series),
            series=series,
            series_number=1 + int(random.random() * MOST_OF_A_SERIES) if series else None,
            published_year=_year(random),
            pages=pages,
            age_mark=drawn(random, AGES.get(part, OTHER_AGES)),
            weight_grams=make.grams + make.grams_per_hundred * pages // 100,
            description=wording.blurb(random),
            list_price=list_price,
            discount_percent=discount,
            arrived=FIRST_DAY + timedelta(minutes=int(random.random() * MINUTES)),
            num_in_stock=_copies(random),
            categories=categories,
            credits=_credits(random, language, part),
        )

    def _categories(self, random: Random, language: str) -> tuple[str, ...]:
        """Two or three; those at the beginning of the tree are the fullest."""
        paths = self.paths[language]
        wanted = 2 if random.random() < 0.6 else 3
        chosen: dict[str, None] = {}
        while len(chosen) < wanted:
            chosen[paths[int(random.random() ** 1.6 * len(paths))]] = None
        return tuple(chosen)


def _place(random: Random, language: str, of_all: int, flatness: int) -> Place:
    """Zipf's law: the one at place n is drawn in proportion to 1 / (n + flatness)."""
    size = of_all * SHARES[language] // 100
    return language, int(flatness * (((size + flatness) / flatness) ** random.random() - 1))


def _publisher(random: Random, language: str, series: Place | None) -> Place:
    """A series has one publisher."""
    if series:
        return language, series[1] * 7 % (PUBLISHERS * SHARES[language] // 100)
    return _place(random, language, PUBLISHERS, PUBLISHER_FLATNESS)


def _credits(random: Random, language: str, part: str) -> tuple[tuple[ContributorRole, Place], ...]:
    chance = random.random()
    roles = [ContributorRole.AUTHOR] * (1 if chance < 0.85 else 2 if chance < 0.97 else 3)
    if random.random() < (0.2 if language == "ru" else 0.08):
        roles.append(ContributorRole.TRANSLATOR)
    if part == "children" and random.random() < 0.6:
        roles.append(ContributorRole.ILLUSTRATOR)
    if part == "ideas" and random.random() < 0.15:
        roles.append(ContributorRole.EDITOR)
    people = [_place(random, language, AUTHORS, AUTHOR_FLATNESS) for _ in roles]
    return tuple(dict.fromkeys(zip(roles, people, strict=True)))


def _pages(random: Random, part: str) -> int:
    """A few hundred, a long tail of thick ones; thin ones for children."""
    usual = 60.0 if part == "children" else 290.0
    return max(16, min(1400, int(random.lognormvariate(0, 0.45) * usual)))


def _price(random: Random, format_: BookFormat, pages: int) -> tuple[int, int]:
    """Whole roubles and per cent: dearer with every page, with a few very dear ones."""
    make = MAKES[format_]
    asked = (make.roubles + make.roubles_per_hundred * pages / 100) * random.lognormvariate(0, 0.25)
    tens = int(min(max(asked, CHEAPEST), DEAREST * 4)) // 10 * 10
    if random.random() < DISCOUNTED:
        return (tens + 19) // 20 * 20, drawn(random, DISCOUNTS)
    return tens - (1 if random.random() < 0.6 else 0), 0


def _year(random: Random) -> int | None:
    """Most are of the last decades; the oldest of 1700, and of some nobody knows."""
    if random.random() < 0.02:
        return None
    return max(1700, LAST_YEAR - int(random.expovariate(1 / 28)))


def _copies(random: Random) -> int:
    """One in eight is sold out, and few have very many."""
    return 0 if random.random() < 0.125 else 1 + int(random.expovariate(1 / 9))


def isbn(number: int, taken: Sequence[str] | set[str] = ()) -> str:
    """An ISBN of 979-99, which nobody has; neighbours are far apart. `taken` are others' books'."""
    while True:
        digits = f"97999{number * ISBN_STRIDE % ISBNS:07d}"
        odd, even = sum(map(int, digits[::2])), sum(map(int, digits[1::2]))
        whole = f"{digits}{-(odd + 3 * even) % 10}"
        if whole not in taken:
            return whole
        number += ISBNS // 2


# Prime to the number of ISBNs that there are below the prefix.
ISBNS = 10_000_000
ISBN_STRIDE = 3_141_593
