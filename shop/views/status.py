"""Which parts of the shop work, for the people who use it: in their words, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from shop.web.access import public
from shop.web.htmx import page_or_fragment
from shop.web.limits import unlimited
from shop.web.lookouts import look

pages = Blueprint("status", __name__)


@dataclass(frozen=True)
class Affair:
    """Something that people do here. `needs` are parts, or how the names of some begin; `trouble`
    is what it means when it does not work, while the shop is open."""

    name: object
    needs: tuple[str, ...]
    trouble: object

    def works(self, parts: Mapping[str, bool]) -> bool:
        return all(there for part, there in parts.items() if part.startswith(self.needs))

    def concerns(self, parts: Mapping[str, bool]) -> bool:
        """Whether this shop has any of the parts."""
        return any(part.startswith(self.needs) for part in parts)


SHOP = Affair(
    _l("Looking at books, and ordering"),
    ("postgresql",),
    _l("The shop is closed for the moment. Orders that were placed are safe."),
)
AFFAIRS = (
    SHOP,
    Affair(
        _l("Cart, and logging in"),
        ("redis", "cart_redis"),
        _l("Books can be looked at. What is in carts comes back with them."),
    ),
    Affair(
        _l("Paying"),
        ("payments",),
        _l("An order can be placed; its page offers to pay later. Nobody pays twice."),
    ),
    Affair(
        _l("Mails"),
        ("mail", "worker", "clock"),
        _l("Mails come later than usual. None is lost."),
    ),
    Affair(
        _l("Finding books"),
        ("search",),
        _l("Books are found by category and author meanwhile."),
    ),
    Affair(
        _l("Pictures"),
        ("files_",),
        _l("Some pictures are missing for the moment."),
    ),
    Affair(
        _l("Our own records"),
        ("broker", "log_service"),
        _l("This concerns us alone: what the shop writes down for us arrives later."),
    ),
)


@pages.get("/status")
@public
@unlimited
def show() -> Response:
    """What works. Nothing on it asks a store: it is to be read while all are away."""
    parts = look().parts
    told = [(affair, affair.works(parts)) for affair in AFFAIRS if affair.concerns(parts)]
    return page_or_fragment(
        "status/page.html",
        "status/_status.html",
        told=told,
        is_open=SHOP.works(parts),
        all_works=all(works for _, works in told),
    )
