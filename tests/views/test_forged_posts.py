"""Posts that no page of this shop made: nothing changes, and what was typed is not lost."""

import pytest

from tests import markup
from tests.visitor import Visitor

FOREIGN = [
    {"Origin": "https://elsewhere.example"},
    {"Origin": "http://localhost.elsewhere.example"},
    {"Origin": "http://localhost:9999"},
    {"Origin": "null"},
    {"Origin": ""},
    {"Origin": "http://["},
    {"Origin": "http://localhost/"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
]
OWN = [
    {},
    {"Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "none"},
]


def in_cart(visitor) -> int:
    return len(markup.with_class(markup.page(visitor.get("/cart")), "cart-line"))


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_post_of_another_site_changes_nothing_even_with_a_good_token(visitor, backstage, headers):
    answer = visitor.post("/cart/items", {"book_id": backstage.book().id}, headers=headers)
    assert answer.status_code == 403
    assert "another site" in markup.text(markup.page(answer))
    assert in_cart(visitor) == 0


@pytest.mark.parametrize("headers", OWN)
def test_a_post_of_our_own_pages_goes_through(visitor, backstage, headers):
    answer = visitor.post("/cart/items", {"book_id": backstage.book().id}, headers=headers)
    assert answer.status_code == 303
    assert in_cart(visitor) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/cart/items", "/login", "/logout", "/api/v1/books", "/nothing"])
def test_no_method_that_changes_is_taken_from_another_site(visitor, method, path):
    answer = visitor.client.open(path, method=method, headers=FOREIGN[0])
    assert answer.status_code == 403


def test_reading_is_open_to_whoever_links_here(visitor):
    for headers in FOREIGN:
        assert visitor.get("/books", headers=headers).status_code == 200


@pytest.mark.parametrize("token", [None, "", "x", "ImFiYyI.aSe8xQ.x", "é" * 2000])
def test_without_a_good_token_what_was_typed_is_offered_again(visitor, backstage, token):
    book = backstage.book()
    form = {"book_id": str(book.id), "quantity": "2", "note": 'a "b" <c>'}
    if token is not None:
        form["csrf_token"] = token
    answer = visitor.send("/cart/items", form)
    assert answer.status_code == 400
    assert answer.headers["Cache-Control"] == "no-store"
    assert in_cart(visitor) == 0
    again = visitor.form(answer, "/cart/items")
    assert {name: again.fields[name] for name in form if name != "csrf_token"} == {
        name: value for name, value in form.items() if name != "csrf_token"
    }
    assert visitor.send(again.action, again.fields).status_code == 303
    assert in_cart(visitor) == 1


def test_the_token_of_somebody_else_is_no_good(app, visitor, backstage):
    form = {"book_id": backstage.book().id, "csrf_token": Visitor(app).token()}
    visitor.token()
    assert visitor.send("/cart/items", form).status_code == 400


def test_a_field_that_came_twice_comes_again_twice(visitor):
    answer = visitor.send("/ru/cart/items", {"book_id": ["1", "2"]})
    tree = markup.page(answer)
    form = next(f for f in tree.iter("form") if f.get("method") == "post")
    assert form.get("action") == "/ru/cart/items"
    names = [(i.get("name"), i.get("value")) for i in form.iter("input")]
    assert names[1:] == [("book_id", "1"), ("book_id", "2")]


def test_a_password_is_asked_for_again_and_never_shown(visitor):
    typed = {"email": "anna@example.org", "password": "my secret words", "next": "/cart"}
    answer = visitor.send("/login", typed)
    assert answer.status_code == 400
    assert typed["password"] not in answer.text
    again = visitor.form(answer, "/login")
    assert again.fields["password"] == ""
    assert again.fields["email"] == "anna@example.org"
    assert again.fields["next"] == "/cart"


def test_htmx_is_told_where_notices_are(visitor):
    answer = visitor.send("/cart/items", {"book_id": "1"}, htmx=True)
    assert answer.status_code == 400
    assert answer.headers["HX-Retarget"] == "#notices"
    assert answer.headers["HX-Reswap"] == "innerHTML"
    assert "<html" not in answer.text


def test_staff_pages_take_no_forged_posts_either(app, backstage):
    order = backstage.paid()
    clerk = Visitor(app, backstage.user(role="admin"))
    path = f"/admin/orders/{order.number}/pack"
    assert clerk.send(path).status_code == 400
    assert clerk.post(path, headers=FOREIGN[0]).status_code == 403
    assert backstage.state(order) == "paid"


def test_logging_out_needs_a_post_of_our_own(app, backstage):
    visitor = Visitor(app, backstage.user())
    assert visitor.get("/logout").status_code == 405
    assert visitor.send("/logout").status_code == 400
    assert visitor.get("/account").status_code == 200
    assert visitor.post("/logout").location == "/"
    assert visitor.get("/account").status_code == 303


@pytest.mark.parametrize("field", ["current_password", "code", "token"])
def test_what_is_secret_is_never_put_back_into_a_page(visitor, field):
    """A form with it is opened again where it stands."""
    headers = {"Referer": "http://localhost/account/security"}
    answer = visitor.send("/account/data/delete", {field: "my secret"}, headers=headers)
    assert (answer.status_code, answer.location) == (303, "/account/security")
    elsewhere = {"Referer": "http://elsewhere.example/account"}
    assert visitor.send("/login/code", {field: "x"}, headers=elsewhere).location == "/"
