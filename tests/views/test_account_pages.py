"""An account's life on the pages: made, confirmed, entered again, changed, deleted."""

import re
from urllib.parse import urlsplit

import pyotp
import pytest

from shop.models import RoleCode
from shop.models.columns import utcnow
from shop.services.accounts.second_factor import STEP_SECONDS
from tests import factories, markup
from tests.mailbox import address_in, read
from tests.visitor import Visitor

GOOD = "lantern over quiet water"
ANNA = "anna@example.org"


@pytest.fixture
def deliver(backstage, sent):
    """Send what waits, and answer the local address in the newest mail."""

    def newest() -> str:
        with backstage.services() as services:
            services.outbox.deliver_due()
        parts = urlsplit(address_in(sent()[-1]))
        return f"{parts.path}?{parts.query}"

    return newest


@pytest.fixture
def anna(backstage):
    with backstage.services() as services:
        return factories.user(services, email=ANNA)


@pytest.fixture
def at_home(app, anna):
    """Anna's browser."""
    return Visitor(app, anna)


def told(answer) -> str:
    return " ".join(markup.text(e) for e in markup.with_class(markup.page(answer), "notice"))


def errors(answer) -> set[str]:
    tree = markup.page(answer)
    return {e.get("id").removesuffix("-error") for e in markup.with_class(tree, "field__error")}


def log_in(visitor, password, email=ANNA):
    return visitor.post("/login", {"email": email, "password": password})


def code_of(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(utcnow().timestamp()) + steps * STEP_SECONDS)


def test_somebody_makes_an_account_logs_in_and_confirms_the_address(visitor, deliver):
    form = visitor.get("/register")
    answer = visitor.submit(form, "/register", email=ANNA, password=GOOD, consent="1")
    assert ANNA in visitor.get(answer.location).text
    assert log_in(visitor, GOOD).location == "/account"
    assert "not confirmed" in visitor.get("/account/profile").text
    answer = visitor.submit(visitor.get(deliver()), "/account/confirm")
    assert answer.location == "/account/profile"
    assert "not confirmed" not in visitor.get("/account/profile").text


def test_opening_the_link_alone_confirms_nothing(visitor, deliver, backstage):
    visitor.post("/register", {"email": ANNA, "password": GOOD, "consent": "1"})
    assert visitor.get(deliver()).status_code == 200
    with backstage.services() as services:
        assert services.accounts.authenticate(ANNA, GOOD).email_confirmed_at is None


def test_all_that_is_wrong_is_told_at_once_and_nothing_but_the_password_is_lost(visitor):
    typed = {"email": "nobody", "password": "short", "first_name": "Анна", "last_name": "x" * 101}
    answer = visitor.post("/register", typed)
    assert answer.status_code == 422
    assert {"email", "last_name", "consent"} <= errors(answer)
    fields = visitor.form(answer, "/register").fields
    assert (fields["email"], fields["first_name"], fields["password"]) == ("nobody", "Анна", "")


def test_a_poor_password_is_refused_and_the_consent_stays_ticked(visitor):
    answer = visitor.post("/register", {"email": ANNA, "password": "password123", "consent": "1"})
    assert (answer.status_code, errors(answer)) == (422, {"password"})
    assert visitor.form(answer, "/register").fields["consent"] == "1"


def test_a_page_says_the_same_to_who_has_an_account_and_to_who_has_none(app, anna):
    def without_addresses(answer) -> str:
        text = re.sub(r"[a-z]+@example\.org|[a-z]+%40example\.org", "…", answer.text)
        return re.sub(r'value="[^"]{40,}"', "", text)

    for path, more in (
        ("/register", {"password": GOOD, "consent": "1"}),
        ("/password/forgotten", {}),
    ):
        answers = [
            Visitor(app).post(path, {"email": email, **more}, follow_redirects=True)
            for email in (ANNA, "nobody@example.org")
        ]
        assert without_addresses(answers[0]) == without_addresses(answers[1])


def test_a_forgotten_password_is_set_anew_and_other_browsers_are_out(
    app, visitor, at_home, deliver
):
    visitor.submit(visitor.get("/password/forgotten"), "/password/forgotten", email=ANNA)
    page = visitor.get(deliver())
    refused = visitor.submit(page, "/password/reset", password="short")
    assert (refused.status_code, errors(refused)) == (422, {"password"})
    answer = visitor.submit(refused, "/password/reset", password=GOOD)
    assert answer.location == "/login"
    assert log_in(visitor, GOOD).status_code == 303
    assert at_home.get("/account").status_code == 303


