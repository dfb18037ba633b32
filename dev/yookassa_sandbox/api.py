"""The addresses of the API under ``/v3``: https://yookassa.ru/developers/api"""

import hmac
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, request

from dev.yookassa_sandbox import idempotence, listing, payments, refunds
from dev.yookassa_sandbox.errors import ApiError, bad_credentials, invalid
from dev.yookassa_sandbox.fields import Body
from dev.yookassa_sandbox.idempotence import Answer
from dev.yookassa_sandbox.sandbox import this_sandbox
from dev.yookassa_sandbox.store import part
from dev.yookassa_sandbox.work import Json, Work, as_bytes

api = Blueprint("api", __name__, url_prefix="/v3")

PAYMENT_STATUSES = ("pending", "waiting_for_capture", "succeeded", "canceled")
REFUND_STATUSES = ("pending", "succeeded", "canceled")


@api.before_request
def check_credentials() -> None:
    """HTTP Basic with the shop's id and secret key:
    https://yookassa.ru/developers/using-api/interaction-format#auth
    """
    given = request.authorization
    if given is None or given.type != "basic":
        raise bad_credentials("Authorization header not found or not Basic")
    settings = this_sandbox().settings
    expected = f"{settings.shop_id}:{settings.secret_key}".encode()
    if not hmac.compare_digest(f"{given.username}:{given.password}".encode(), expected):
        raise bad_credentials("Basic authentication failed: wrong shop id or secret key")


@api.after_request
def keep_back(response: Response) -> Response:
    """Answer slowly if told to; the work is done by now, as with a slow network."""
    sandbox = this_sandbox()
    seconds = sandbox.faults.delay()
    if seconds:
        sandbox.courier.pause(seconds)
    return response


@api.post("/payments")
def create_payment() -> Response:
    """Create a payment."""
    public_url = this_sandbox().settings.public_url or request.url_root
    return write(lambda work, body: payments.create(work, body, public_url))


@api.get("/payments")
def list_payments() -> Response:
    """List payments."""
    filters = {"status": PAYMENT_STATUSES, "payment_method": ()}
    query = listing.read_query(request.args, filters)
    return read(lambda work: payments.page(work, query))


@api.get("/payments/<payment_id>")
def get_payment(payment_id: str) -> Response:
    """Read a payment."""
    return read(lambda work: payments.read(work, payment_id))


@api.post("/payments/<payment_id>/capture")
def capture_payment(payment_id: str) -> Response:
    """Take held money, or a part of it."""
    return write(lambda work, body: payments.capture(work, payment_id, body))


@api.post("/payments/<payment_id>/cancel")
def cancel_payment(payment_id: str) -> Response:
    """Let held money go."""
    return write(lambda work, body: payments.cancel(work, payment_id))


@api.post("/refunds")
def create_refund() -> Response:
    """Give money back."""
    return write(refunds.create)


@api.get("/refunds")
def list_refunds() -> Response:
    """List refunds."""
    query = listing.read_query(request.args, {"status": REFUND_STATUSES, "payment_id": ()})
    return read(lambda work: refunds.page(work, query))


@api.get("/refunds/<refund_id>")
def get_refund(refund_id: str) -> Response:
    """Read a refund."""
    return read(lambda work: refunds.read(work, refund_id))


@api.get("/me")
def get_me() -> Response:
    """What the shop is: https://yookassa.ru/developers/api#me_object"""
    me = {
        "account_id": this_sandbox().settings.shop_id,
        "status": "enabled",
        "test": True,
        "payment_methods": ["bank_card"],
    }
    return _send(Answer(200, as_bytes(me)))


@api.route("/webhooks", methods=["GET", "POST"])
@api.delete("/webhooks/<webhook_id>")
def webhooks(webhook_id: str | None = None) -> Response:
    """Subscriptions are for OAuth tokens; a shop that comes with its key sets its address in its
    account (here: at the start): https://yookassa.ru/developers/using-api/webhooks#configuration
    """
    raise ApiError(403, "forbidden", "Webhooks are managed with an OAuth token", "Authorization")


def read(perform: Callable[[Work], Json]) -> Response:
    """Answer a GET."""
    with this_sandbox().work() as work:
        view = perform(work)
    return _send(Answer(200, as_bytes(view)))


def write(perform: Callable[[Work, Body], Json]) -> Response:
    """Answer a POST: once for real, and then the same again to whoever repeats it."""
    sandbox = this_sandbox()
    key = idempotence.check_key(request.headers.get(idempotence.HEADER))
    body = _read_body()
    mark = idempotence.fingerprint(request.method, request.path, body)
    sandbox.faults.before_work()
    with sandbox.work(key) as work:
        life = sandbox.settings.key_life
        answer = idempotence.recall(work.db, key, mark, work.now, life)
        if answer is None:
            answer = _perform(perform, work, body)
            idempotence.remember(work.db, key, mark, answer, work.now)
    sandbox.courier.wake()
    sandbox.faults.after_work()
    return _send(answer)


def _perform(perform: Callable[[Work, Body], Json], work: Work, body: Body) -> Answer:
    try:
        with part(work.db):
            return Answer(200, as_bytes(perform(work, body)))
    except ApiError as error:
        return Answer(error.status, as_bytes(error.document()))


def _read_body() -> Body:
    # https://yookassa.ru/developers/using-api/response-handling/http-codes
    if request.mimetype != "application/json":
        abort(415)
    # A capture of everything and a cancellation come without a body.
    if not request.get_data():
        return {}
    body: Any = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise invalid("Failed to parse request body", None)
    return body


def _send(answer: Answer) -> Response:
    return Response(answer.body, answer.status, content_type="application/json;charset=UTF-8")
