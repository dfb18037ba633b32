"""The cart of the API: one's own, or a guest's by its token or its cookie."""

import pytest

from tests.visitor import Visitor

CART, ITEMS = "/api/v1/cart", "/api/v1/cart/items"


@pytest.fixture
def book(backstage):
    return backstage.book(stock=5, list_price="250.00", title="Emma")


@pytest.fixture
def reader(app, backstage):
    return Visitor(app, backstage.user())


def put(visitor, book, quantity=1, **headers):
    wanted = {"book_id": book.id, "quantity": quantity}
    return visitor.call("POST", ITEMS, wanted, headers=headers)


def line(book):
    return f"{ITEMS}/{book.id}"


def copies(answer) -> dict[int, int]:
    return {item["book"]["id"]: item["quantity"] for item in answer.get_json()["items"]}


def test_a_cart_has_the_shape_of_the_contract(visitor, book):
    answer = put(visitor, book, 2)
    assert (answer.status_code, answer.location) == (201, f"http://localhost{CART}")
    found = answer.get_json()
    assert set(found) == {"items", "total", "token"}
    assert found["total"] == {"amount": "500.00", "currency": "RUB"}
    (item,) = found["items"]
    assert set(item) == {"book", "quantity", "price", "total", "problem"}
    assert item["book"] == visitor.get(f"/api/v1/books/{book.id}").get_json()
    assert item["price"] == {"amount": "250.00", "currency": "RUB"}
    assert item["total"] == {"amount": "500.00", "currency": "RUB"}
    assert item["problem"] is None
    assert visitor.get(CART).get_json() == found


@pytest.mark.parametrize(
    ("number", "status"), [("2.0", 201), ("2e0", 201), ("2.5", 422), ("1e999", 422), ('"2"', 422)]
)
def test_a_whole_number_is_one_however_it_is_written(visitor, book, number, status):
    """JSON has no integers, and its schemas call 2.0 one."""
    sent = f'{{"book_id": {book.id}, "quantity": {number}}}'
    answer = visitor.call("POST", ITEMS, data=sent, content_type="application/json")
    assert answer.status_code == status
    if status == 201:
        assert copies(answer) == {book.id: 2}


def test_nobody_has_a_cart_before_something_is_in_it(visitor):
    answer = visitor.get(CART)
    assert answer.get_json() == {
        "items": [],
        "total": {"amount": "0.00", "currency": "RUB"},
        "token": None,
    }
    assert "X-Cart-Token" not in answer.headers
    assert visitor.call("DELETE", CART).get_json() == answer.get_json()


def test_copies_are_added_set_and_taken_out(visitor, book, backstage):
    other = backstage.book()
    put(visitor, book, 2)
    put(visitor, other)
    assert copies(put(visitor, book)) == {book.id: 3, other.id: 1}
    answer = visitor.call("PATCH", line(book), {"quantity": 1})
    assert (answer.status_code, copies(answer)) == (200, {book.id: 1, other.id: 1})
    assert copies(visitor.call("DELETE", line(book))) == {other.id: 1}
    assert copies(visitor.call("DELETE", CART)) == {}
    assert copies(visitor.get(CART)) == {}


def test_a_line_that_is_not_there_is_not_changed_nor_put_in(visitor, book, reader):
    for somebody in (visitor, reader):
        for method, body in (("PATCH", {"quantity": 2}), ("DELETE", None)):
            assert somebody.call(method, line(book), body).status_code == 404
        assert copies(somebody.get(CART)) == {}


def test_a_guest_is_known_by_the_token(app, visitor, book):
    answer = put(visitor, book, 2)
    token = answer.get_json()["token"]
    assert answer.headers["X-Cart-Token"] == token
    elsewhere = Visitor(app)
    found = elsewhere.get(CART, headers={"X-Cart-Token": token})
    assert copies(found) == {book.id: 2}
    assert "X-Cart-Token" in found.headers["Vary"]
    assert copies(put(elsewhere, book, 1, **{"X-Cart-Token": token})) == {book.id: 3}
    # It keeps no cookie for who names a cart with each request.
    assert copies(elsewhere.get(CART)) == {}


