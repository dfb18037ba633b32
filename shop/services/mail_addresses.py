"""Mail addresses that the shop can write to."""

from __future__ import annotations

from typing import Annotated

from email_validator import validate_email
from pydantic import AfterValidator, EmailStr, StringConstraints
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
