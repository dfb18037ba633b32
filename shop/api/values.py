"""The types of values that requests bring: as long as their columns, by the rules of the import."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from shop.api.reading import Body
from shop.models import AGE_MARKS
from shop.models.catalogue import LONGEST_TITLE, MOST_TITLE_BYTES
from shop.models.isbn import normalise
from shop.repositories.base import LARGEST_KEY
from shop.repositories.book_filters import AgeMark
from shop.services.book_import.cells import LANGUAGES, description
from shop.services.book_import.columns import LARGEST
from shop.services.book_import.names import LONGEST_NAME, tidy

# What PostgreSQL or a page cannot hold; line breaks and tabs are none of it.
CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
NO_CONTROLS = rf"^[^{CONTROLS}]*$"
# And something that can be seen.
SOMETHING = rf"^[^{CONTROLS}]*[^\s{CONTROLS}][^{CONTROLS}]*$"
LONGEST_DESCRIPTION = 100_000


def _whole(value: object) -> object:
    """In JSON 3.0 is a whole number too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _title(text: str) -> str:
    if len(text.encode()) > MOST_TITLE_BYTES:
        raise ValueError(f"A title has at most {MOST_TITLE_BYTES} bytes.")
    return text


def _language(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError("Write the two letters of ISO 639-1, such as ru.")
    return code


def _line(longest: int) -> StringConstraints:
    return StringConstraints(min_length=1, max_length=longest, pattern=SOMETHING)


def _fits(longest: int) -> AfterValidator:
    """Normalised, some letters are two."""

    def check(line: str) -> str:
        if len(line) > longest:
            raise ValueError(f"At most {longest} letters fit.")
        return line

    return AfterValidator(check)


Tidied = AfterValidator(tidy)
Whole = BeforeValidator(_whole)
# An entity's primary key.
Key = Annotated[int, Field(ge=1, le=LARGEST_KEY), Whole]
PersonsName = Annotated[str, _line(LONGEST_NAME), Tidied, _fits(LONGEST_NAME)]
Line300 = Annotated[str, _line(300), Tidied, _fits(300)]
Line500 = Annotated[str, _line(500), Tidied, _fits(500)]
Title = Annotated[str, _line(LONGEST_TITLE), Tidied, _fits(LONGEST_TITLE), AfterValidator(_title)]
Sku = Annotated[str, _line(64), Tidied, _fits(64)]
Slug = Annotated[str, StringConstraints(max_length=200, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
# Paragraphs with an empty line between them.
Description = Annotated[
    str,
    StringConstraints(max_length=LONGEST_DESCRIPTION, pattern=NO_CONTROLS),
    AfterValidator(description),
]
# 10 or 13 digits; the check digit has to go with the others. Kept as 13.
Isbn = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9][0-9 -]{8,15}[0-9Xx]$"),
    AfterValidator(normalise),
    Field(json_schema_extra={"format": "isbn", "examples": ["978-0-306-40615-7"]}),
]
Language = Annotated[
    str,
    AfterValidator(_language),
    WithJsonSchema({"type": "string", "enum": sorted(LANGUAGES)}),
]
KnownAgeMark = Annotated[
    AgeMark, Whole, WithJsonSchema({"type": "integer", "enum": list(AGE_MARKS)})
]
Count = Annotated[int, Field(ge=0, le=LARGEST), Whole]
Positive = Annotated[int, Field(ge=1, le=LARGEST), Whole]
Position = Annotated[int, Field(ge=-LARGEST, le=LARGEST), Whole]


class Price(Body):
    """More than nothing: decimal digits as text."""

    amount: Annotated[
        str,
        StringConstraints(
            pattern=r"^([1-9][0-9]{0,7}(\.[0-9]{1,2})?|0\.(0[1-9]|[1-9][0-9]?))$", max_length=11
        ),
    ]
    currency: Literal["RUB"]

    @property
    def roubles(self) -> Decimal:
        return Decimal(self.amount).quantize(Decimal("0.01"))
