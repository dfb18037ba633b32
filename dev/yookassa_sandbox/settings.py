"""What one run of the sandbox is told when it starts."""

from dataclasses import dataclass
from datetime import timedelta

# Seconds since the event at which a notification is tried again. The present documentation
# promises 24 hours and keeps the pauses to itself
# (https://yookassa.ru/developers/using-api/webhooks#using); these are the ones that the same
# company published earlier, in the section on seven attempts of
# https://github.com/yoomoney/yookassa-github-docs (checkout-api, "031-01 url ...").
RETRY_AFTER = (10.0, 42.0, 84.0, 168.0, 672.0, 5376.0, 86016.0)


@dataclass(frozen=True)
class Settings:
    """Everything that differs between runs.

    ``database`` is a file, or ``:memory:`` for a sandbox that forgets. Without ``webhook_url``
    nobody is notified. ``public_url`` is where a browser finds the sandbox; left out, it is the
    address that the shop itself used. ``webhook_timeout`` is in seconds.
    """

    shop_id: str
    secret_key: str
    database: str = ":memory:"
    webhook_url: str | None = None
    public_url: str | None = None
    # A bank card payment must be confirmed within an hour and a hold lasts seven days:
    # https://yookassa.ru/developers/payment-acceptance/integration-scenarios/manual-integration/bank-card
    payment_term: timedelta = timedelta(hours=1)
    hold_term: timedelta = timedelta(days=7)
    # https://yookassa.ru/developers/using-api/interaction-format#idempotence
    key_life: timedelta = timedelta(hours=24)
    retry_after: tuple[float, ...] = RETRY_AFTER
    # How long YooKassa itself waits for a shop is not documented.
    webhook_timeout: float = 10.0
