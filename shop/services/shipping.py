"""The ways in which an order travels."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from shop.models import Permission, ShippingMethod
from shop.models.slugs import free, slug
from shop.repositories.audit import AuditRepository
from shop.repositories.base import Sessions
from shop.repositories.orders import ShippingMethodRepository
from shop.services.editing import Values, still_needed
from shop.services.ordered import OrderedService

LONGEST_CODE = 30

# What a new shop starts with; prices in roubles.
FIRST_METHODS: tuple[dict[str, Any], ...] = (
    {
        "code": "courier",
        "name": "Courier to the door",
        "name_ru": "Курьер до двери",
        "description": "All of Russia, two to seven days",
        "description_ru": "По всей России, 2–7 дней",
        "price": Decimal("390.00"),
        "free_from": Decimal("4000.00"),
    },
    {
        "code": "post",
        "name": "Russian Post",
        "name_ru": "Почта России",
        "description": "To a post office near you, five to ten days",
        "description_ru": "В ближайшее отделение, 5–10 дней",
        "price": Decimal("290.00"),
        "free_from": Decimal("4000.00"),
    },
    {
        "code": "pickup",
        "name": "Collect from our shop",
        "name_ru": "Самовывоз из магазина",
        "description": "Ready the next working day, kept for a week",
        "description_ru": "Соберём на следующий рабочий день, храним неделю",
        "price": Decimal("0.00"),
        "needs_address": False,
    },
)


class ShippingService(OrderedService[ShippingMethod]):
    """What orders have gone by stays: it is no longer offered instead."""

    NOUN = "shipping_method"
    PERMISSION = Permission.EDIT_SETTINGS
    FIELDS = (
        *("code", "name", "name_ru", "description", "description_ru", "price", "free_from"),
        *("needs_address", "active", "position"),
    )

    def __init__(
        self, session: Sessions, methods: ShippingMethodRepository, audit: AuditRepository
    ) -> None:
        super().__init__(session, methods, audit)
        self.shipping_methods = methods

    def methods(self) -> Sequence[ShippingMethod]:
        """Those that can be chosen, in the order of the page."""
        with self.transaction():
            return self.shipping_methods.active()

    def seed(self) -> int:
        """Put in the first methods where there never was one; answers how many were new."""
        with self.transaction():
            new = FIRST_METHODS if self._never_had_any() else ()
            for position, values in enumerate(new):
                self.shipping_methods.add(ShippingMethod(position=position, **values))
            return len(new)

    def _change(self, entity: ShippingMethod, values: Values) -> None:
        super()._change(entity, values)
        if not entity.code:
            stem = slug(entity.name)[:LONGEST_CODE] or "shipping"
            entity.code = free(stem, self.shipping_methods.codes())

    def _let_go(self, entity: ShippingMethod) -> None:
        if self.shipping_methods.is_used(entity.code):
            raise still_needed("orders", _l("Orders have gone this way. Offer it no longer."))
