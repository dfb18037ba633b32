"""What the document says of answers is what is answered: statuses, headers, ends of walks."""

import pytest

from shop.models import RoleCode
from tests.api.ordering import KEY
from tests.api.shopping import check_out, put
from tests.visitor import Visitor

# On every answer of the shop, or a matter between the client and the wire.
EVERYWHERE = {
    *(
        "Content-Type",
        "Content-Length",
        "Cache-Control",
        "Vary",
        "Set-Cookie",
        "X-Request-Id",
        "Date",
    ),
    *("X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy"),
    *("Permissions-Policy", "Content-Security-Policy"),
}
NEW = {"email": "new@example.org", "password": "lantern over quiet water", "consent": True}


@pytest.fixture
def told(visitor):
    return visitor.get("/api/v1/openapi.json").get_json()


@pytest.fixture
def book(backstage):
    backstage.shipping()
    return backstage.book(stock=9)


@pytest.fixture
def key_of(backstage, anna):
    def make(*scopes: str) -> dict[str, str]:
        with backstage.services() as services:
            made = services.api_keys.make(anna, "a machine", list(scopes), None)
        return {"Authorization": f"Bearer {made.secret}"}

    return make


def held(told, answer, path, method) -> set[str]:
    """The headers that the document tells of this answer, which has no others."""
    response = told["paths"][path][method]["responses"][str(answer.status_code)]
    known = told["components"]["headers"]
    named = {
        name: known[ref["$ref"].rpartition("/")[2]] for name, ref in response["headers"].items()
    }
    sent = {name for name, _ in answer.headers} - EVERYWHERE
    assert sent <= set(named), "sent and not told"
    assert {name for name, said in named.items() if said.get("required")} <= sent, "told, not sent"
    return sent


def test_a_guests_cart_and_order_come_with_the_headers_that_are_told(told, visitor, book):
    path = "/api/v1/cart/items"
    for answer in (put(visitor, book), put(visitor, book, **KEY), put(visitor, book, **KEY)):
        assert {"X-Cart-Token", "Location", "ETag"} <= held(told, answer, path, "post")
    assert "Idempotency-Replayed" in held(told, answer, path, "post")
    assert "X-Cart-Token" in held(told, visitor.get("/api/v1/cart"), "/api/v1/cart", "get")
    placed = check_out(visitor)
    assert {"X-Order-Token", "Location"} <= held(told, placed, "/api/v1/checkout", "post")


def test_what_has_no_address_of_its_own_tells_none(told, visitor):
    answer = visitor.call("POST", "/api/v1/auth/register", NEW)
    assert answer.status_code == 201
    assert "Location" not in held(told, answer, "/api/v1/auth/register", "post")
    keys = told["paths"]["/api/v1/auth/keys"]["post"]["responses"]["201"]
    assert "Location" not in keys["headers"]


@pytest.mark.parametrize("kind", ["authors", "publishers", "series", "categories"])
def test_what_is_made_tells_its_address(app, told, backstage, kind):
    admin = Visitor(app, backstage.user(RoleCode.ADMIN))
    answer = admin.call("POST", f"/api/v1/{kind}", {"name": "Aldus"})
    assert "Location" in held(told, answer, f"/api/v1/{kind}", "post")


def test_every_answer_with_a_limit_tells_how_it_stands(told, other_shop, book):
    program = Visitor(other_shop(api_reading_limit="3 per minute"))
    path, one = "/api/v1/books/{book_id}", f"/api/v1/books/{book.id}"
    first = program.get(one)
    again = program.get(one, headers={"If-None-Match": first.headers["ETag"]})
    refused, too_often = program.get(f"{one}?x=1"), program.get(one)
    assert [a.status_code for a in (first, again, refused, too_often)] == [200, 304, 422, 429]
    for answer in (first, again, refused, too_often):
        assert {"RateLimit", "RateLimit-Remaining"} <= held(told, answer, path, "get")


def test_a_spoilt_token_is_told_where_none_is_asked_for(told, visitor):
    answer = visitor.get("/api/v1/books", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401
    assert "WWW-Authenticate" in held(told, answer, "/api/v1/books", "get")


def test_what_a_key_was_not_made_for_is_told_of_each_operation(told, app, book, key_of):
    machine = Visitor(app)
    written = put(machine, book, **key_of("read"))
    assert written.status_code == 403
    held(told, written, "/api/v1/cart/items", "post")
    read = machine.get("/api/v1/books", headers=key_of("write"))
    assert read.status_code == 403
    held(told, read, "/api/v1/books", "get")


def test_every_operation_tells_401_and_403_but_the_ways_to_a_token(told):
    lacking = {
        (operation["operationId"], status)
        for methods in told["paths"].values()
        for operation in methods.values()
        for status in ("401", "403")
        if status not in operation["responses"]
    }
    # The other ways to a token answer 401 to a wrong password or token.
    assert lacking == {("auth_register", "401")}


def test_both_ends_of_a_walk_are_strings(told, visitor, book):
    asked = told["paths"]["/api/v1/books"]["get"]["parameters"]
    (cursor,) = (each["schema"] for each in asked if each["name"] == "cursor")
    assert cursor == {"type": "string", "pattern": "^[0-9]{0,10}$"}
    for start, count in (("", 1), ("0", 1), (str(book.id), 0), ("9" * 10, 0)):
        answer = visitor.get(f"/api/v1/books?cursor={start}")
        assert (answer.status_code, len(answer.get_json()["items"])) == (200, count)
    for wrong in ("-1", "x", "1" * 11, "\u0661"):
        answer = visitor.get("/api/v1/books", query_string={"cursor": wrong})
        assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "cursor")
