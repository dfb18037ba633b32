"""The pages of an account: made, entered again, changed, taken along and deleted."""

from shop.views.account import (
    api_keys,
    passwords,
    personal_data,
    profile,
    registration,
    second_factor,
    security,
)

BLUEPRINTS = (
    registration.pages,
    passwords.pages,
    profile.pages,
    security.pages,
    second_factor.pages,
    api_keys.pages,
    personal_data.pages,
)
