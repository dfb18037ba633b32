"""What staff choose for the whole shop."""

from __future__ import annotations

from typing import Annotated

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from pydantic import BaseModel, Field
from werkzeug.wrappers import Response

from shop.errors import Invalid, Stale
from shop.models import Permission
from shop.services.settings import LARGEST_THRESHOLD, ShopSettings
from shop.web.access import allowed_to
from shop.web.forms import Form, form_page, in_words, parse
from shop.web.services import services

pages = Blueprint("admin_settings", __name__, url_prefix="/admin/settings")

CHANGED = _l("Somebody else has changed the settings. Compare, and save again.")
MESSAGES = {
    "contact_phone": _l("At most 40 characters, please."),
    "contact_email": _l("Type an e-mail address such as name@example.org."),
    "orders_notify_email": _l("Type an e-mail address such as name@example.org."),
    "low_stock_threshold": _l(
        "Type a whole number from 0 to %(largest)s.", largest=LARGEST_THRESHOLD
    ),
    "notice": _l("At most 300 characters, please."),
    "notice_ru": _l("At most 300 characters, please."),
    "notice_until": _l("Choose a day, or leave it empty."),
}


class Seen(BaseModel):
    """How often something was chosen before."""

    version: Annotated[int, Field(ge=0)]


@pages.get("")
@allowed_to(Permission.EDIT_SETTINGS)
def index() -> Response:
    """What holds now, and what was chosen before."""
    chosen, version = services.settings.chosen()
    values = {name: "" if v is None else v for name, v in chosen.model_dump(mode="json").items()}
    return _form(Form(values | {"notice_on": "1" if chosen.notice_on else ""}), version)


@pages.post("")
@allowed_to(Permission.EDIT_SETTINGS)
def choose() -> Response:
    """Choose anew. It is on every page at once, and in other processes within seconds."""
    try:
        seen = parse(Seen, request.form, {})
        wanted = parse(ShopSettings, request.form, MESSAGES)
        services.settings.choose(seen.version, wanted, current_user)
    except (Invalid, Stale) as problem:
        _, version = services.settings.chosen()
        return _form(Form(request.form, in_words(problem, CHANGED)), version)
    flash(gettext("The settings are saved."), "success")
    return redirect(url_for("admin_settings.index"), 303)


def _form(form: Form, version: int) -> Response:
    return form_page(
        "admin/settings/page.html",
        form,
        version=version,
        history=services.trail.history("setting", None, current_user),
    )
