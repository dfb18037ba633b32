"""What somebody types does not become a line of a header, of an answer or of a mail."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from shop.web.services import CONFIG
from tests.attacks.programs import Program, logged_in
from tests.visitor import Visitor

EMAIL, VICTIM = "anna@example.org", "victim@example.com"
BREAKS = ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00"]
INJECTED = [f"Anna{each}Bcc: {VICTIM}" for each in BREAKS]
PASSWORD = "seven odd lanterns 42"


def mails(app) -> list[email.message.EmailMessage]:
    folder = Path(unquote(urlsplit(app.extensions[CONFIG].mail_url).path))
    return [
        email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        for path in folder.glob("*.eml")
    ]


def deliver(backstage) -> None:
    with backstage.services() as services:
        services.outbox.deliver_due()


def clean(app) -> bool:
    """Whether no mail goes to another, nor has a header that the shop does not write."""
    known = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"}
    known |= {"Content-Type", "Content-Transfer-Encoding"}
    return all(
        set(mail.keys()) <= known and VICTIM not in str(mail["To"]) and mail["Bcc"] is None
        for mail in mails(app)
    )


@pytest.mark.parametrize("name", INJECTED, ids=ascii)
def test_a_name_makes_no_header_of_a_mail(app, visitor, backstage, name):
    form = {"email": EMAIL, "password": PASSWORD, "consent": "1", "first_name": name}
    assert visitor.post("/register", form).status_code in (303, 422)
    deliver(backstage)
    assert clean(app)


@pytest.mark.parametrize("name", INJECTED, ids=ascii)
def test_an_order_makes_no_header_of_a_mail(app, visitor, backstage, name):
    backstage.shipping()
    visitor.post(
        "/cart/items", {"book_id": backstage.book(title=f"Emma {name[4:]}".replace("\x00", "")).id}
    )
    page = visitor.get("/checkout")
    answer = visitor.submit(
        page,
        "checkout",
        email=EMAIL,
        phone="+7 900 000-00-00",
        full_name=name,
        shipping_method="pickup",
        consent="1",
    )
    assert answer.status_code in (303, 422)
    deliver(backstage)
    assert clean(app)


@pytest.mark.parametrize(
    "address",
    [
        f"anna@example.org\r\nBcc: {VICTIM}",
        f"anna@example.org,{VICTIM}",
        f"anna@example.org, {VICTIM}",
        f"<anna@example.org> {VICTIM}",
        f'"anna\r\nBcc: {VICTIM}"@example.org',
        f'"{VICTIM}," anna@example.org',
        "anna@example.org\x00",
        "anna@[127.0.0.1]",
        "=?utf-8?q?anna?=@example.org",
    ],
    ids=ascii,
)
def test_an_address_is_one_address(app, visitor, backstage, address):
    form = {"email": address, "password": PASSWORD, "consent": "1"}
    answers = [visitor.post("/register", form), visitor.post("/password/forgotten", form)]
    body = {"email": address, "password": PASSWORD, "consent": True}
    answers.append(visitor.call("POST", "/api/v1/auth/register", body))
    deliver(backstage)
    assert clean(app)
    for mail in mails(app):
        assert len(mail["To"].addresses) == 1
        assert mail["To"].addresses[0].domain == "example.org"


@pytest.mark.parametrize("value", INJECTED, ids=ascii)
def test_no_address_of_this_shop_breaks_a_line_of_an_answer(unlimited, backstage, value):
    visitor = Visitor(unlimited)
    for path, query in (
        ("/login", {"next": f"/{value}"}),
        ("/password/asked", {"email": value}),
        ("/register/written", {"email": value}),
        ("/books", {"q": value, "page": "2"}),
        ("/recently-viewed", {"book": value}),
        ("/account", {"page": value}),
    ):
        answer = visitor.get(path, query_string=query)
        assert answer.status_code < 500, path
        assert "Bcc" not in answer.headers
        assert not any(c in text for text in answer.headers.values() for c in "\r\n"), path


@pytest.mark.parametrize("value", ["x y", "é" * 20, "x" * 200, "<script>", "a;b=c", ""], ids=ascii)
def test_an_id_of_a_request_is_taken_when_it_is_plain(visitor, value):
    """It stands in the answer and in every record of the log."""
    given = visitor.get("/healthz", headers={"X-Request-Id": value}).headers["X-Request-Id"]
    assert given != value
    assert given.isalnum()


def test_names_in_the_account_break_no_line(app, backstage):
    program = Program(app, logged_in(backstage, backstage.user()).access_token)
    for name in INJECTED[:4]:
        body = {"first_name": name}
        answer = program.call("PATCH", "/api/v1/auth/me", body, If_Match="*")
        assert answer.status_code == 422, ascii(name)
    for name in INJECTED[6:9]:
        answer = program.call("PATCH", "/api/v1/auth/me", {"first_name": name}, If_Match="*")
        assert answer.status_code in (200, 422), ascii(name)
