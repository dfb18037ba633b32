"""YooKassa's notifications. Their body is a hint only: the payment is read from YooKassa itself.

https://yookassa.ru/developers/using-api/webhooks
"""

from __future__ import annotations

import logging
from ipaddress import ip_address
from typing import Annotated

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from shop.errors import BadRequest, Forbidden
from shop.web.access import public
from shop.web.limits import unlimited
from shop.web.services import config, services

logger = logging.getLogger(__name__)

api = Blueprint("api_yookassa", __name__, url_prefix="/api/v1/payments/yookassa")


class Subject(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$")]


class Notification(BaseModel):
    model_config = ConfigDict(extra="ignore")

    event: str
    object: Subject


@api.post("/webhook")
@public
@unlimited
def webhook() -> Response:
    """Settle the payment or refund that is spoken of. Anything but 200 makes YooKassa come again.

    403 for a sender that is not YooKassa, 400 for a body that is no notification, 404 for a
    payment or refund that is not the shop's, 503 while YooKassa does not answer.
    """
    if not _is_yookassa(request.remote_addr or ""):
        logger.warning(
            "a notification was refused: its sender, as TRUSTED_PROXIES has it, is none of "
            "YOOKASSA_WEBHOOK_SENDERS"
        )
        raise Forbidden("Notifications are taken from YooKassa only.")
    notification = _read()
    if notification.event.startswith("payment."):
        services.payments.settle(notification.object.id)
    elif notification.event.startswith("refund."):
        services.refunds.settle(notification.object.id)
    return jsonify({"status": "ok"})


def _is_yookassa(address: str) -> bool:
    try:
        sender = ip_address(address)
    except ValueError:
        return False
    return any(sender in network for network in config.yookassa_webhook_senders)


def _read() -> Notification:
    try:
        return Notification.model_validate_json(request.get_data())
    except ValidationError:
        raise BadRequest("This is not a notification.") from None
