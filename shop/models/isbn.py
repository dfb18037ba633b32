"""ISBN: 10 or 13 digits are taken, 13 are stored.

The check digit is that of ISO 2108 (International Standard Book Number).
"""

from __future__ import annotations

from stdnum import isbn as standard
from stdnum.exceptions import ValidationError


def normalise(text: str) -> str:
    """The 13 digits of an ISBN given as 10 or 13, hyphens or not; ValueError when it is none."""
    try:
        return str(standard.validate(text.strip(), convert=True))
    except ValidationError as error:
        raise ValueError(f"“{text}” is not an ISBN: check its digits") from error


def hyphenated(isbn: str) -> str:
    """For reading: the parts where the prefix is allotted, else only the prefix is set off."""
    formatted = str(standard.format(isbn))
    return formatted if formatted.count("-") > 1 else f"{isbn[:3]}-{isbn[3:12]}-{isbn[12]}"


def check_constraint_sql(column: str) -> str:
    """SQL that is true for 13 digits of prefix 978 or 979 whose weighted sum divides by ten.

    And for NULL: what has no ISBN is sold by its SKU.
    """
    weighted = " + ".join(
        f"{3 if place % 2 else 1} * substr({column}, {place + 1}, 1)::int" for place in range(13)
    )
    # CASE keeps the casts from being tried on what is not digits.
    digits = f"CASE WHEN {column} ~ '^97[89][0-9]{{10}}$' THEN ({weighted}) % 10 = 0 ELSE false END"
    return f"{column} IS NULL OR {digits}"