def test_a_spent_link_says_what_to_do(visitor):
    answer = visitor.get("/password/reset?token=x")
    assert answer.status_code == 422
    assert "Ask for a new one" in answer.text


def test_details_are_kept_and_what_was_changed_meanwhile_is_not_overwritten(at_home):
    page = at_home.get("/account/profile")
    answer = at_home.submit(
        page, "/account/profile", first_name="Анна", last_name="Керн", birth_date="1979-02-11"
    )
    assert answer.status_code == 303
    fields = at_home.form(at_home.get("/account/profile"), "/account/profile").fields
    assert (fields["last_name"], fields["birth_date"]) == ("Керн", "1979-02-11")
    stale = at_home.submit(page, "/account/profile", first_name="Olga", last_name="")
    assert "changed meanwhile" in told(stale)
    assert stale.status_code == 412
    assert at_home.form(stale, "/account/profile").fields["first_name"] == "Olga"


@pytest.mark.parametrize("born", ["2199-01-01", "1799-06-06", "yesterday"])
def test_nobody_is_born_tomorrow_or_very_long_ago(at_home, born):
    answer = at_home.submit(
        at_home.get("/account/profile"), "/account/profile", birth_date=born, first_name="Anna"
    )
    assert (answer.status_code, errors(answer)) == (422, {"birth_date"})
    assert at_home.form(answer, "/account/profile").fields["first_name"] == "Anna"


def test_a_role_cannot_be_typed_into_any_form(app, visitor, at_home, backstage, anna):
    visitor.post(
        "/register",
        {
            "email": "eve@example.org",
            "password": GOOD,
            "consent": "1",
            "role": "admin",
            "role_id": "5",
        },
    )
    at_home.submit(
        at_home.get("/account/profile"), "/account/profile", role="admin", role_id="5", active="0"
    )
    with backstage.services() as services:
        for user in (services.accounts.authenticate("eve@example.org", GOOD), anna):
            found = services.accounts.get(user.id)
            assert (found.role.code, found.active) == (RoleCode.CUSTOMER, True)


def test_a_new_password_leaves_this_browser_logged_in_and_no_other(app, at_home, anna):
    other = Visitor(app, anna)
    page = at_home.get("/account/security")
    typed = {"current_password": factories.PASSWORD, "password": GOOD}
    assert at_home.submit(page, "/security/password", **typed).status_code == 303
    assert at_home.get("/account").status_code == 200
    assert other.get("/account").status_code == 303


def test_sessions_are_listed_and_ended_one_by_one_or_all_at_once(app, backstage, at_home, anna):
    other = Visitor(app, anna)
    page = at_home.get("/account/security")
    assert len(markup.with_class(markup.page(page), "logins__one")) == 2
    assert at_home.submit(page, "/end").status_code == 303
    assert other.get("/account").status_code == 303
    third = Visitor(app, anna)
    assert at_home.submit(at_home.get("/account/security"), "/sessions/end").status_code == 303
    assert (third.get("/account").status_code, at_home.get("/account").status_code) == (303, 200)


def test_another_address_counts_once_its_owner_says_yes(at_home, deliver, backstage):
    page = at_home.get("/account/security")
    typed = {"email": "new@example.org", "current_password": factories.PASSWORD}
    assert at_home.submit(page, "/security/email", **typed).status_code == 303
    with backstage.services() as services:
        services.outbox.deliver_due()
    link = deliver_to("new@example.org", backstage)
    assert at_home.submit(at_home.get(link), "/email/confirm").location == "/account/security"
    assert "new@example.org" in at_home.get("/account/security").text


def deliver_to(email: str, backstage) -> str:
    """The local address in the newest mail to somebody."""
    mails = [mail for mail in read(backstage.app.extensions["shop_config"]) if mail["To"] == email]
    parts = urlsplit(address_in(mails[-1]))
    return f"{parts.path}?{parts.query}"


