"""Pictures without sizes, for staff: those that failed, and those that wait."""

from __future__ import annotations

from flask import Blueprint, flash, url_for
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from shop.models import ImageState, Permission
from shop.web.access import allowed_to
from shop.web.htmx import after_post, page_or_fragment, wants_fragment
from shop.web.listing import asked_page
from shop.web.services import services

pages = Blueprint("admin_unmade_pictures", __name__, url_prefix="/admin/pictures")

PER_PAGE = 30


@pages.get("")
@allowed_to(Permission.EDIT_BOOKS)
def index() -> Response:
    """Those that failed first."""
    return page_or_fragment("admin/pictures/page.html", "admin/pictures/_list.html", **_waiting())


@pages.post("/<int:image_id>/try-again")
@allowed_to(Permission.EDIT_BOOKS)
def try_again(image_id: int) -> Response:
    """Have the sizes of one made once more."""
    services.images.try_again(image_id, current_user)
    return _tried(1)


@pages.post("/try-again")
@allowed_to(Permission.EDIT_BOOKS)
def try_all_again() -> Response:
    """Have the sizes of all that failed made once more."""
    return _tried(services.images.try_all_again(current_user))


def _tried(count: int) -> Response:
    notice = ngettext("%(num)d picture is tried again.", "%(num)d pictures are tried again.", count)
    if not wants_fragment():
        flash(notice, "success")
    return after_post(
        "admin/pictures/_list.html",
        url_for("admin_unmade_pictures.index"),
        **_waiting(),
        notice=notice,
    )


def _waiting() -> dict[str, object]:
    counts = services.images.count_by_state()
    return {
        "pictures": services.images.not_ready(asked_page(), PER_PAGE),
        "failed": counts.get(ImageState.FAILED, 0),
        "waiting": counts.get(ImageState.PENDING, 0),
    }
