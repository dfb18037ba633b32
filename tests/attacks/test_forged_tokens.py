"""Access tokens that the shop has not signed so: whatever their head says, nobody is let in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from datetime import timedelta

import jwt
import pytest

from shop.models.columns import utcnow
from shop.services.accounts.tokens import AUDIENCE, FAMILY_LIFE
from tests.attacks.programs import Program, logged_in

OTHER_KEY = b"a key of the attacker's, long enough"


@pytest.fixture
def anna(backstage):
    return backstage.user(email="anna@example.org")


@pytest.fixture
def good(backstage, anna) -> str:
    return logged_in(backstage, anna).access_token


@pytest.fixture
def claims(good) -> dict[str, object]:
    return jwt.decode(good, options={"verify_signature": False})


@pytest.fixture
def head(good) -> dict[str, object]:
    return jwt.get_unverified_header(good)


@pytest.fixture
def keys(app):
    """The shop's own keys for tokens, by their names."""
    with app.app_context():
        return app.extensions["services"].tokens.keys


def part(value: object) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def signed(head: object, claims: object, key: bytes, digest=hashlib.sha256) -> str:
    """A token as the standard has it, whatever its head says; no library would make some."""
    body = f"{part(head)}.{part(claims)}"
    return f"{body}.{part(hmac.new(key, body.encode(), digest).digest())}"


def refused(app, token: str) -> bool:
    """Everywhere, with the words for it, and never as a stranger."""
    program = Program(app, token)
    answers = [program.get("/api/v1/auth/me"), program.get("/api/v1/books")]
    assert {answer.headers.get("WWW-Authenticate") for answer in answers} == {"Bearer"}
    return [answer.status_code for answer in answers] == [401, 401]


def test_the_token_of_a_login_is_let_in(app, good, anna):
    assert Program(app, good).get("/api/v1/auth/me").get_json()["email"] == anna.email


def test_a_token_made_by_hand_in_the_shops_own_way_is_a_good_one(app, head, claims, keys):
    """So that the others below fail for what they are about."""
    assert Program(app, signed(head, claims, keys[head["kid"]])).status() == 200


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", "", None])
def test_no_algorithm_is_none(app, good, head, claims, alg):
    unsigned = f"{part(head | {'alg': alg})}.{part(claims)}."
    assert refused(app, unsigned)
    assert refused(app, unsigned + good.rpartition(".")[2])


@pytest.mark.parametrize(
    ("alg", "digest"), [("HS512", hashlib.sha512), ("HS384", hashlib.sha384), ("hs256", None)]
)
def test_another_algorithm_is_not_taken_even_with_the_right_key(
    app, head, claims, keys, alg, digest
):
    key = keys[head["kid"]]
    assert refused(app, signed(head | {"alg": alg}, claims, key, digest or hashlib.sha256))


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256", "EdDSA"])
def test_a_shared_key_is_not_taken_for_a_public_one(app, head, claims, keys, alg):
    assert refused(app, signed(head | {"alg": alg}, claims, keys[head["kid"]]))


def test_a_key_that_comes_with_the_token_is_not_used(app, head, claims):
    brought = {"jwk": {"kty": "oct", "k": part(OTHER_KEY)}, "jku": "https://elsewhere.example/"}
    assert refused(app, signed(head | brought, claims, OTHER_KEY))


@pytest.mark.parametrize(
    "kid",
    [
        "",
        "another",
        "../../../../dev/null",
        "/proc/sys/kernel/randomize_va_space",
        "x' UNION SELECT 'key' --",
        "x\x00",
        None,
        0,
        True,
        [],
        {},
        ["a"],
    ],
    ids=ascii,
)
def test_the_name_of_a_key_leads_to_no_other_key(app, head, claims, kid):
    for key in (OTHER_KEY, b"", b"key"):
        assert refused(app, signed(head | {"kid": kid}, claims, key))


def test_a_token_that_names_no_key_is_refused(app, claims, keys, head):
    assert refused(app, signed({"alg": "HS256"}, claims, keys[head["kid"]]))