def test_the_second_factor_is_asked_for_at_the_next_login(other_shop, anna):
    app = other_shop(login_limit="99 per minute")
    at_home = Visitor(app, anna)
    page = at_home.get("/account/second-factor")
    secret = re.search(r"factor__key\">([A-Z2-7 ]+)<", page.text)[1].replace(" ", "")
    typed = {"current_password": factories.PASSWORD}
    assert at_home.submit(page, "/second-factor", code="000000", **typed).status_code == 422
    shown = at_home.submit(
        at_home.get("/account/second-factor"), "/second-factor", code=code_of(secret), **typed
    )
    codes = re.findall(r"<code>([A-Z2-9]{5}-[A-Z2-9]{5})</code>", shown.text)
    assert len(codes) == 10
    assert shown.headers["Cache-Control"] == "no-store"
    stranger = Visitor(app)
    answer = stranger.post(
        "/login", {"email": ANNA, "password": factories.PASSWORD, "next": "/cart"}
    )
    assert answer.location == "/login/code"
    # The password alone opens nothing.
    assert stranger.get("/account").status_code == 303
    refused = stranger.submit(stranger.get("/login/code"), "/login/code", code="123456")
    assert (refused.status_code, errors(refused)) == (422, {"code"})
    assert stranger.submit(refused, "/login/code", code=code_of(secret, 1)).location == "/cart"
    by_paper = Visitor(app)
    log_in(by_paper, factories.PASSWORD)
    assert (
        by_paper.submit(by_paper.get("/login/code"), "/login/code", code=codes[3]).status_code
        == 303
    )
    assert by_paper.get("/account").status_code == 200


def test_nobody_comes_to_the_code_without_the_password(visitor):
    assert visitor.get("/login/code").location == "/login"
    assert visitor.post("/login/code", {"code": "000000"}).location == "/login"


@pytest.fixture
def strict(other_shop):
    """A shop whose staff have to have a second factor."""
    return other_shop(staff_2fa=True)


def test_staff_who_move_money_turn_the_second_factor_on_first(strict, backstage):
    clerk = Visitor(strict, backstage.user(RoleCode.ORDER_MANAGER))
    for path in ("/admin/orders", "/admin", "/admin/search?q=a"):
        assert clerk.get(path).location == "/account/second-factor"
    answer = clerk.get("/admin/orders", htmx=True)
    assert answer.status_code == 403
    assert clerk.get("/account").status_code == 200
    refused = clerk.call("POST", "/api/v1/orders", json={})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "second_factor_required")
    bookkeeper = Visitor(strict, backstage.user(RoleCode.ACCOUNTANT))
    assert bookkeeper.get("/admin/orders").status_code == 200
    careful = backstage.user(RoleCode.ORDER_MANAGER, totp_secret=pyotp.random_base32())
    for path in ("/admin/orders", "/admin"):
        assert Visitor(strict, careful).get(path).status_code == 200


def test_a_key_is_shown_once(at_home):
    page = at_home.get("/account/keys")
    typed = {"name": "till no. 4", "scopes": "read", "current_password": factories.PASSWORD}
    assert (
        at_home.submit(page, "/account/keys", **(typed | {"current_password": "x"})).status_code
        == 422
    )
    made = at_home.submit(page, "/account/keys", **typed)
    key = markup.text(markup.by_id(markup.page(made), "new-key"))
    assert key.startswith("colophon_")
    again = at_home.get("/account/keys")
    assert key not in again.text
    assert at_home.submit(again, "/revoke").status_code == 303
    assert "till no. 4" not in at_home.get("/account/keys").text


def test_data_are_taken_along_and_deleted(app, at_home):
    file = at_home.get("/account/data/export")
    assert file.get_json()["account"]["email"] == ANNA
    assert "attachment" in file.headers["Content-Disposition"]
    page = at_home.get("/account/data")
    assert at_home.submit(page, "/data/delete", current_password="x").status_code == 422
    answer = at_home.submit(page, "/data/delete", current_password=factories.PASSWORD)
    assert answer.location == "/"
    assert at_home.get("/account").status_code == 303
    assert log_in(Visitor(app), factories.PASSWORD).status_code == 422


def test_what_must_not_be_kept_is_kept_by_nobody(at_home):
    for path in ("/account/second-factor", "/account/keys", "/account/data/export"):
        assert at_home.get(path).headers["Cache-Control"] == "no-store"
