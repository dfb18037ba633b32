"""Idempotency-Key: what is sent again is done once, for whoever sent it, and for nobody else."""

import pytest
from flask import Response
from werkzeug.exceptions import RequestEntityTooLarge

from dev.yookassa_sandbox.testing import control
from shop.api.repeats import once
from shop.errors import Conflict, Unavailable
from shop.extensions import csrf
from shop.web.access import public
from tests.api.ordering import KEY, path, problem
from tests.api.shopping import check_out, put
from tests.visitor import Visitor

REPLAYED = "Idempotency-Replayed"


@pytest.fixture
def book(backstage):
    backstage.shipping()
    return backstage.book(stock=9)


def stranger(app, browser="a program", address="198.51.100.7") -> Visitor:
    visitor = Visitor(app)
    visitor.client.environ_base |= {"HTTP_USER_AGENT": browser, "REMOTE_ADDR": address}
    return visitor


@pytest.mark.parametrize(
    "other", [{"browser": "another"}, {"address": "198.51.100.8"}], ids=["browser", "address"]
)
def test_a_strangers_cart_is_not_given_to_another_with_the_same_key(app, book, other):
    first = put(stranger(app), book, **KEY)
    second = put(stranger(app, **other), book, **KEY)
    assert REPLAYED not in second.headers
    assert first.get_json()["token"] != second.get_json()["token"]


def test_a_guest_who_did_not_hear_of_the_cart_hears_of_it_the_second_time(app, book):
    unheard = put(stranger(app), book, 2, **KEY)
    guest = stranger(app)
    again = put(guest, book, 2, **KEY)
    assert again.headers[REPLAYED] == "true"
    assert again.headers["X-Cart-Token"] == unheard.headers["X-Cart-Token"]
    assert guest.cookie("cart") == unheard.get_json()["token"]
    (item,) = guest.get("/api/v1/cart").get_json()["items"]
    assert item["quantity"] == 2


def test_no_cookie_is_kept_for_who_names_the_cart(app, book):
    token = {"X-Cart-Token": put(stranger(app), book).get_json()["token"]}
    program = stranger(app)
    for _ in range(2):
        answer = put(program, book, **KEY, **token)
    assert (answer.headers[REPLAYED], program.cookie("cart")) == ("true", None)


def test_an_order_that_is_answered_again_is_opened_by_its_token(app, book):
    token = {"X-Cart-Token": put(stranger(app), book).get_json()["token"]}
    first, again = (check_out(stranger(app), {**KEY, **token}) for _ in range(2))
    assert again.headers[REPLAYED] == "true"
    for name in ("X-Order-Token", "Cache-Control", "Location"):
        assert again.headers[name] == first.headers[name]


def test_paying_is_begun_once(reader, order):
    first, again = (reader.call("POST", path(order, "/pay"), headers=KEY) for _ in range(2))
    assert first.status_code == 200
    assert (again.data, again.headers[REPLAYED]) == (first.data, "true")


def test_paying_is_tried_again_as_soon_as_the_payment_service_is_back(reader, order, sandbox):
    control(sandbox, fail_before=2)
    first = reader.call("POST", path(order, "/pay"), headers=KEY)
    assert problem(first, 503) == "payment_unavailable"
    control(sandbox, reset=True)
    again = reader.call("POST", path(order, "/pay"), headers=KEY)
    assert again.get_json()["payment"]["confirmation_url"]


@pytest.mark.parametrize(
    ("refusal", "status", "then", "done"),
    [
        (Conflict(), 409, 409, 2),
        (RequestEntityTooLarge(), 413, 413, 2),
        # The work may have been kept before the part that failed.
        (Unavailable(), 503, 409, 1),
        (ZeroDivisionError(), 500, 409, 1),
    ],
    ids=["refused", "too large", "unavailable", "bug"],
)
def test_what_may_have_been_done_is_not_done_again(other_shop, refusal, status, then, done):
    shop, runs = other_shop(), []

    @shop.post("/api/v1/works")
    @csrf.exempt
    @public
    @once
    def work() -> Response:
        runs.append(1)
        raise refusal

    visitor = Visitor(shop)
    answers = [visitor.call("POST", "/api/v1/works", {}, headers=KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [status, then]
    assert len(runs) == done
    if done == 1:
        assert problem(answers[1], 409) == "still_running"


@pytest.mark.parametrize("name", ["register", "login", "refresh", "logout", "keys"])
def test_a_key_that_is_not_read_is_refused(reader, name):
    answer = reader.call("POST", f"/api/v1/auth/{name}", {}, headers=KEY)
    assert problem(answer, 422) == "invalid"
    assert [error["field"] for error in answer.get_json()["errors"]] == ["Idempotency-Key"]
