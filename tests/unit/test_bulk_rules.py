"""What a rule makes of one book."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from shop.models import BookStatus
from shop.services.bulk_edits.rules import Facts, PriceRule, Rule, change

BOOK = Facts(
    title="War and Peace",
    list_price=Decimal("499.00"),
    discount_percent=10,
    status=BookStatus.ON_SALE,
    num_in_stock=5,
    num_allocated=2,
    has_cover=False,
    has_description=True,
    category_ids=(1, 2),
)


@pytest.mark.parametrize(
    ("how", "value", "rounding", "price", "after"),
    [
        ("percent", "10", "kopeck", "499.00", "548.90"),
        ("percent", "-12.5", "kopeck", "499.00", "436.63"),  # 436.625, half up
        ("percent", "10", "rouble", "499.00", "549.00"),
        ("percent", "0.1", "rouble", "499.00", "499.00"),
        ("amount", "0.50", "rouble", "499.00", "500.00"),
        ("percent", "10", "ten", "499.00", "550.00"),
        ("amount", "-0.01", "ten", "495.00", "490.00"),
        ("percent", "10", "nine", "499.00", "549.00"),
        ("amount", "5", "nine", "499.00", "509.00"),  # 504 is as near to 499
        ("amount", "4.99", "nine", "499.00", "499.00"),
        ("amount", "-498", "nine", "499.00", "9.00"),
        ("set", "1249.50", "nine", "499.00", "1249.50"),
    ],
)
def test_a_price_is_worked_out_to_the_kopeck(how, value, rounding, price, after):
    rule = PriceRule.model_validate({"how": how, "value": value, "rounding": rounding})
    assert str(rule.applied(Decimal(price))) == after


def made(facts=BOOK, **asked):
    return change(Rule.model_validate(asked), facts)


def test_only_what_changes_is_told():
    outcome = made(discount_percent=10, status="withdrawn")
    assert (outcome.before, outcome.after) == ({"status": "on_sale"}, {"status": "withdrawn"})


def test_what_is_so_already_is_no_change():
    outcome = made(discount_percent=10, add_categories=[2], stock={"how": "set", "copies": 5})
    assert outcome.after == {}


def test_categories_are_added_and_removed():
    outcome = made(add_categories=[7], remove_categories=[1])
    assert outcome.after == {"category_ids": [2, 7]}


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"price": {"how": "amount", "value": "-498.50"}}, "too_cheap"),
        ({"price": {"how": "percent", "value": "9999999"}}, ""),
        ({"price": {"how": "percent", "value": "99999999"}}, "too_dear"),
        ({"stock": {"how": "add", "copies": -6}}, "below_zero"),
        ({"stock": {"how": "set", "copies": 1}}, "promised"),
        ({"stock": {"how": "set", "copies": 2}}, ""),
        ({"stock": {"how": "add", "copies": 2**31 - 1}}, "too_many"),
    ],
)
def test_what_the_shop_cannot_do_is_said(asked, word):
    assert made(**asked).impossible == word


@pytest.mark.parametrize(
    ("asked", "facts", "warnings"),
    [
        ({"price": {"how": "percent", "value": "-51"}}, {}, ("halved",)),
        ({"price": {"how": "percent", "value": "-50"}}, {}, ()),
        ({"price": {"how": "percent", "value": "101"}}, {}, ("doubled",)),
        ({"discount_percent": 51}, {}, ("deep_discount",)),
        ({"discount_percent": 51}, {"discount_percent": 51}, ()),
        ({"status": "withdrawn"}, {}, ("still_promised",)),
        ({"status": "on_sale"}, {"status": BookStatus.DRAFT}, ("no_cover",)),
        ({"remove_categories": [1, 2]}, {}, ("no_category",)),
        ({"stock": {"how": "set", "copies": 0}}, {"num_allocated": 0}, ("sold_out",)),
    ],
)
def test_what_looks_like_a_slip_is_a_warning(asked, facts, warnings):
    assert made(Facts(**{**vars(BOOK), **facts}), **asked).warnings == warnings


def test_a_category_is_not_added_and_removed_at_once():
    with pytest.raises(ValidationError):
        Rule(add_categories=(1,), remove_categories=(1,))
