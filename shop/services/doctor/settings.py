"""What a configuration says that can be used and should be thought over."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parseaddr
from ipaddress import ip_address
from urllib.parse import urlsplit

from shop.config import Config
from shop.services.doctor.findings import Finding, ok, warning, wrong

# Of random letters and digits these are 190 bits.
LONG_KEY = 32
# A random key has more different ones, also where it is short and hexadecimal.
FEW_LETTERS = 6
GUESSED = ("secret", "changeme", "change-me", "password", "example", "colophon", "a key that only")
SAMPLE_ENDINGS = (".example", "example.org", "example.com", "example.net", ".invalid", ".test")
# Where YooKassa brings notifications: https://yookassa.ru/developers/using-api/webhooks
WEBHOOK_PORTS = (None, 443, 8443)


class SettingsCheck:
    def __init__(self, config: Config) -> None:
        self.config = config

    def __call__(self) -> Iterator[Finding]:
        found = [
            *self._key(),
            *self._public_url(),
            *self._proxies(),
            *self._sender(),
            *self._seller(),
            *self._money(),
        ]
        yield from found or [ok("Keys, addresses and the seller's details look right.")]

    def _key(self) -> Iterator[Finding]:
        key = self.config.secret_key
        if any(word in key.lower() for word in GUESSED) or len(set(key)) < FEW_LETTERS:
            yield wrong(
                "SECRET_KEY can be guessed, and with it anybody is anybody: make one with "
                "`python -c 'import secrets; print(secrets.token_urlsafe(32))'`."
            )
        elif len(key) < LONG_KEY:
            yield warning(f"SECRET_KEY has {len(key)} characters: take {LONG_KEY} or more.")
        if key in self.config.secret_key_fallbacks:
            yield warning("SECRET_KEY is also among SECRET_KEY_FALLBACKS: take it out there.")

    def _public_url(self) -> Iterator[Finding]:
        url = urlsplit(self.config.public_url)
        if url.path or url.query:
            yield wrong(
                f"PUBLIC_URL has a path ({url.path or url.query}), and the shop is at the top of "
                "its address: leave it out."
            )
        if not self.config.production:
            return
        if _is_private(url.hostname or ""):
            yield wrong(
                f"PUBLIC_URL names {url.hostname}, which nobody outside can reach: set the address "
                "that shoppers type, or links in mails and YooKassa's notifications lead nowhere."
            )
        elif url.port not in WEBHOOK_PORTS:
            yield warning(
                f"PUBLIC_URL has the port {url.port}: YooKassa brings notifications to 443 and "
                "8443 only, so payments would be noticed late."
            )

    def _proxies(self) -> Iterator[Finding]:
        config = self.config
        if config.trusted_proxies or not (config.production or config.dyno):
            return
        if config.dyno:
            yield wrong(
                "TRUSTED_PROXIES is 0 behind Heroku's router, so all shoppers count as one and "
                "YooKassa's notifications are refused: set it to 1."
            )
        else:
            yield warning(
                "TRUSTED_PROXIES is 0. Something before the shop speaks https for it; if that sets "
                "X-Forwarded-For, set TRUSTED_PROXIES to 1, or all shoppers count as one and "
                "YooKassa's notifications are refused."
            )

    def _sender(self) -> Iterator[Finding]:
        _, address = parseaddr(self.config.mail_from)
        name, _, domain = address.rpartition("@")
        if not name or "." not in domain:
            yield wrong(
                f"MAIL_FROM has no address that can be answered ({self.config.mail_from}): write "
                "it like `My shop <orders@my-shop.ru>`."
            )
        elif domain.endswith(SAMPLE_ENDINGS) and self.config.production:
            yield warning(
                f"MAIL_FROM is {address}, a sample: mail servers refuse it. Set your own address."
            )

    def _seller(self) -> Iterator[Finding]:
        if not self.config.production:
            return
        fields = Config.model_fields
        samples = [
            name.upper()
            for name in fields
            # A shop may well be called so.
            if name.startswith("seller_") and name != "seller_name"
            if getattr(self.config, name) == fields[name].default
        ]
        if samples:
            yield warning(
                f"{', '.join(samples)}: still the samples. The law on consumers' rights wants the "
                "seller's own details on the pages and 54-FZ on receipts."
            )

    def _money(self) -> Iterator[Finding]:
        key = self.config.yookassa_secret_key
        if self.config.production and key.startswith("test_"):
            yield warning(
                "YOOKASSA_SECRET_KEY is of a test shop: no real money is taken. Set the live key "
                "before you open."
            )
        if not self.config.production and key.startswith("live_"):
            yield wrong(
                f"YOOKASSA_SECRET_KEY is live and ENVIRONMENT is {self.config.environment}: real "
                "money would be taken by a shop for trying things. Set the key of a test shop."
            )


def _is_private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".internal", ".localhost"))
