"""YooKassa: answers, knows this shop, and takes real money where that is meant."""

from __future__ import annotations

from collections.abc import Iterator

from shop.errors import PaymentUnavailable
from shop.gateways.payment_account import PaymentAccount, SeenAccount, WrongKeys
from shop.services.doctor.findings import Finding, ok, warning, wrong


class PaymentsCheck:
    def __init__(self, account: PaymentAccount, *, production: bool) -> None:
        self.account = account
        self.production = production

    def __call__(self) -> Iterator[Finding]:
        try:
            account = self.account.see()
        except WrongKeys:
            yield wrong(
                "YooKassa does not know this shop: correct YOOKASSA_SHOP_ID and "
                "YOOKASSA_SECRET_KEY, which belong together."
            )
        except PaymentUnavailable as trouble:
            yield wrong(
                f"YooKassa does not answer ({trouble.args[0]}), so nobody can pay: look whether "
                f"this machine reaches {self.account.api_url} (name server, firewall)."
            )
        else:
            yield from self._judged(account)

    def _judged(self, account: SeenAccount) -> Iterator[Finding]:
        if not account.enabled:
            yield wrong("YooKassa has closed this shop's account: nobody can pay. Ask them why.")
        elif account.test and self.production:
            yield warning("YooKassa answers, as a test shop: no real money is taken.")
        else:
            yield ok("YooKassa answers, and knows this shop.")
        if account.receipts is False:
            yield warning(
                "YooKassa sends no receipts for this shop, which 54-FZ wants: turn them on in its "
                "account, or payments with a receipt are refused."
            )
