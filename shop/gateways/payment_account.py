"""The shop's account at YooKassa, as YooKassa sees it."""

from __future__ import annotations

from dataclasses import dataclass

from yookassa.domain.exceptions import ApiError, ForbiddenError, UnauthorizedError
from yookassa.settings import Settings

from shop.errors import PaymentUnavailable
from shop.gateways.deadlines import NoAnswer, within
from shop.gateways.yookassa_calls import Client, using


class WrongKeys(Exception):
    """YooKassa does not know this shop by these keys."""


@dataclass(frozen=True)
class SeenAccount:
    """`test` says that no real money moves. `receipts` says whether it sends receipts (54-FZ),
    None where it does not tell."""

    enabled: bool
    test: bool
    receipts: bool | None


class PaymentAccount:
    """`timeout` is seconds for the call."""

    def __init__(self, shop_id: str, secret_key: str, api_url: str, timeout: float) -> None:
        self.timeout = timeout
        self.api_url = api_url
        self._settings = using(Client(shop_id, secret_key, api_url, timeout), Settings)

    def see(self) -> SeenAccount:
        """What it is now; WrongKeys, or PaymentUnavailable for all other trouble."""
        try:
            seen = within(self.timeout, self._settings.get_account_settings)
        except (UnauthorizedError, ForbiddenError) as refusal:
            raise WrongKeys from refusal
        except (ApiError, NoAnswer) as error:
            raise PaymentUnavailable(str(error), unknown=False) from error
        receipts = seen.fiscalization_enabled
        return SeenAccount(
            enabled=seen.status == "enabled",
            test=bool(seen.test),
            receipts=None if receipts is None else bool(receipts),
        )