def test_the_token_goes_before_the_cookie(app, book, backstage):
    other = backstage.book()
    first, second = Visitor(app), Visitor(app)
    token = put(first, book).get_json()["token"]
    put(second, other)
    assert copies(second.get(CART, headers={"X-Cart-Token": token})) == {book.id: 1}
    assert copies(second.get(CART)) == {other.id: 1}


def test_the_cart_of_the_pages_is_the_cart_of_the_api(visitor, book):
    visitor.post("/cart/items", {"book_id": book.id, "quantity": 2})
    found = visitor.get(CART)
    assert copies(found) == {book.id: 2}
    assert found.get_json()["token"] == visitor.cookie("cart")


@pytest.mark.parametrize("token", ["x", "InUxIg.AAAA", "\u00ff\u00fe", "a.b.c", "." * 300])
def test_a_broken_token_is_a_problem_and_nobodys_cart(visitor, book, token):
    put(visitor, book)
    headers = {"X-Cart-Token": token}
    wanted = {"book_id": book.id}
    for answer in (
        visitor.get(CART, headers=headers),
        visitor.call("DELETE", CART, headers=headers),
        visitor.call("POST", ITEMS, wanted, headers=headers),
        visitor.call("POST", ITEMS, wanted, headers={**headers, "Idempotency-Key": "k" * 20}),
        visitor.call("PATCH", line(book), {"quantity": 3}, headers=headers),
        visitor.call("DELETE", line(book), headers=headers),
    ):
        assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
        assert answer.get_json()["errors"][0]["field"] == "X-Cart-Token"
    assert copies(visitor.get(CART)) == {book.id: 1}


def test_a_token_of_another_shop_opens_nothing(visitor, book, other_shop):
    theirs = put(Visitor(other_shop(secret_key="the key of another shop")), book).get_json()
    assert visitor.get(CART, headers={"X-Cart-Token": theirs["token"]}).status_code == 422


def test_an_account_has_its_own_cart_whatever_token_it_sends(app, visitor, reader, book):
    token = put(visitor, book, 2).get_json()["token"]
    answer = put(reader, book, 1, **{"X-Cart-Token": token})
    assert (copies(answer), answer.get_json()["token"]) == ({book.id: 1}, None)
    assert "X-Cart-Token" not in answer.headers
    assert copies(visitor.get(CART)) == {book.id: 2}


def test_what_an_account_put_in_is_there_wherever_it_is_signed_in(app, backstage, book):
    user = backstage.user()
    put(Visitor(app, user), book, 2)
    assert copies(Visitor(app, user).get(CART)) == {book.id: 2}
    assert copies(Visitor(app, backstage.user()).get(CART)) == {}


def test_no_more_copies_than_there_are(visitor, book):
    put(visitor, book, 4)
    for answer in (put(visitor, book, 2), visitor.call("PATCH", line(book), {"quantity": 6})):
        assert answer.status_code == 409
        problem = answer.get_json()
        assert (problem["code"], problem["book_ids"]) == ("out_of_stock", [book.id])
        assert problem["detail"] == "“Emma”: only 5 left."
    assert copies(visitor.get(CART)) == {book.id: 4}


def test_what_cannot_be_had_any_more_is_told_with_its_line(visitor, backstage, book):
    put(visitor, book, 4)
    backstage.stock(book, 3)
    assert visitor.get(CART).get_json()["items"][0]["problem"] == "too_many"
    backstage.stock(book, 0)
    assert visitor.get(CART).get_json()["items"][0]["problem"] == "sold_out"


