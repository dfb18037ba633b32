"""The payment page, where a person decides how a payment ends.

It stands for the page that ``confirmation_url`` leads to. Whatever happens there, the payer comes
back to ``return_url``, and the shop has to ask for the status itself:
https://yookassa.ru/developers/payment-acceptance/getting-started/payment-process#user-confirmation
"""

import json
from pathlib import Path

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from dev.yookassa_sandbox import payments
from dev.yookassa_sandbox.money import as_text
from dev.yookassa_sandbox.payment import Payment
from dev.yookassa_sandbox.sandbox import this_sandbox

page = Blueprint(
    "page", __name__, template_folder="templates", static_folder="static", static_url_path="/look"
)

TEXTS: dict[str, dict[str, str]] = json.loads(
    Path(__file__).with_name("texts.json").read_text(encoding="utf-8")
)
OUTCOMES = ("succeed", "decline", "fail-3ds", "leave")
# No "form-action": browsers hold a form to it even where it is redirected, and every form here
# ends at the shop.
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"


@page.after_request
def protect(response: Response) -> Response:
    """Nothing foreign is loaded, nothing is kept."""
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Vary"] = "Accept-Language"
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
    return response


@page.get("/checkout/<payment_id>")
def show(payment_id: str) -> str:
    """The choice, or what has become of the payment."""
    with this_sandbox().work() as work:
        payment = payments.find(work.db, payment_id)
    if payment is None:
        abort(404)
    language = _language(payment)
    return render_template(
        "yookassa_sandbox/checkout.html",
        payment=payment,
        amount=_amount(payment.amount),
        outcomes=OUTCOMES,
        language=language,
        texts=TEXTS[language],
    )


@page.post("/checkout/<payment_id>/<any('succeed', 'decline', 'fail-3ds', 'leave'):outcome>")
def decide(payment_id: str, outcome: str) -> Response:
    """Do what the button says and send the payer back to the shop."""
    sandbox = this_sandbox()
    with sandbox.work() as work:
        payment = payments.find(work.db, payment_id)
        if payment is None:
            abort(404)
        if not payment.is_pending:
            return redirect(url_for("page.show", payment_id=payment_id), 303)
        if outcome != "leave":
            payments.settle(work, payment, outcome)
    sandbox.courier.wake()
    return redirect(payment.return_url, 303)


def _language(payment: Payment) -> str:
    # The shop may choose the language: https://yookassa.ru/developers/api#create_payment_confirmation
    if payment.locale is not None:
        return payment.locale[:2]
    return request.accept_languages.best_match(list(TEXTS)) or "en"


def _amount(kopecks: int) -> str:
    """As Russians write it: ``1 234,56 ₽``, without kopecks where there are none."""
    rubles, _, rest = as_text(kopecks).partition(".")
    grouped = f"{int(rubles):,}".replace(",", "\N{NO-BREAK SPACE}")
    fraction = "" if rest == "00" else f",{rest}"
    return f"{grouped}{fraction}\N{NO-BREAK SPACE}₽"
