"""What an address book asks of an address: what the checkout asks, and an address for sure."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from shop.services.checkout_details import ONE_LINE, City, FullName, Phone, Street


class AddressDetails(BaseModel):
    """Who receives parcels and where. `label` is what its owner calls it, such as “Home”."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    label: Annotated[str, StringConstraints(max_length=60, pattern=ONE_LINE)] = ""
    full_name: FullName
    phone: Phone
    city: Annotated[City, StringConstraints(min_length=1)]
    street: Annotated[Street, StringConstraints(min_length=1)]
    postal_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