@pytest.mark.parametrize("book_id", [999_999, 2**31 - 1])
def test_a_book_that_is_not_there_is_not_put_in(visitor, book_id):
    assert visitor.call("POST", ITEMS, {"book_id": book_id}).status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "book_id"),
        ({"book_id": "1"}, "book_id"),
        ({"book_id": 0}, "book_id"),
        ({"book_id": 2**31}, "book_id"),
        ({"book_id": 1.5}, "book_id"),
        ({"book_id": True}, "book_id"),
        ({"book_id": None}, "book_id"),
        ({"book_id": 1, "quantity": 0}, "quantity"),
        ({"book_id": 1, "quantity": -1}, "quantity"),
        ({"book_id": 1, "quantity": 10**30}, "quantity"),
        ({"book_id": 1, "quantity": "2"}, "quantity"),
        ({"book_id": 1, "price": 1}, "price"),
        ([], ""),
        ("x", ""),
    ],
)
def test_what_cannot_be_used_is_told_by_its_field(visitor, body, field):
    answer = visitor.call("POST", ITEMS, body)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.get_json()["errors"]] == [field]


def test_more_copies_than_one_order_holds_are_refused(visitor, backstage):
    many = backstage.book(stock=1000)
    answer = put(visitor, many, 101)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["code"] == "out_of_range"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"nul\x00"])
def test_a_body_that_is_no_json_is_a_bad_request(visitor, body):
    answer = visitor.call("POST", ITEMS, data=body, content_type="application/json")
    assert answer.status_code == 400


def test_a_request_sent_again_with_its_key_is_done_once(app, visitor, book):
    key = {"Idempotency-Key": "3f1c9a52-0f4e-4c4e-9f55-6f1f8bd3e7a1"}
    first = put(visitor, book, 2, **key)
    token = {"X-Cart-Token": first.get_json()["token"]}
    mine = Visitor(app)
    once = put(mine, book, 1, **key, **token)
    again = put(mine, book, 1, **key, **token)
    assert copies(once) == copies(again) == {book.id: 3}
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["X-Cart-Token"] == token["X-Cart-Token"]
    assert put(mine, book, 2, **key, **token).status_code == 422


def test_the_key_of_one_cart_says_nothing_to_another(app, visitor, reader, book):
    key = {"Idempotency-Key": "3f1c9a52-0f4e-4c4e-9f55-6f1f8bd3e7a1"}
    put(visitor, book, 2)
    put(visitor, book, 1, **key)
    assert copies(put(reader, book, 1, **key)) == {book.id: 1}


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_site_changes_nothing(visitor, reader, book, headers):
    for somebody in (visitor, reader):
        put(somebody, book)
        for answer in (
            put(somebody, book, 1, **headers),
            somebody.call("PATCH", line(book), {"quantity": 5}, headers=headers),
            somebody.call("DELETE", line(book), headers=headers),
            somebody.call("DELETE", CART, headers=headers),
        ):
            assert answer.status_code == 403
        assert copies(somebody.get(CART)) == {book.id: 1}


def test_a_form_of_another_site_is_not_read(visitor, book):
    answer = visitor.call("POST", ITEMS, data={"book_id": book.id})
    assert answer.status_code == 415


def test_a_cart_that_a_client_has_already_is_not_sent_again(visitor, book):
    put(visitor, book)
    tag = visitor.get(CART).headers["ETag"]
    assert visitor.get(CART, headers={"If-None-Match": tag}).status_code == 304
    put(visitor, book)
    assert visitor.get(CART, headers={"If-None-Match": tag}).status_code == 200


def test_only_staff_who_may_see_the_stock_see_it_in_the_cart(app, backstage, book, reader):
    clerk = Visitor(app, backstage.user("admin"))
    assert put(clerk, book).get_json()["items"][0]["book"]["num_in_stock"] == 5
    assert "num_in_stock" not in put(reader, book).get_json()["items"][0]["book"]


def test_without_redis_the_cart_says_so(other_shop, book):
    gone = Visitor(other_shop(redis_url="redis://127.0.0.1:1/0"))
    for answer in (gone.get(CART), put(gone, book)):
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
