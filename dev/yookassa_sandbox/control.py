"""``/_control``: what tests and developers use and YooKassa does not have.

``POST`` takes a JSON object with any of the settings of :class:`faults.Plan`, ``reset`` (true:
all settings back to normal first) and ``expire`` (a payment's id: its time is over now).
``GET`` answers with the settings and with counts of what was really done. Only from this machine.
"""

import sqlite3
from ipaddress import ip_address
from typing import Any

from flask import Blueprint, Response, jsonify, request

from dev.yookassa_sandbox import notifications, payments
from dev.yookassa_sandbox.sandbox import this_sandbox
from dev.yookassa_sandbox.work import Work

control = Blueprint("control", __name__, url_prefix="/_control")


@control.before_request
def only_from_this_machine() -> Response | None:
    """Refuse everybody else."""
    caller = request.remote_addr
    if caller is not None and ip_address(caller).is_loopback:
        return None
    return _refusal("the sandbox is controlled from its own machine only", 403)


@control.get("")
def show() -> Response:
    """Settings and counts."""
    return _state()


@control.post("")
def change() -> Response:
    """Change settings; all of the request or nothing of it."""
    asked = request.get_json(silent=True)
    if not isinstance(asked, dict):
        return _refusal("send a JSON object", 400)
    expire = asked.pop("expire", None)
    reset = asked.pop("reset", False)
    sandbox = this_sandbox()
    try:
        with sandbox.work() as work:
            if expire is not None:
                _expire(work, expire)
            sandbox.faults.update(asked, reset=reset is True)
    except ValueError as error:
        return _refusal(str(error), 400)
    sandbox.courier.wake()
    return _state()


def _expire(work: Work, payment_id: Any) -> None:
    payment = payments.find(work.db, str(payment_id))
    if payment is None:
        raise ValueError(f"there is no payment {payment_id!r}")
    payments.expire(work, payment)


def _state() -> Response:
    sandbox = this_sandbox()
    with sandbox.work() as work:
        state = {
            "settings": sandbox.faults.settings(),
            "done": _done(work.db),
            "objects": _objects(work.db),
            "keys": _keys(work.db),
            "webhooks": notifications.counts(work.db),
        }
    return jsonify(state)


def _done(db: sqlite3.Connection) -> dict[str, int]:
    rows = db.execute("SELECT kind, count(*) AS times FROM operations GROUP BY kind")
    return {row["kind"]: row["times"] for row in rows}


def _objects(db: sqlite3.Connection) -> dict[str, dict[str, int]]:
    rows = db.execute(
        "SELECT object_id, kind, count(*) AS times FROM operations GROUP BY object_id, kind"
    )
    objects: dict[str, dict[str, int]] = {}
    for row in rows:
        objects.setdefault(row["object_id"], {})[row["kind"]] = row["times"]
    return objects


def _keys(db: sqlite3.Connection) -> dict[str, dict[str, Any]]:
    # By key: what was done under it, and how many requests have come with it.
    keys: dict[str, dict[str, Any]] = {
        row["key"]: {"requests": row["requests"], "status": row["status"], "done": []}
        for row in db.execute("SELECT key, requests, status FROM answers")
    }
    rows = db.execute("SELECT kind, object_id, key FROM operations WHERE key NOT NULL ORDER BY id")
    for row in rows:
        if row["key"] in keys:
            done = {"kind": row["kind"], "object_id": row["object_id"]}
            keys[row["key"]]["done"].append(done)
    return keys


def _refusal(why: str, status: int) -> Response:
    response = jsonify({"error": why})
    response.status_code = status
    return response
