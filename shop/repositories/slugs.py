"""Addresses of publishers and series: no two have one."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ARRAY, String, any_, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from shop.repositories.base import Sessions


def taken_slugs(
    session: Sessions, slugs: InstrumentedAttribute[str], stems: Iterable[str]
) -> set[str]:
    """Those of a column that are one of these, or one of these with a number behind it."""
    # One array: a parameter for each of thousands would be a long text to make and to read.
    given = literal(list(stems), ARRAY(String))
    without_number = func.regexp_replace(slugs, "-[0-9]+$", "", type_=String)
    query = select(slugs).where(or_(slugs == any_(given), without_number == any_(given)))
    return set(session.scalars(query))
