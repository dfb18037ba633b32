"""Where somebody goes on after logging in is a page of this shop, with one step or with two."""

from urllib.parse import urljoin, urlsplit

import pyotp
import pytest

from shop.models.columns import utcnow
from tests import factories
from tests.views.test_login import ELSEWHERE, SPOILT
from tests.visitor import Visitor

EMAIL = "anna@example.org"
TRICKS = [
    *ELSEWHERE[:3],
    *SPOILT,
    "/%0d%0aSet-Cookie:a=b",
    "/%2f%2felsewhere.example",
    "/%09/elsewhere.example",
    "/.//elsewhere.example",
    "/..//elsewhere.example",
    "/;//elsewhere.example",
    "/@elsewhere.example",
    "/\u2028/elsewhere.example",
    "/\u200b/elsewhere.example",
    "//\u3002elsewhere.example",
    "／/elsewhere.example",
    "data:text/html,x",
    "JavaScript:alert(1)",
    "https:/elsewhere.example",
    "\\/elsewhere.example",
    "/login?next=//elsewhere.example",
]


@pytest.fixture
def account(unlimited, backstage):
    with backstage.services() as services:
        return factories.user(services, email=EMAIL)


def stays_here(location: str) -> bool:
    """Whether a browser that follows it is still at this shop."""
    # As browsers read it: backslashes are slashes, tabs and line breaks are not there.
    read = "".join(c for c in location.strip() if c not in "\t\r\n").replace("\\", "/")
    target = urlsplit(urljoin("http://localhost/login", read))
    return (target.scheme, target.netloc) == ("http", "localhost")


def log_in(visitor, target):
    form = {"email": EMAIL, "password": factories.PASSWORD, "next": target}
    return visitor.post("/login", form)


@pytest.mark.usefixtures("account")
def test_with_a_password_nobody_leaves_the_shop(unlimited):
    for target in TRICKS:
        answer = log_in(Visitor(unlimited), target)
        assert answer.status_code == 303
        assert stays_here(answer.location), target
        cookies = {line.split("=")[0] for line in answer.headers.getlist("Set-Cookie")}
        assert cookies == {"known", "session"}


@pytest.mark.parametrize("target", [*ELSEWHERE[:2], SPOILT[0]], ids=ascii)
def test_with_a_second_factor_nobody_leaves_the_shop(unlimited, backstage, account, target):
    secret = pyotp.random_base32()
    with backstage.services() as services:
        services.accounts.update(account.id, totp_secret=secret)
    visitor = Visitor(unlimited)
    assert log_in(visitor, target).location == "/login/code"
    code = pyotp.TOTP(secret).at(utcnow())
    answer = visitor.post("/login/code", {"code": code, "next": "//elsewhere.example"})
    assert (answer.status_code, answer.location) == (303, "/account")


@pytest.mark.parametrize("target", [*ELSEWHERE[3:], *TRICKS], ids=ascii)
def test_the_page_that_asks_to_log_in_keeps_no_other_sites_address(unlimited, target):
    """What stands in the address is put into the form, and nothing else into the page."""
    page = Visitor(unlimited).get("/login", query_string={"next": target})
    kept = Visitor.form(page, "/login").fields["next"]
    assert kept == "" or stays_here(kept)


@pytest.mark.parametrize("host", ["elsewhere.example", "localhost:1@elsewhere.example"])
def test_a_host_that_somebody_made_up_is_in_no_redirect(unlimited, host):
    answer = Visitor(unlimited).get("/account", headers={"Host": host})
    assert answer.location.startswith("/login")
