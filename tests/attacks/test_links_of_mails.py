"""Links that accounts get by mail: good for one thing, once, for a while, and for nobody else."""

from __future__ import annotations

import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from itsdangerous import URLSafeTimedSerializer

from shop.services.accounts.links import CONFIRM, LIVES, MOVE, RESET
from shop.services.accounts.service import Profile
from tests.visitor import Visitor

EMAIL, MOVED = "anna@example.org", "anna@example.com"
ANOTHER = "seven odd lanterns 42"
# The page that each link leads to, and what its form has beside the token.
PAGES = {
    CONFIRM: ("/account/confirm", {}),
    RESET: ("/password/reset", {"password": ANOTHER}),
    MOVE: ("/account/email/confirm", {}),
}


class Aged(URLSafeTimedSerializer):
    """Signs as if it were so many seconds ago."""

    class TimestampSigner(URLSafeTimedSerializer.default_signer):
        age = 0

        def get_timestamp(self) -> int:
            return int(time.time()) - self.age

    default_signer = TimestampSigner


@pytest.fixture
def shop(unlimited):
    return unlimited


@pytest.fixture
def anna(shop, backstage):
    return backstage.user(email=EMAIL)


@pytest.fixture
def links(shop):
    with shop.app_context():
        return shop.extensions["services"].emails.links


@pytest.fixture
def tokens(links, anna) -> dict[str, str]:
    addresses = {
        CONFIRM: links.confirm(anna),
        RESET: links.reset(anna),
        MOVE: links.move(anna, MOVED),
    }
    return {purpose: token_of(address) for purpose, address in addresses.items()}


def token_of(address) -> str:
    return parse_qs(urlsplit(address).query)["token"][0]


def send(shop, purpose, token) -> int:
    """The status of what the page of the link answers to its form."""
    page, form = PAGES[purpose]
    return Visitor(shop).post(page, {"token": token, **form}).status_code


def now(backstage, anna):
    with backstage.services() as services:
        return services.accounts.get(anna.id)


def untouched(backstage, anna) -> bool:
    user = now(backstage, anna)
    kept = (user.email, user.email_confirmed_at, user.password_hash, user.session_epoch)
    return kept == (anna.email, None, anna.password_hash, anna.session_epoch)


@pytest.mark.parametrize("purpose", PAGES)
def test_a_link_does_what_it_is_for(shop, backstage, anna, tokens, purpose):
    assert send(shop, purpose, tokens[purpose]) == 303
    assert not untouched(backstage, anna)


@pytest.mark.parametrize("purpose", PAGES)
def test_a_token_for_one_thing_is_good_for_no_other(shop, backstage, anna, tokens, purpose):
    for other in PAGES.keys() - {purpose}:
        assert send(shop, other, tokens[purpose]) == 422
    assert untouched(backstage, anna)


@pytest.mark.parametrize("purpose", PAGES)
def test_a_link_has_its_time(shop, backstage, anna, tokens, links, purpose):
    held = links._serializer(purpose).loads(tokens[purpose])
    signer = Aged(links.keys, salt=f"account-{purpose}")
    life = int(LIVES[purpose].total_seconds())
    signer.default_signer.age = life + 5
    assert send(shop, purpose, signer.dumps(held)) == 422
    assert untouched(backstage, anna)
    signer.default_signer.age = life - 60
    assert send(shop, purpose, signer.dumps(held)) == 303


def test_a_password_is_set_within_an_hour():
    assert LIVES[RESET] == timedelta(hours=1)


@pytest.mark.parametrize("purpose", PAGES)
@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: "",
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: "A" + token,
        lambda token: token.rpartition(".")[0],
        lambda token: ".".join(reversed(token.split("."))),
        lambda token: "\x00" + token,
        lambda token: ".." + "A" * 3000,
    ],
)
def test_a_link_that_was_changed_is_none(shop, backstage, anna, tokens, purpose, spoil):
    assert send(shop, purpose, spoil(tokens[purpose])) == 422
    assert untouched(backstage, anna)


def test_a_password_is_set_once_by_a_link(shop, anna, tokens):
    assert [send(shop, RESET, tokens[RESET]) for _ in range(2)] == [303, 422]
    assert Visitor(shop).get(f"/password/reset?token={tokens[RESET]}").status_code == 422


@pytest.mark.parametrize("purpose", [RESET, MOVE])
def test_a_link_is_spent_when_the_password_was_changed(shop, backstage, anna, tokens, purpose):
    with backstage.services() as services:
        services.accounts.update(anna.id, password_hash=services.accounts.passwords.hash(ANOTHER))
    assert send(shop, purpose, tokens[purpose]) == 422


@pytest.mark.parametrize("purpose", [RESET, MOVE])
def test_a_link_is_spent_when_the_account_was_logged_out(shop, backstage, anna, tokens, purpose):
    with backstage.services() as services:
        services.sessions.close_all(anna.id)
    assert send(shop, purpose, tokens[purpose]) == 422


@pytest.mark.parametrize("purpose", PAGES)
def test_a_link_is_spent_when_the_account_has_moved(shop, backstage, anna, tokens, purpose):
    assert send(shop, MOVE, tokens[MOVE]) == 303
    assert send(shop, purpose, tokens[purpose]) == 422
    assert now(backstage, anna).email == MOVED


@pytest.mark.parametrize("purpose", PAGES)
def test_a_link_opens_no_account_that_is_closed(shop, backstage, anna, tokens, purpose):
    boss = backstage.user("admin")
    with backstage.services() as services:
        services.people.close(anna.id, None, boss)
    assert send(shop, purpose, tokens[purpose]) == 422
    assert now(backstage, anna).email_confirmed_at is None


def test_nobody_takes_an_address_that_has_an_account_by_then(shop, backstage, anna, tokens):
    backstage.user(email=MOVED)
    assert send(shop, MOVE, tokens[MOVE]) == 409
    assert now(backstage, anna).email == EMAIL


def test_a_link_is_for_its_own_account(shop, backstage, anna, links):
    """The first of two invited people has no say over the second one."""
    boss = backstage.user("admin")
    with backstage.services() as services:
        people = [
            services.people.invite(f"{name}@example.org", "customer", Profile(), boss)
            for name in ("boris", "vera")
        ]
        token = token_of(links.reset(people[0]))
    assert send(shop, RESET, token) == 303
    assert now(backstage, people[1]).password_hash == people[1].password_hash


def test_the_links_of_mails_lead_to_this_shop_whatever_host_was_asked(shop, backstage, anna):
    visitor = Visitor(shop)
    form = {"csrf_token": visitor.token(), "email": EMAIL}
    headers = {"X-Forwarded-Host": "elsewhere.example", "Forwarded": "host=elsewhere.example"}
    visitor.send("/password/forgotten", form, headers=headers)
    with backstage.services() as services:
        user = services.accounts.get(anna.id)
        assert services.emails.links.reset(user).startswith("http://localhost/password/reset?")
