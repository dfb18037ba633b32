"""What is asked of a shop: pages that shoppers open most, and those that are hardest to make."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from urllib.parse import urlencode


@dataclass(frozen=True)
class Case:
    """Addresses that are asked in turn; `anew` forgets rendered pages before each."""

    name: str
    paths: tuple[str, ...]
    anew: bool = True
    fragment: bool = False

    @property
    def headers(self) -> dict[str, str]:
        return {"HX-Request": "true"} if self.fragment else {}


def _books(**query: object) -> str:
    return f"/books?{urlencode(query)}"


THIRD: tuple[dict[str, object], ...] = (
    {"in_stock": 1},
    {"format": "paperback"},
    {"category": "fiction"},
    {"year_from": 1900},
)
THREE = tuple(
    _books(language=language, price_to=price, **third)
    for language, price, third in product(("en", "ru"), (600, 900), THIRD)
)
# The last line is the hardest: words of a tenth of all books, a word that is not finished, and
# texts that no book answers to as they are typed.
QUERIES = (
    *("tolstoy", "толстой", "war and peace", "война и мир", "austen pride", "prejudise"),
    *("dostoevsky", "ljcnjtdcrbq", "чехов рассказы", "dickens", "history", "история"),
    *("poems", "стихи", "ruslan", "the sea", "jane eire", "преступление и наказание"),
    *("дорога домой", "letters from london", "shakespeare", "летний сад", "love", "ночь"),
    *("истор", "paperback novel", "letters from zanzibar", "любовь слон"),
)
PREFIXES = (
    *("t", "to", "tol", "tolst", "w", "war", "war a", "д", "до", "достоев", "п", "прест"),
    *("the", "the s", "a", "и", "лет", "лон", "lond", "dick", "austen p", "ljc", "шек", "sto"),
)

CASES = (
    Case("catalogue, no filter", ("/books",)),
    Case("catalogue, three filters", THREE),
    Case("catalogue, by price", (_books(sort="price"), _books(sort="-price"))),
    Case("catalogue, by title", (_books(sort="title"),)),
    Case("catalogue, page 1000", (_books(page=1000),)),
    Case("catalogue, kept", ("/books",), anew=False),
    Case("search", tuple(_books(q=query) for query in QUERIES)),
    Case(
        "suggest",
        tuple(f"/search/suggest?{urlencode({'q': each})}" for each in PREFIXES),
        fragment=True,
    ),
    Case("all authors", ("/books/facets/author", "/books/facets/author?find=smi")),
    Case("home", ("/",)),
    Case("API, books by author", ("/api/v1/books?author__name__ilike=tolst",)),
)
