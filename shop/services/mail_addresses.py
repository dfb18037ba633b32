"""Mail addresses that the shop can write to."""

from __future__ import annotations

from typing import Annotated

from email_validator import validate_email
from pydantic import AfterValidator, EmailStr, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError


def _reachable(address: str) -> str:
    """With its domain in ASCII (IDNA): not every mail server takes another."""
    ascii_address = validate_email(address, check_deliverability=False).ascii_email
    if ascii_address is None:
        raise PydanticCustomError("email", "only Latin letters before the @")
    return ascii_address


Email = Annotated[EmailStr, AfterValidator(_reachable)]
# As accounts have it: in lower case, so that it is unique as people mean it.
AccountEmail = Annotated[Email, StringConstraints(to_lower=True, max_length=254)]
_ACCOUNT_EMAIL: TypeAdapter[str] = TypeAdapter(AccountEmail)


def as_account(text: str) -> str:
    """An address that somebody typed, as accounts have it; any other text as it is."""
    try:
        return _ACCOUNT_EMAIL.validate_python(text.strip())
    except ValidationError:
        return text.strip().lower()
