"""Personal data and secrets leave a text, whatever stands around them; what helps stays."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from shop.observing.scrubbing import scrubbed

WORDS = st.lists(
    st.sampled_from(
        [
            "the order",
            "(",
            ")",
            "<",
            ">",
            "'",
            '"',
            ",",
            ";",
            "=",
            ": ",
            "\n",
            "id 12",
            "Анна",
            "{",
            "}",
        ]
    ),
    max_size=5,
).map(" ".join)
LETTERS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=12)
E_MAILS = st.builds(
    "{}.{}@{}.{}".format, LETTERS, LETTERS, LETTERS, st.sampled_from(["ru", "example"])
)
CARDS = st.integers(10**14, 10**15 - 1).map(lambda n: f"{n}{luhn.calc_check_digit(str(n))}")
SPACED = CARDS.map(lambda card: " ".join(card[i : i + 4] for i in range(0, 16, 4)))
PHONES = st.integers(10**9, 10**10 - 1).flatmap(
    lambda n: st.sampled_from([f"+7{n}", f"8{n}", "+7 ({}) {}-{}-{}".format(*split(str(n)))])
)
IPS = st.ip_addresses().filter(
    lambda ip: (
        not ip.is_loopback and (ip.version == 4 or len(str(ip).replace("::", ":").split(":")) > 3)
    )
)
PASSWORDS = st.text("abcXYZ0123456789-_.~!$*+", min_size=3, max_size=30)


def split(digits: str) -> tuple[str, ...]:
    return digits[:3], digits[3:6], digits[6:8], digits[8:]


PERSONAL = st.one_of(E_MAILS, CARDS, SPACED, PHONES, IPS.map(str))


@given(before=WORDS, personal=PERSONAL, after=WORDS)
def test_personal_data_leaves_any_text(before, personal, after):
    text = f"{before} {personal} {after}"
    left = scrubbed(text)
    assert personal not in left
    assert "[" in left
    assert scrubbed(left) == left


@given(before=WORDS, password=PASSWORDS, after=WORDS)
def test_passwords_leave_addresses_of_services(before, password, after):
    left = scrubbed(f"{before} redis://:{password}@somewhere:6379/0 {after}")
    assert f":{password}@" not in left
    assert "somewhere:6379/0" in left


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer {}",
        "bearer {}",
        "/orders/2345-6789?token={}&x=1",
        "{{'refresh_token': '{}'}}",
        '{{"password": "{}"}}',
        "csrf_token={}",
        "it was {} that came",
        "colophon_ab12_{}",
    ],
)
def test_tokens_leave(text):
    for _ in range(50):
        # Of a few hundred one has no capital, or no digit.
        token = f"aB3{secrets.token_urlsafe(24)}"
        assert token not in scrubbed(text.format(token))


REFUSED = """psycopg.errors.CheckViolation: new row for relation "orders" violates check "total"
DETAIL:  Failing row contains (7, Anna Karenina, Tverskaya 1,
Moscow, null).
[SQL: INSERT INTO orders]"""


def test_the_row_that_a_database_refuses_is_not_repeated():
    left = scrubbed(REFUSED)
    for personal in ("Anna", "Tverskaya", "Moscow"):
        assert personal not in left
    assert "violates check" in left
    assert "[SQL: INSERT INTO orders]" in left


def test_what_a_model_was_given_is_not_repeated():
    text = "city\n  Too long [type=string_too_long, input_value='Анна, Тверская', input_type=str]"
    left = scrubbed(text)
    assert "Анна" not in left
    assert "type=string_too_long" in left
    assert "input_type=str" in left


# What a stranger can send, to have a program look at it for hours.
ENDLESS = (
    *(":" * 33000 + "g", "a:" * 16500 + "g", "abcd:" * 6600 + "!"),
    *("token" * 6600, "token " + "a" * 33000, "token" + " " * 33000, "token=\"'" * 4100),
    *("@ " + "a" * 33000, "a@" + "a." * 16000 + "!", "." * 33000 + "@", ("a" * 60 + "@") * 500),
    *("1 " * 16000, "+1(" * 11000, "1." * 16000, "1\0\0\0" * 8000, "aB1" * 11000),
    *("://a@" * 6000, "DETAIL:" * 4700, "input_value=" * 2700, "bearer" + " " * 30000),
)


def test_no_text_takes_for_ever():
    """In a process of its own, since nobody else runs in one that looks for a pattern."""
    code = "import sys, json; from shop.observing.scrubbing import scrubbed\n"
    code += "for text in json.load(sys.stdin): scrubbed(text)"
    given = json.dumps(ENDLESS).encode()
    subprocess.run([sys.executable, "-c", code], input=given, check=True, timeout=120)


@pytest.mark.parametrize(
    "text",
    [
        "GET /books/<slug>-<int:book_id>: 200",
        "order 7KQ4-M92X of 2026-11-29T14:02:27.000213Z at 12:30:45",
        "request 0193a5b6c7d87e8f9a0b1c2d3e4f5a6b",
        "picture ab/0193a5b6c7d87e8f9a0b1c2d3e4f5a6b0193a5b6c7d87e8f9a0b1c2d3e4f5a6b.avif",
        "payment 2d9b0b2f-000f-5000-8000-18db351245c7 is succeeded",
        "ISBN 9780306406157, amount 1499.00, book 12345, rows[::2]",
        'File "/app/.venv/lib/python3.11/site-packages/sqlalchemy/engine/default.py", line 952',
        "shop.services.bulk_edits.service.BulkEditService._next_batch took 12.5 ms",
        "Error 111 connecting to 127.0.0.1:6379. Connection refused.",
    ],
)
def test_what_is_no_secret_stays(text):
    assert scrubbed(text) == text
