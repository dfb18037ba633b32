"""What the law wants a shop to say."""

from __future__ import annotations

from flask import Blueprint, render_template

from shop.services.checkout_details import CONSENT_VERSION
from shop.web import locales
from shop.web.access import public
from shop.web.services import config, services

pages = Blueprint("legal", __name__)


@pages.get("/privacy")
@public
def privacy() -> str:
    """How personal data are processed (152-FZ, article 18.1)."""
    return _text("privacy")


@pages.get("/terms")
@public
def terms() -> str:
    """The public offer: ordering, payment, shipping, returns."""
    return _text("terms")


@pages.get("/seller")
@public
def seller() -> str:
    """Who sells (Law on the Protection of Consumers' Rights, articles 8 to 10)."""
    return _text("seller")


def _text(name: str) -> str:
    """What staff wrote under this name, or else what stands here from the start."""
    if (page := services.content.published(name)) is not None:
        return render_template("content/page.html", page=page)
    template = f"legal/{locales.current()}/{name}.html"
    return render_template(template, seller=config, consent_version=CONSENT_VERSION)
