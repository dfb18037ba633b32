"""What a new shop starts with is put in once, also by two releases at the same moment."""

from __future__ import annotations

from sqlalchemy import func, select

from shop.extensions import db
from shop.models import ContentPage, ShippingMethod
from tests.rivals import at_once


def test_two_releases_at_once_put_in_what_one_does(app, services):
    def release(_: int) -> tuple[int, int]:
        return services.shipping.seed(), services.content.seed()

    added = at_once(app, 4, release)
    methods = db.session.scalar(select(func.count()).select_from(ShippingMethod))
    pages = db.session.scalar(select(func.count()).select_from(ContentPage))
    assert (methods, pages) == tuple(map(max, zip(*added, strict=True)))
    assert (methods, pages) == tuple(map(sum, zip(*added, strict=True)))
