"""A book as programs send it: what it hangs on by id."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, ValidationInfo, field_validator

from shop.api.bodies import change_of, sent
from shop.api.reading import Body
from shop.api.values import (
    Count,
    Description,
    Isbn,
    Key,
    KnownAgeMark,
    Language,
    Line500,
    Positive,
    Price,
    Sku,
    Title,
    Whole,
)
from shop.models import BookFormat, BookStatus, ContributorRole


class CreditIn(Body):
    """Somebody's part in a book: `id` is that of an author of /api/v1/authors."""

    id: Key
    role: ContributorRole


def _once_each(items: list[Any]) -> list[Any]:
    if len(set(items)) < len(items):
        raise ValueError("The same is there twice.")
    return items


EACH_ONCE = {"uniqueItems": True}
Credits = Annotated[
    list[CreditIn],
    Field(max_length=100, json_schema_extra=EACH_ONCE),
    AfterValidator(_once_each),
]
Places = Annotated[
    list[Key], Field(max_length=50, json_schema_extra=EACH_ONCE), AfterValidator(_once_each)
]


def _given(key: str) -> dict[str, Any]:
    return {"required": [key], "properties": {key: {"type": "string"}}}


class BookIn(Body):
    """A book, whole: what is left out is empty. A book without an ISBN needs a SKU, and one
    without a SKU goes by its ISBN. The slug is made of the title."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [_given("isbn"), _given("sku")]})

    isbn: Isbn | None = None
    sku: Annotated[Sku | None, Field(validate_default=True)] = None
    title: Title
    subtitle: Line500 | None = None
    contributors: Credits = []
    publisher_id: Key | None = None
    series_id: Key | None = None
    series_number: Count | None = None
    category_ids: Places = []
    language: Language
    format: BookFormat
    published_year: Annotated[int, Field(ge=-3000, le=2200), Whole] | None = None
    pages: Positive | None = None
    age_mark: KnownAgeMark = 0
    weight_grams: Positive | None = None
    description: Description = ""
    list_price: Price
    discount_percent: Annotated[int, Field(ge=0, le=90), Whole] = 0
    released_on: date | None = None
    # Left out, that of a book stays, and a new one is on sale.
    status: BookStatus | None = None

    @field_validator("sku")
    @classmethod
    def _needed_without_isbn(cls, sku: str | None, info: ValidationInfo) -> str | None:
        if sku is None and info.data.get("isbn", "wrong") is None:
            raise ValueError("Give an ISBN or a SKU.")
        return sku


class NewBook(BookIn):
    """A book, with the copies that are on the shelves. Later on they are counted by staff."""

    num_in_stock: Count = 0


BookChange = change_of(BookIn, "BookChange")


def book_values(body: Body) -> dict[str, Any]:
    """What the service takes."""
    values = sent(body)
    if "contributors" in values:
        values["contributors"] = [(credit.id, credit.role) for credit in values["contributors"]]
    if "list_price" in values:
        values["list_price"] = values["list_price"].roubles
    if values.get("status") is None:
        values.pop("status", None)
    return values
