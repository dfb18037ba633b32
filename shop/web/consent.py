"""Forms that ask for consent carry a mark of the text that is agreed to."""

from __future__ import annotations

from collections.abc import Mapping

from shop.errors import FieldError
from shop.services.checkout_details import OTHER_WORDS
from shop.web.services import services

WORDS = "consent_words"


def shown() -> dict[str, str]:
    """What a form begins with."""
    return {WORDS: services.content.consent_words()}


def refusals(given: Mapping[str, str], message: object) -> list[FieldError]:
    """No consent, which `message` asks for, or one to a text that has changed since."""
    if not given.get("consent"):
        return [FieldError("consent", message)]
    return [FieldError("consent", OTHER_WORDS)] if _is_old(given) else []


def kept(given: Mapping[str, str]) -> dict[str, str]:
    """What was typed; where the text has changed since, it is there to be agreed to anew."""
    values = dict(given)
    if _is_old(given):
        values.pop("consent", None)
        values |= shown()
    return values


def _is_old(given: Mapping[str, str]) -> bool:
    """A form that does not say what it showed is one that somebody else has made."""
    return bool(given.get(WORDS)) and given[WORDS] != services.content.consent_words()
