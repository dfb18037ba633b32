"""The Russian catalogue is whole, says what the English says, and is what the shop reads."""

from __future__ import annotations

import gettext
import re
import unicodedata

import pytest
from babel.messages import Catalog, Message

from dev import messages

PLACEHOLDER = re.compile(r"%(?:\(\w+\)[sd]|%)")
WORD = re.compile(r"[^\W\d_]+")
# Latin letters that a reader takes for Cyrillic ones.
LOOK_ALIKES = frozenset("ABCEHKMOPTXYaceopxy")
# They mix the alphabets on purpose; so do keys of a keyboard, an e-mail, and the T of ISO 8601.
NAMES = frozenset({"ЮKassa", "BMP", "T", "e", "x"})
# Counts that take each of the Russian plural forms, in their order.
COUNTS = (1, 2, 5)


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return messages.written()


def said(catalogue: Catalog) -> list[Message]:
    """Without the header."""
    return [message for message in catalogue if message.id]


def forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def test_every_message_is_translated_and_none_is_in_doubt(catalogue: Catalog):
    assert said(catalogue)
    assert [m.id for m in said(catalogue) if not messages.is_translated(m)] == []


def test_the_files_are_up_to_date_with_the_sources(catalogue: Catalog):
    for path, content in messages.files(messages.up_to_date(catalogue)).items():
        assert path.read_bytes() == content, f"{path.name}: run `python -m dev.messages`"


def test_the_shop_reads_what_the_text_says(catalogue: Catalog):
    with messages.COMPILED.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in said(catalogue):
        if message.pluralizable:
            read = tuple(compiled.ngettext(*message.id, count) for count in COUNTS)
        elif message.context:
            read = (compiled.pgettext(message.context, message.id),)
        else:
            read = (compiled.gettext(message.id),)
        assert read == forms(message), message.id


def test_a_translation_has_the_placeholders_of_its_message(catalogue: Catalog):
    for message in said(catalogue):
        # The first Russian form also counts 21 and 101, so it is held to the English plural.
        english = message.id[-1] if message.pluralizable else message.id
        for form in forms(message):
            assert set(PLACEHOLDER.findall(form)) == set(PLACEHOLDER.findall(english)), message.id
            assert "%" not in PLACEHOLDER.sub("", form), message.id


def test_no_letter_comes_from_the_wrong_alphabet(catalogue: Catalog):
    wrong = {
        word
        for message in said(catalogue)
        for form in forms(message)
        for word in WORD.findall(PLACEHOLDER.sub(" ", form))
        if is_mixed(word) or LOOK_ALIKES.issuperset(word)
    }
    assert wrong - NAMES == set()


def is_mixed(word: str) -> bool:
    return len({unicodedata.name(letter).split()[0] for letter in word}) > 1


def test_quotes_and_dashes_are_the_russian_ones(catalogue: Catalog):
    for message in said(catalogue):
        for form in forms(message):
            assert not re.search(r'["“”]|\s[-–]\s', form), form
