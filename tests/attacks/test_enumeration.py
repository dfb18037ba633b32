"""Whether somebody has an account here is nobody's business: answers tell it neither by what they
say nor by how long they take.

What is measured is the processor's time, not the clock's: other programs of the machine do not
count. Both kinds are asked in turns, so that whatever slows the machine down slows down both.
"""

from __future__ import annotations

import re
import time
from itertools import count
from statistics import median

import pytest
from argon2 import profiles

from shop.services.accounts import passwords
from shop.services.accounts.passwords import Passwords
from shop.services.accounts.service import Profile
from tests import factories
from tests.stored import messages
from tests.visitor import Visitor

KNOWN, INVITED, UNKNOWN = "anna@example.org", "invited@example.org", "nobody@example.org"
PASSWORD = "seven odd lanterns 42"
SAMPLES = 5
# Apart by more than this, an account is told by the time; without the work done for nobody, the
# ratio of a login is above 5.
ALIKE = (0.6, 1.6)
# Differs from answer to answer, whoever asks.
CHANCE = re.compile(r'name="csrf_token"[^>]*>|[a-z]+@example\.org|[a-z]+%40example\.org')


@pytest.fixture
def people(unlimited, backstage):
    """Anna, and somebody who was invited and has no password yet."""
    boss = backstage.user("admin")
    with backstage.services() as services:
        factories.user(services, email=KNOWN)
        services.people.invite(INVITED, "customer", Profile(), boss)


@pytest.fixture
def real_hashes(app, monkeypatch):
    """Whoever hashes a password here takes as long for it as in a shop."""
    monkeypatch.setattr(passwords, "COST", profiles.RFC_9106_LOW_MEMORY)
    with app.app_context():
        ours = app.extensions["services"].accounts.passwords
    for name, value in vars(Passwords()).items():
        monkeypatch.setattr(ours, name, value)


def told(answer) -> tuple:
    """All that somebody can see of an answer."""
    headers = {
        name: CHANCE.sub("", value)
        for name, value in answer.headers.items()
        if not name.startswith(("X-Request-Id", "Set-Cookie", "RateLimit", "Content-Length"))
    }
    cookies = [line.split("=")[0] for line in answer.headers.getlist("Set-Cookie")]
    return answer.status_code, headers, cookies, CHANCE.sub("", answer.text)


def page_login(visitor, email):
    return visitor.post("/login", {"email": email, "password": "not the password"})


def page_register(visitor, email):
    form = {"email": email, "password": PASSWORD, "consent": "1"}
    return visitor.post("/register", form)


def page_reset(visitor, email):
    return visitor.post("/password/forgotten", {"email": email})


def api_login(visitor, email):
    body = {"email": email, "password": "not the password"}
    return visitor.call("POST", "/api/v1/auth/login", body)


def api_register(visitor, email):
    body = {"email": email, "password": PASSWORD, "consent": True}
    return visitor.call("POST", "/api/v1/auth/register", body)


WAYS = [page_login, page_register, page_reset, api_login, api_register]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize("known", [KNOWN, INVITED])
def test_an_answer_is_the_same_with_an_account_and_without(unlimited, ask, known):
    assert told(ask(Visitor(unlimited), known)) == told(ask(Visitor(unlimited), UNKNOWN))


@pytest.mark.usefixtures("people")
def test_an_account_that_was_closed_is_told_like_none(unlimited, backstage):
    with backstage.services() as services:
        user = services.accounts.authenticate(KNOWN, factories.PASSWORD)
        services.accounts.update(user.id, active=False)
    for ask in WAYS:
        assert told(ask(Visitor(unlimited), KNOWN)) == told(ask(Visitor(unlimited), UNKNOWN))


@pytest.mark.usefixtures("people")
def test_who_has_an_account_learns_by_mail_that_somebody_registers(unlimited):
    for email in (KNOWN, UNKNOWN):
        api_register(Visitor(unlimited), email)
    with unlimited.app_context():
        names = [message.payload["name"] for message in messages("mail.account")]
    assert names[-2:] == ["already_registered", "confirm"]


def seconds(ask, visitor, email) -> float:
    """Of the processor, for one answer."""
    before = time.process_time()
    ask(visitor, email)
    return time.process_time() - before


def ratio(ask, app, known, unknown) -> float:
    """How long one takes for the other, by the medians of both, asked in turns."""
    visitor = Visitor(app)
    # The page whose token is sent along, and whatever is done once.
    ask(visitor, UNKNOWN)
    pairs = [
        (seconds(ask, visitor, known), seconds(ask, visitor, next(unknown))) for _ in range(SAMPLES)
    ]
    return median(one for one, _ in pairs) / median(other for _, other in pairs)


def strangers():
    """Each time another address that has no account: a registration makes one."""
    return (f"nobody{number}@example.com" for number in count())


@pytest.mark.usefixtures("real_hashes", "people")
@pytest.mark.parametrize(
    ("ask", "known"),
    [(api_login, KNOWN), (api_login, INVITED), (api_register, KNOWN), (page_reset, KNOWN)],
)
def test_an_answer_takes_as_long_with_an_account_as_without(unlimited, ask, known):
    assert ALIKE[0] < ratio(ask, unlimited, known, strangers()) < ALIKE[1]
