"""Logging in and out."""

import pytest

from shop.models import RoleCode
from tests import factories, markup
from tests.visitor import Visitor


@pytest.fixture
def account(backstage):
    """A customer with factories.PASSWORD."""
    with backstage.services() as services:
        return factories.user(services, email="anna@example.org")


def log_in(visitor, email="anna@example.org", password=factories.PASSWORD, **typed):
    return visitor.post("/login", {"email": email, "password": password, **typed})


def said(answer) -> str:
    return " ".join(markup.text(e) for e in markup.page(answer).iter() if e.get("role") == "alert")


def test_a_customer_arrives_at_their_orders_and_staff_at_their_work(app, backstage, account):
    assert log_in(Visitor(app)).location == "/account"
    with backstage.services() as services:
        factories.user(services, RoleCode.ORDER_MANAGER, "clerk@example.org")
    clerk = Visitor(app)
    assert log_in(clerk, "clerk@example.org").location == "/admin"
    assert clerk.get("/admin").status_code == 200


def test_the_form_works_without_a_script_and_an_address_has_no_capitals(visitor, account):
    form = visitor.get("/login")
    answer = visitor.submit(form, "/login", email=" Anna@Example.ORG ", password=factories.PASSWORD)
    assert answer.status_code == 303
    assert visitor.get("/account").status_code == 200


def test_who_is_logged_in_is_sent_on(visitor, account):
    log_in(visitor)
    assert visitor.get("/login").location == "/account"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("anna@example.org", "not this one"),
        ("anna@example.org", ""),
        ("anna@example.org", factories.PASSWORD.upper()),
        ("nobody@example.org", factories.PASSWORD),
        ("", ""),
    ],
)
def test_every_refusal_is_the_same_and_keeps_the_address(visitor, account, email, password):
    answer = log_in(visitor, email, password, next="/cart")
    assert answer.status_code == 422
    assert said(answer) == said(log_in(visitor, "somebody@example.org", "else"))
    fields = visitor.form(answer, "/login").fields
    assert (fields["email"], fields["password"], fields["next"]) == (email, "", "/cart")
    assert visitor.get("/account").status_code == 303


def test_an_account_that_was_closed_is_refused_like_any_other(visitor, backstage, account):
    with backstage.services() as services:
        services.accounts.update(account.id, active=False)
    assert log_in(visitor).status_code == 422


def test_closing_an_account_ends_its_sessions(app, backstage):
    user = backstage.user(RoleCode.ADMIN)
    visitor = Visitor(app, user)
    assert visitor.get("/admin/orders").status_code == 200
    with backstage.services() as services:
        services.accounts.update(user.id, active=False)
    assert visitor.get("/admin/orders").status_code == 303


def test_a_changed_role_counts_at_once(app, backstage):
    user = backstage.user(RoleCode.ADMIN)
    visitor = Visitor(app, user)
    with backstage.services() as services:
        customer = factories.the_role(RoleCode.CUSTOMER)
        services.accounts.update(user.id, role=customer)
    assert visitor.get("/admin/orders").status_code == 403


@pytest.mark.parametrize("user_id", ["abc", "0", "-1", "", "1 OR 1=1"])
def test_a_session_of_nobody_is_nobodys(visitor, user_id):
    with visitor.client.session_transaction() as session:
        session["_user_id"] = user_id
    assert visitor.get("/").status_code == 200
    assert visitor.get("/account").status_code == 303


def test_who_is_asked_to_log_in_is_told_so_and_comes_back(visitor, account):
    to_login = visitor.get("/account?page=1")
    assert to_login.status_code == 303
    form = visitor.get(to_login.location)
    assert markup.with_class(markup.page(form), "notice--info")
    answer = visitor.submit(form, "/login", email=account.email, password=factories.PASSWORD)
    assert answer.location == "/account?page=1"


ELSEWHERE = [
    "https://elsewhere.example/",
    "//elsewhere.example",
    "/\\elsewhere.example",
    "\\\\elsewhere.example",
    "/\t/elsewhere.example",
    "/\n/elsewhere.example",
    "\t//elsewhere.example",
    " //elsewhere.example",
    "javascript:alert(1)",
    "elsewhere.example",
    "///elsewhere.example",
    "http:elsewhere",
    "//",
    "//[",
    "/\\[",
]
# They cannot stand in a header.
SPOILT = ["/a\r\nSet-Cookie: a=b", "/a\nb", "/\x00"]


@pytest.mark.parametrize("target", ELSEWHERE[:3] + SPOILT, ids=ascii)
def test_nobody_is_sent_to_another_site_after_logging_in(visitor, account, target):
    assert log_in(visitor, next=target).location == "/account"


@pytest.mark.parametrize("target", ELSEWHERE + SPOILT, ids=ascii)
def test_the_form_keeps_no_other_sites_address(visitor, target):
    answer = visitor.get("/login", query_string={"next": target})
    assert visitor.form(answer, "/login").fields["next"] == ""


@pytest.mark.parametrize("target", ["/cart", "/ru/books?q=a%20b&page=2", "/books?q=война"])
def test_an_address_of_this_shop_is_where_one_goes_on(visitor, account, target):
    location = log_in(visitor, next=target).location
    assert location.replace("%D0%B2%D0%BE%D0%B9%D0%BD%D0%B0", "война") == target


def test_a_guests_cart_comes_along(app, visitor, backstage, account):
    book, other = backstage.book(title="Emma"), backstage.book(title="Iliad")
    with backstage.services() as services:
        services.cart.add(services.cart.id_of_user(account.id), book.id, 1)
    for each, quantity in ((book, 3), (other, 1)):
        visitor.post("/cart/items", {"book_id": each.id, "quantity": quantity})
    log_in(visitor)
    assert visitor.cookie("cart") is None
    tree = markup.page(visitor.get("/cart"))
    fields = [markup.by_id(tree, f"quantity-{each.id}").get("value") for each in (book, other)]
    # The larger number wins; nothing is lost.
    assert fields == ["3", "1"]
    assert visitor.post("/logout").status_code == 303
    assert markup.with_class(markup.page(visitor.get("/cart")), "empty")


@pytest.mark.parametrize("email", ["anna@example.org", "nobody@example.org"])
def test_guessing_is_slowed_down_by_account(app, account, email):
    """From wherever the guesses come, and whether there is such an account or not."""
    answers = [
        Visitor(app).post(
            "/login",
            {"email": email, "password": str(n)},
            environ_overrides={"REMOTE_ADDR": f"198.51.100.{n}"},
        )
        for n in range(7)
    ]
    assert [answer.status_code for answer in answers] == [422] * 6 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert "429" in markup.text(markup.page(answers[-1]))


def test_guessing_is_slowed_down_by_address(visitor, account):
    codes = [log_in(visitor, f"user{n}@example.org", "x").status_code for n in range(7)]
    assert codes == [422] * 6 + [429]
    # The right password does not help now; a neighbour may log in.
    assert log_in(visitor).status_code == 429
    neighbour = visitor.post(
        "/login",
        {"email": account.email, "password": factories.PASSWORD},
        environ_overrides={"REMOTE_ADDR": "198.51.100.7"},
    )
    assert neighbour.status_code == 303


def test_htmx_is_told_of_the_limit_where_notices_are(visitor, other_shop):
    strict = Visitor(other_shop(login_limit="1 per minute"))
    log_in(strict, "a@example.org", "x")
    form = {"email": "a@example.org", "password": "x"}
    answer = strict.post("/login", form, htmx=True)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (429, "#notices")
    assert "Retry-After" in answer.headers
