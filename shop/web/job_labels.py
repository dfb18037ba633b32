"""Parts of the shop, its queues and what runs by itself, in words for staff."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Flask
from flask_babel import format_decimal, format_timedelta
from flask_babel import lazy_gettext as _l

from shop.gateways.queue import LOGS, QUEUE, SLOW, Task
from shop.web.labels import LABELS

PARTS = {
    "postgresql": _l("Database (PostgreSQL)"),
    "redis": _l("Carts and queue (Redis)"),
    "cart_redis": _l("Carts (Redis of their own)"),
    "cache_redis": _l("Shared cache (Redis of its own)"),
    "replica": _l("Replica of the database, for reading"),
    "worker": _l("Worker, which runs jobs"),
    "clock": _l("Clock, which calls for them"),
    "mail": _l("Mail server"),
    "payments": _l("Payments (YooKassa)"),
    "search": _l("Finding books"),
    "files_local": _l("Folder of pictures"),
    "files_s3": _l("Pictures in S3"),
    "broker": _l("Way of log records (RabbitMQ)"),
    "log_service": _l("Log service"),
}
QUEUES = {
    QUEUE: _l("Quick queue"),
    LOGS: _l("Log records"),
    SLOW: _l("Slow queue, for when nothing else waits"),
}
TASKS = {
    Task.DELIVER_OUTBOX: _l("Send mails, take and give back money"),
    Task.MAKE_RENDITIONS: _l("Make sizes of pictures"),
    Task.SWEEP_FILES: _l("Look for files that no picture needs"),
    Task.RECONCILE_PAYMENTS: _l("Ask YooKassa about open payments"),
    Task.EXPIRE_ORDERS: _l("Cancel orders that nobody paid for"),
    Task.DROP_OLD_NEWS: _l("Forget old changes of books"),
    Task.COUNT_SALES: _l("Count what sold lately"),
    Task.DROP_OLD_LOGINS: _l("Forget logins that are over"),
    Task.SWEEP_CARTS: _l("Forget carts whose time is over"),
    Task.BULK_EDITS: _l("Change many books"),
    Task.FORGET_BULK_EDITS: _l("Forget old changes of many books"),
    Task.RECOUNT_WORDS: _l("Count words for suggestions"),
    Task.SHIP_LOGS: _l("Send log records to the broker"),
}
KINDS: dict[str, Mapping[Any, object]] = {"part": PARTS, "queue": QUEUES, "task": TASKS}


def span(seconds: float) -> str:
    """`5 seconds`, `6 hours`."""
    return str(format_timedelta(timedelta(seconds=seconds), threshold=1))


def took(seconds: float) -> str:
    """Seconds, as exact as somebody wants to know them."""
    return str(format_decimal(seconds, "0.00" if seconds < 10 else "#,##0"))


def install(app: Flask) -> None:
    for kind, texts in KINDS.items():
        LABELS.update({(kind, str(key)): text for key, text in texts.items()})
    for function in (span, took):
        app.jinja_env.filters[function.__name__] = function
