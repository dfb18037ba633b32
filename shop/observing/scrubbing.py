"""What no log record may tell: addresses, telephones, cards, tokens, passwords.

Whoever logs gives none of it. This is for what others put into their errors: a database tells the
row that it refused, a library the address that it was given. Names of people look like any word:
of them only what stands in such places is taken out.

Strangers choose what stands in errors, and nothing else runs in a process while `re` looks: each
pattern takes time in proportion to the text. So whatever repeats begins where something else ends
(a look behind), or has a bound.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import ip_address
from typing import Final

E_MAIL, TOKEN, SECRET, CARD = "[e-mail]", "[token]", "[secret]", "[card]"
PHONE, ADDRESS, VALUE = "[phone]", "[address]", "[value]"

# PostgreSQL names the values of a row that it refuses, pydantic those that it was given.
DETAIL = re.compile(
    r"\b(DETAIL|CONTEXT):.*?(?=\n(?:HINT|CONTEXT|\[SQL|\(Background|Traceback|\n|The above)|\Z)",
    re.DOTALL,
)
INPUT = re.compile(r"input_value=.*?(?=, input_type=|\]|\Z)", re.DOTALL)
CREDENTIALS = re.compile(r"(?<=://)[^\s/@]*(?:@[^\s/@]*)*@")
_ADDRESSED = r"[^\s@<>()\[\]{},:;\"'=|/\\]"
E_MAILS = re.compile(rf"(?<!{_ADDRESSED}){_ADDRESSED}+@{_ADDRESSED}+\.[\w-]{{2,}}")
SCHEMES = re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{6,}", re.IGNORECASE)
NAMES = (
    *("token", "passwd", "password", "secret", "apikey", "api_key", "signature", "cookie"),
    "authorization",
)
NAMED = re.compile(
    rf"((?:{'|'.join(NAMES)})\w{{0,40}}"
    r"[\"']?\s{0,9}[=:]\s{0,9})(\"[^\"]*\"|'[^']*'|[^\s\"'&,;)}\]]+)",
    re.IGNORECASE,
)
KEYS = re.compile(r"\bcolophon_\w{4,}")
# Random texts have letters of both kinds and digits; names of modules, digests and ids do not.
RANDOM = re.compile(
    r"(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*[A-Z])(?=[\w-]*[0-9])[A-Za-z0-9_-]{18,}(?![\w-])"
)
CARDS = re.compile(r"(?<![\w.])(?:\d[ \u00a0-]?){13,18}\d(?!\w)")
PHONES = re.compile(
    r"(?<![\w.])(?:\+\d[\d\s\u00a0().-]{7,18}\d"
    r"|[78][\s\u00a0(-]*\d{3}[\s\u00a0)-]*\d{3}[\s\u00a0-]?\d{2}[\s\u00a0-]?\d{2})(?!\w)"
)
IP_V4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\w)")
IP_V6 = re.compile(
    r"(?<![\w:.])(?=[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:)[0-9A-Fa-f:.]{1,45}(?<!\.)(?![\w:])"
)


def _card(found: re.Match[str]) -> str:
    digits = [int(letter) for letter in found[0] if letter.isdecimal()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return found[0] if (sum(digits[::-2]) + sum(doubled)) % 10 else CARD


def _address(found: re.Match[str]) -> str:
    """What is an address, and of some other machine: 12:30:45 is none, ::2 is a step."""
    text = found[0].rstrip(":.") if found[0].count(".") > 3 else found[0]
    try:
        address = ip_address(text)
    except ValueError:
        return found[0]
    short = address.version == 6 and len([part for part in text.split(":") if part]) < 2
    return found[0] if address.is_loopback or short else ADDRESS


Replacement = str | Callable[[re.Match[str]], str]
# In this order. Where none of the texts in front is there, in small letters, nobody looks further.
STEPS: Final[tuple[tuple[tuple[str, ...], re.Pattern[str], Replacement], ...]] = (
    (("detail:", "context:"), DETAIL, rf"\1: {VALUE}"),
    (("input_value",), INPUT, f"input_value={VALUE}"),
    (("://",), CREDENTIALS, f"{SECRET}@"),
    (("@",), E_MAILS, E_MAIL),
    (("bearer", "basic"), SCHEMES, rf"\1 {TOKEN}"),
    (NAMES, NAMED, rf"\1{SECRET}"),
    (("colophon_",), KEYS, TOKEN),
)
OF_DIGITS: Final[tuple[tuple[str, re.Pattern[str], Replacement], ...]] = (
    ("", RANDOM, TOKEN),
    ("", CARDS, _card),
    ("", PHONES, PHONE),
    (".", IP_V4, _address),
    (":", IP_V6, _address),
)
# Without one of these there is nothing of the kind.
DIGITS = re.compile(r"(?:\d\D{0,3}){7}|\d\.\d|:[0-9A-Fa-f:]|[\w-]{18}")


def scrubbed(text: str) -> str:
    """The text without what looks like any of this."""
    small = text.lower()
    for signs, pattern, instead in STEPS:
        if any(sign in small for sign in signs):
            text = pattern.sub(instead, text)
    if DIGITS.search(text):
        for sign, pattern, instead in OF_DIGITS:
            if sign in text:
                text = pattern.sub(instead, text)
    return text
