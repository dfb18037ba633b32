"""What a shopper may type at checkout."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests import factories as make


def wrong_fields(**typed) -> set[str]:
    with pytest.raises(ValidationError) as refusal:
        make.details(**typed)
    return {str(problem["loc"][0]) for problem in refusal.value.errors()}


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("email", " Reader@Example.org ", "Reader@example.org"),
        ("email", "reader@пример.рф", "reader@xn--e1afmkfd.xn--p1ai"),
        ("full_name", "  Вера Ч.  ", "Вера Ч."),
        ("phone", "+7 (900) 000-00-00", "+7 (900) 000-00-00"),
        ("phone", "8.900.000.00.00", "8.900.000.00.00"),
        ("postal_code", " 170100 ", "170100"),
        ("postal_code", "", ""),
        ("comment", "Ring twice\nor thrice", "Ring twice\nor thrice"),
    ],
)
def test_what_is_typed_is_kept(field, typed, kept):
    assert getattr(make.details(**{field: typed}), field) == kept


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("email", ""),
        ("email", "reader"),
        ("email", "читатель@пример.рф"),
        ("email", "reader@example"),
        ("email", "a@b.c\nBcc: all@example.org"),
        ("email", "a" * 300 + "@example.org"),
        ("phone", "123456"),
        ("phone", "1234567890123456"),
        ("phone", "call me"),
        ("phone", "+7 900 000-00-00 ext. 5"),
        ("phone", "1" + " " * 40 + "234567"),
        ("full_name", "В"),
        ("full_name", "В" * 201),
        ("full_name", "Вера\nBcc: all@example.org"),
        ("full_name", "Вера\x00"),
        ("shipping_method", ""),
        ("city", "a" * 121),
        ("city", "Тверь\r\nx"),
        ("street", "a" * 301),
        ("postal_code", "17010"),
        ("postal_code", "17010a"),
        ("postal_code", "١٧٠١٠٠"),
        ("comment", "a" * 1001),
        ("comment", "a\x00b"),
        ("consent", "perhaps"),
        ("checkout_key", "short"),
        ("checkout_key", "a" * 65),
        ("checkout_key", "with spaces in between"),
        ("expected_total", "cheap"),
        ("expected_total", "NaN"),
    ],
)
def test_what_cannot_be_used_is_named(field, typed):
    assert wrong_fields(**{field: typed}) == {field}


def test_every_mistake_is_named_at_once():
    assert wrong_fields(email="x", phone="x", full_name="") == {"email", "phone", "full_name"}
