"""How many SQL statements an answer costs."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import event

from shop.extensions import db
from tests.visitor import Visitor


def statements(app: Flask, visitor: Visitor, address: str) -> int:
    """SQL statements of one GET that succeeds."""
    counted: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        counted.append(statement)

    with app.app_context():
        engine = db.engine
        # Every few seconds a page asks for this as well.
        app.extensions["services"].settings.front()
    event.listen(engine, "before_cursor_execute", note)
    try:
        answer = visitor.get(address)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert answer.status_code == 200, answer.text
    return len(counted)
