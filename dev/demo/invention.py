"""What only a real shop could know, made up: the same for the same work on every machine."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal

from stdnum import ean

from dev.demo.entries import Work
from dev.demo.reading import Catalogue
from shop.models import BookFormat

# The International ISBN Agency has given out the groups 8, 10, 11, 12 and 13 of prefix 979 and
# none that begins with 99 (https://www.isbn-international.org/range_file_generation), so these
# numbers belong to nobody's books.
ISBN_PREFIX = "97999"
# 10 % VAT, the rate for books in Russia (Tax Code, article 164, paragraph 2):
# https://yookassa.ru/developers/payment-acceptance/receipts/54fz/parameters-values#vat-codes
VAT_10_PERCENT = 3
DISCOUNTS = (10, 15, 20, 30)
CHEAPEST, DEAREST = 250, 2400
MOST_COPIES = 60
# Books that are not in the window of new ones came between so many days ago.
OLDEST_ARRIVAL, LATEST_ARRIVAL = 400, 20


@dataclass(frozen=True)
class Make:
    """How a format is made: roubles and grams for the cover, and for a hundred pages."""

    roubles: int
    roubles_per_hundred: int
    grams: int
    grams_per_hundred: int


MAKES = {
    BookFormat.POCKET: Make(230, 45, 15, 50),
    BookFormat.PAPERBACK: Make(330, 60, 25, 80),
    BookFormat.HARDCOVER: Make(520, 85, 120, 100),
    BookFormat.GIFT: Make(980, 190, 200, 190),
}


@dataclass(frozen=True)
class Edition:
    """The invented part of a book."""

    isbn: str
    sku: str
    format: BookFormat
    imprint: str
    list_price: Decimal
    discount_percent: int
    num_in_stock: int
    weight_grams: int
    arrived_days_ago: int


def edition(work: Work, catalogue: Catalogue) -> Edition:
    series, _ = catalogue.places.get(work.key, (None, 0))
    made_as = series.format if series else _format(work)
    isbn = _isbn(work.key)
    discount = _discount(work.key)
    return Edition(
        isbn=isbn,
        sku=f"COL-{isbn[5:12]}",
        format=made_as,
        imprint=series.imprint if series else _imprint(work, catalogue),
        list_price=_price(work, MAKES[made_as], discount),
        discount_percent=discount,
        # Only a work that says so itself is sold out or has a single copy.
        num_in_stock=drawn(work.key, "stock", 2, MOST_COPIES) if work.stock is None else work.stock,
        weight_grams=_weight(work, MAKES[made_as]),
        arrived_days_ago=work.arrived or drawn(work.key, "day", LATEST_ARRIVAL, OLDEST_ARRIVAL),
    )


def drawn(key: str, purpose: str, least: int, most: int) -> int:
    """A number from `least` to `most` that depends on nothing but the work and the purpose."""
    digest = hashlib.sha256(f"{purpose}:{key}".encode()).digest()
    return least + int.from_bytes(digest[:8]) % (most - least + 1)


def _isbn(key: str) -> str:
    body = f"{ISBN_PREFIX}{drawn(key, 'isbn', 0, 9_999_999):07}"
    return f"{body}{ean.calc_check_digit(body)}"


def _format(work: Work) -> BookFormat:
    """Thin books are for the pocket, thick ones are bound, picture books make gifts."""
    if work.illustrators and work.pages < 400 and drawn(work.key, "gift", 1, 2) == 1:
        return BookFormat.GIFT
    if work.pages < 130:
        return (BookFormat.POCKET, BookFormat.PAPERBACK)[drawn(work.key, "thin", 0, 1)]
    if work.pages > 600:
        return BookFormat.HARDCOVER
    return (BookFormat.PAPERBACK, BookFormat.HARDCOVER)[drawn(work.key, "format", 0, 1)]


def _imprint(work: Work, catalogue: Catalogue) -> str:
    """One of those that print the language and the first category's part of the tree."""
    part = catalogue.paths[work.categories[0]].split("/")[0]
    printing = [
        key
        for key, imprint in catalogue.imprints.items()
        if imprint.language == work.language and part in imprint.prints
    ]
    return printing[drawn(work.key, "imprint", 0, len(printing) - 1)]


def _price(work: Work, make: Make, discount: int) -> Decimal:
    """Whole roubles that end in 0 or 9, as shops have them; still whole after a discount."""
    made_for = make.roubles + make.roubles_per_hundred * work.pages // 100
    asked = made_for * drawn(work.key, "price", 85, 130) // 100
    tens = min(max(asked, CHEAPEST), DEAREST) // 10 * 10
    if discount:
        # Each of the discounts leaves whole roubles of these.
        return Decimal((tens + 19) // 20 * 20)
    nine = tens > CHEAPEST and drawn(work.key, "nine", 0, 1)
    return Decimal(tens - 1 if nine else tens)


def _discount(key: str) -> int:
    """For about one book in five."""
    if drawn(key, "discounted", 1, 5) > 1:
        return 0
    return DISCOUNTS[drawn(key, "discount", 0, len(DISCOUNTS) - 1)]


def _weight(work: Work, make: Make) -> int:
    return make.grams + make.grams_per_hundred * work.pages // 100
