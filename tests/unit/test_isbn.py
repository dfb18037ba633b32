"""ISBN: 10 or 13 digits in, 13 stored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.models.isbn import hyphenated, normalise
from tests import factories as make


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("9780306406157", "9780306406157"),
        ("978-0-306-40615-7", "9780306406157"),
        (" 978 0 306 40615 7 ", "9780306406157"),
        ("0306406152", "9780306406157"),
        ("0-306-40615-2", "9780306406157"),
        ("080442957X", "9780804429573"),
        ("0-8044-2957-x", "9780804429573"),
        ("9799900000012", "9799900000012"),
    ],
)
def test_every_way_to_write_it_is_stored_as_thirteen_digits(given, stored):
    assert normalise(given) == stored


@pytest.mark.parametrize(
    "wrong",
    [
        "9780306406158",
        "0306406153",
        "978030640615",
        "97803064061577",
        "9770306406157",
        "030640615X",
        "X306406152",
        "",
        "   ",
        "war and peace",
        "٩٧٨٠٣٠٦٤٠٦١٥٧",
        "978030640615\x007",
    ],
)
def test_what_is_no_isbn_is_refused(wrong):
    with pytest.raises(ValueError, match="not an ISBN"):
        normalise(wrong)


@given(st.text() | st.text("0123456789Xx- ", max_size=20))
def test_any_text_is_an_isbn_or_a_value_error(text):
    try:
        isbn = normalise(text)
    except ValueError:
        return
    assert len(isbn) == 13
    assert normalise(isbn) == isbn


@given(st.integers(0, 9_999_999), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number, place, off):
    right = make.isbn(number)
    digit = str((int(right[place]) + off) % 10)
    with pytest.raises(ValueError, match="not an ISBN"):
        normalise(right[:place] + digit + right[place + 1 :])


@pytest.mark.parametrize(
    ("isbn", "written"),
    [("9780306406157", "978-0-306-40615-7"), ("9799900000012", "979-990000001-2")],
)
def test_hyphens_for_reading(isbn, written):
    assert hyphenated(isbn) == written
    assert normalise(written) == isbn