def test_what_signs_cookies_signs_no_token(app, head, claims, config):
    assert refused(app, signed(head, claims, config.secret_key.encode()))


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "é.é.é",
        "." * 5000,
        f"{part(b'[' * 2500)}.{part({})}.",
        f"{part(b'x')}.{part(b'x')}.",
        f"{part([])}.{part([])}.{part(b'')}",
        f"{part({'alg': 'HS256', 'crit': ['exp']})}..",
        part({"alg": "HS256", "b64": False, "crit": ["b64"]}) + ".." + "A" * 43,
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_token_at_all_is_refused(app, text):
    assert refused(app, text)


def test_claims_that_nest_too_deep_are_refused(app, head, keys):
    """Even where they are signed: nothing of a token makes the shop fall over."""
    assert refused(app, signed(head, b"[" * 2500, keys[head["kid"]]))


def test_what_was_signed_cannot_be_changed(app, good, claims, backstage):
    start, _, end = good.split(".")
    other = backstage.user()
    for changed in ({"sub": str(other.id)}, {"exp": claims["exp"] + 3600}):
        assert refused(app, f"{start}.{part(claims | changed)}.{end}")
    assert refused(app, good[:-1])
    assert refused(app, good + "A")


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another-api"},
        {"aud": ["another-api"]},
        {"aud": None},
        {"aud": []},
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"iss": "http://localhost.elsewhere.example"},
        {"exp": 0},
        {"exp": "never"},
        {"exp": None},
        {"iat": "yesterday"},
        {"sub": None},
        {"sub": ""},
        {"sub": "0"},
        {"sub": 1},
        {"sid": None},
        {"sid": ""},
        {"sid": "0" * 32},
        {"sid": ["a"]},
    ],
    ids=str,
)
def test_every_claim_is_looked_at(app, head, claims, keys, changed):
    assert refused(app, signed(head, claims | changed, keys[head["kid"]]))


@pytest.mark.parametrize("name", ["exp", "iat", "iss", "aud", "sub", "sid"])
def test_every_claim_has_to_be_there(app, head, claims, keys, name):
    rest = {key: value for key, value in claims.items() if key != name}
    assert refused(app, signed(head, rest, keys[head["kid"]]))


def test_a_token_has_its_time(app, head, claims, keys):
    now, key = int(time.time()), keys[head["kid"]]
    assert refused(app, signed(head, claims | {"exp": now - 1}, key))
    assert refused(app, signed(head, claims | {"iat": now + 600, "exp": now + 1200}, key))
    assert refused(app, signed(head, claims | {"nbf": now + 600}, key))
    assert Program(app, signed(head, claims | {"exp": now + 60}, key)).status() == 200


def test_a_token_for_one_account_is_not_for_another(app, head, claims, keys, backstage):
    other = backstage.user()
    assert refused(app, signed(head, claims | {"sub": str(other.id)}, keys[head["kid"]]))


def test_a_token_tells_nothing_of_its_owner(good, claims, anna):
    assert set(claims) == {"iss", "aud", "sub", "sid", "iat", "exp"}
    assert claims["aud"] == AUDIENCE
    assert anna.email not in good


def test_a_login_ends_however_often_it_was_renewed(app, backstage, anna, good, claims):
    assert claims["exp"] - claims["iat"] <= 15 * 60
    with backstage.services() as services, services.tokens.transaction():
        family = services.tokens.families.find(claims["sid"])
        assert family.expires_at <= utcnow() + FAMILY_LIFE
        family.expires_at = utcnow() - timedelta(seconds=1)
    assert refused(app, good)


def test_a_former_key_is_read_while_it_is_named_and_signs_nothing(
    app, other_shop, backstage, anna, config
):
    newer = "another key that only tests sign with"
    token = logged_in(backstage, anna).access_token
    turned = other_shop(secret_key=newer, secret_key_fallbacks=[config.secret_key])
    assert Program(turned, token).status() == 200
    with turned.app_context():
        newest = turned.extensions["services"].tokens.open(anna, "a test").access_token
    assert refused(app, newest)
    assert Program(turned, newest).status() == 200
    assert refused(other_shop(secret_key=newer), token)
