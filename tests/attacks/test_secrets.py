"""Passwords, tokens, keys and codes: shown to their owner, written down nowhere."""

import logging

import pyotp
from psycopg import sql

from shop.models.columns import utcnow
from tests import factories
from tests.attacks.programs import Program
from tests.visitor import Visitor

EMAIL = "anna@example.org"
FIRST, SECOND = "seven odd lanterns 42", "nine even kettles 17"


def everything_of(stores) -> str:
    """All that PostgreSQL and Redis keep, as text."""
    connection, client = stores
    connection.rollback()
    names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    texts = []
    for (name,) in names.fetchall():
        rows = connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(name)))
        texts += [text for (text,) in rows]
    connection.rollback()
    for key in client.scan_iter("*"):
        texts.append(key.decode())
        kind = client.type(key)
        held = {
            b"string": client.get,
            b"hash": client.hgetall,
            b"set": client.smembers,
            b"zset": lambda name: client.zrange(name, 0, -1),
            b"list": lambda name: client.lrange(name, 0, -1),
        }[kind](key)
        texts.append(str(held))
    return "\n".join(texts)


def everything_logged(caplog) -> str:
    texts = []
    for record in caplog.records:
        texts.append(f"{record.getMessage()} {vars(record)}")
        if record.exc_info:
            texts.append(logging.Formatter().formatException(record.exc_info))
    return "\n".join(texts)


def life_of_an_account(app, backstage) -> dict[str, str]:
    """Somebody registers, logs in in both ways, makes a key, forgets the password; its secrets."""
    guest, browser = Program(app), Visitor(app)
    guest.call(
        "POST", "/api/v1/auth/register", {"email": EMAIL, "password": FIRST, "consent": True}
    )
    browser.post("/login", {"email": EMAIL, "password": FIRST})
    with browser.client.session_transaction() as kept:
        handle = kept["_user_id"]
    login = guest.call("POST", "/api/v1/auth/login", {"email": EMAIL, "password": FIRST})
    pair = login.get_json()
    renewed = guest.call(
        "POST", "/api/v1/auth/refresh", {"refresh_token": pair["refresh_token"]}
    ).get_json()
    program = Program(app, renewed["access_token"])
    made = program.call(
        "POST",
        "/api/v1/auth/keys",
        {"name": "A machine", "scopes": ["read"], "current_password": FIRST},
    ).get_json()
    assert Program(app, made["key"]).status() == 200
    assert Program(app, made["key"][:-1]).status() == 401
    browser.post("/password/forgotten", {"email": EMAIL})
    with backstage.services() as services:
        user = services.accounts.get(program.get("/api/v1/auth/me").get_json()["id"])
        token = services.emails.links.reset(user).partition("token=")[2]
    browser.get(f"/password/reset?token={token}")
    assert browser.post("/password/reset", {"token": token, "password": SECOND}).status_code == 303
    return {
        "first password": FIRST,
        "second password": SECOND,
        "session": handle.rpartition(".")[2],
        "access token": pair["access_token"],
        "refresh token": pair["refresh_token"].split(".")[1],
        "next refresh token": renewed["refresh_token"].split(".")[1],
        "key": made["key"].split("_", 2)[2],
        "token of a link": token,
    }


def test_no_secret_is_kept_or_logged(unlimited, backstage, stores, caplog):
    """Even where everything is logged that there is to log."""
    caplog.set_level(logging.DEBUG)
    secrets = life_of_an_account(unlimited, backstage)
    kept, logged = everything_of(stores), everything_logged(caplog)
    # It was looked at what there is: who it is about stands there.
    assert EMAIL in kept
    assert "POST /api/v1/auth/login: 200" in logged
    for name, secret in secrets.items():
        assert len(secret) > 10
        assert secret not in kept, name
        assert secret not in logged, name


def test_codes_on_paper_are_kept_as_digests(unlimited, backstage, stores):
    with backstage.services() as services:
        user = factories.user(services)
        secret = services.second_factor.new_secret()
        code = pyotp.TOTP(secret).at(utcnow())
        papers = services.second_factor.turn_on(user, factories.PASSWORD, secret, code)
    kept = everything_of(stores)
    assert len(papers) == len(set(papers)) == 10
    for paper in papers:
        assert paper not in kept
        assert paper.replace("-", "") not in kept


def test_what_goes_wrong_shows_no_secret(unlimited, visitor):
    """A refusal says what is wrong, and does not repeat what was typed."""
    form = {"email": EMAIL, "password": FIRST, "next": "/cart"}
    assert FIRST not in visitor.post("/login", form).text
    assert FIRST not in visitor.post("/register", form).text
    bodies = [
        ("/api/v1/auth/login", {"email": EMAIL, "password": [FIRST]}),
        ("/api/v1/auth/register", {"email": "x", "password": FIRST, "consent": True}),
        ("/api/v1/auth/refresh", {"refresh_token": {"is": FIRST}}),
    ]
    for path, body in bodies:
        answer = visitor.call("POST", path, body)
        assert answer.status_code == 422
        assert FIRST not in answer.text
    assert FIRST not in Program(unlimited, FIRST.replace(" ", "-")).get("/api/v1/books").text
