"""Whose request it is that a report of an error is about."""

from flask import g

from shop import logging as shop_logging
from shop.web.outlets import facts


class Expired:
    """What a session knows of somebody after its rollback: each look asks the database."""

    @property
    def id(self) -> int:
        raise ConnectionError("the database is what failed")


def test_nobody_is_asked_who_it_is(app):
    with app.test_request_context("/terms"):
        shop_logging.begin(request_id="0123456789abcdef")
        shop_logging.note(user_id=7)
        g._login_user = Expired()
        told = facts()
        shop_logging.begin()
    assert (told.route, told.request_id, told.user_id) == ("legal.terms", "0123456789abcdef", 7)
