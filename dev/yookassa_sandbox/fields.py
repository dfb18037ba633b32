"""Checks of the plain fields of a request; each refusal names the field."""

from collections.abc import Mapping
from typing import Any

from dev.yookassa_sandbox.errors import invalid

Body = Mapping[str, Any]

# https://yookassa.ru/developers/api#create_payment_metadata
METADATA_KEYS = 16
METADATA_KEY_LENGTH = 32
METADATA_VALUE_LENGTH = 512


def text(body: Body, name: str, limit: int, parameter: str | None = None) -> str | None:
    """An optional string of at most ``limit`` characters."""
    value = body.get(name)
    if value is None:
        return None
    where = parameter or name
    if not isinstance(value, str):
        raise invalid("Invalid request parameter", where)
    if len(value) > limit:
        raise invalid(f"{name.capitalize()} is too long. Max. length is {limit}", where)
    return value


def flag(body: Body, name: str, default: bool) -> bool:
    """An optional boolean."""
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise invalid("Invalid request parameter", name)
    return value


def section(body: Body, name: str) -> Body | None:
    """An optional object."""
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise invalid("Invalid request parameter", name)
    return value


def metadata(body: Body) -> dict[str, str]:
    """The shop's own pairs, which the API gives back as they came."""
    pairs = section(body, "metadata") or {}
    if len(pairs) > METADATA_KEYS:
        raise invalid(f"Metadata object is limited to {METADATA_KEYS} keys", "metadata")
    for key, value in pairs.items():
        _check_pair(key, value)
    return dict(pairs)


def _check_pair(key: str, value: Any) -> None:
    if len(key) > METADATA_KEY_LENGTH:
        raise invalid(
            f"The key names length in metadata object is limited to {METADATA_KEY_LENGTH}"
            " characters",
            "metadata",
        )
    if not isinstance(value, str):
        raise invalid("Metadata values must be strings", "metadata")
    if len(value) > METADATA_VALUE_LENGTH:
        raise invalid(
            f"The key values length in metadata object is limited to {METADATA_VALUE_LENGTH}"
            " characters",
            "metadata",
        )
