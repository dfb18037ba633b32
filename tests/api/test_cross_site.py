"""What a page of another site sends to the API with a visitor's cookies changes nothing.

Programs see no page, so they send no token of one; where a request comes from is what counts.
"""

import pytest

from shop.models import RoleCode
from tests import factories
from tests.attacks.programs import Program, logged_in
from tests.guards.test_routes import RULES
from tests.visitor import Visitor

ELSEWHERE = [
    {"Origin": "https://elsewhere.example"},
    {"Origin": "http://localhost.elsewhere.example"},
    {"Origin": "http://localhost:9999"},
    {"Origin": "http://sub.localhost"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
]
OWN = [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}]
# What a form or a script sends to another site without asking first (Fetch, section 2.2.2).
UNASKED = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
CHANGING = [route for route in RULES if "/api/v1/" in route and not route.startswith("GET")]


@pytest.fixture
def admin(app, backstage):
    """In a browser, with cookies."""
    return Visitor(app, backstage.user(RoleCode.ADMIN))


def in_cart(visitor) -> int:
    return len(visitor.get("/api/v1/cart").get_json()["items"])


def put(visitor, book, headers):
    wanted = {"book_id": book.id, "quantity": 1}
    return visitor.call("POST", "/api/v1/cart/items", wanted, headers=headers)


@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
def test_another_site_puts_nothing_into_a_cart(admin, backstage, headers):
    answer = put(admin, backstage.book(), headers)
    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")
    assert in_cart(admin) == 0


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_the_shops_own_pages_do(admin, backstage, headers):
    assert put(admin, backstage.book(), headers).status_code == 201
    assert in_cart(admin) == 1


@pytest.mark.parametrize("headers", ELSEWHERE[:1] + ELSEWHERE[-2:], ids=str)
def test_every_change_is_refused_before_anything_else_is_asked(admin, visitor, headers):
    """Whoever is logged in or not, and whatever the address names."""
    for route in CHANGING:
        method, path = route.split()
        address = path.replace("<number>", "ABCD-2345").replace("<isbn>", factories.isbn(1))
        for name in ("book_id", "key", "line_id", "image_id", "key_id", "user_id"):
            address = address.replace(f"<int:{name}>", "1")
        assert "<" not in address
        for each in (admin, visitor):
            assert each.call(method, address, headers=headers).status_code == 403, route


@pytest.mark.parametrize("content_type", UNASKED)
def test_what_a_browser_sends_unasked_is_not_read(admin, backstage, content_type):
    """Not even where an old browser does not say where it comes from."""
    wanted = f'{{"book_id": {backstage.book().id}, "quantity": 1}}'
    options = {"data": wanted, "content_type": content_type}
    assert admin.call("POST", "/api/v1/cart/items", **options).status_code == 415
    assert admin.call("POST", "/api/v1/cart/items", data=wanted).status_code == 415
    assert in_cart(admin) == 0


def test_no_page_of_another_site_reads_an_answer(admin):
    for method in ("GET", "OPTIONS"):
        answer = admin.call(
            method, "/api/v1/auth/me", headers={"Origin": "https://elsewhere.example"}
        )
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]


@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
def test_a_program_that_says_who_it_is_may_come_from_anywhere(app, backstage, headers):
    """No page of another site can have a browser send a token that it does not know."""
    program = Program(app, logged_in(backstage, backstage.user()).access_token)
    program.headers |= headers
    wanted = {"book_id": backstage.book().id, "quantity": 1}
    assert program.call("POST", "/api/v1/cart/items", wanted).status_code == 201


@pytest.mark.parametrize("given", ["Basic YTpi", "Bearer", "Bearer ", "Bearer x", "bearer é"])
def test_a_token_that_is_none_lets_no_cookie_count(admin, backstage, given):
    headers = {"Authorization": given, "Origin": "https://elsewhere.example"}
    assert put(admin, backstage.book(), headers).status_code in (401, 403)
    assert in_cart(admin) == 0


def test_a_page_takes_no_token_for_a_cookie(app, backstage):
    program = Program(app, logged_in(backstage, backstage.user()).access_token)
    assert program.get("/account").status_code == 303
    answer = program.call("POST", "/account/data/delete", Origin="https://elsewhere.example")
    assert answer.status_code == 403
