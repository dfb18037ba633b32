"""Whether the shop can serve: its tables are there, and what it cannot do without."""

from __future__ import annotations

from sqlalchemy import text

from shop.models import ShippingMethod
from shop.repositories.base import Sessions
from shop.repositories.orders import ShippingMethodRepository
from shop.services.base import EntityBaseService


class HealthService(EntityBaseService[ShippingMethod]):
    """Answers for `/readyz`; Unavailable while PostgreSQL does not."""

    def __init__(self, session: Sessions, methods: ShippingMethodRepository, head: str) -> None:
        super().__init__(session, methods)
        self.shipping_methods = methods
        self.head = head

    def state(self) -> dict[str, bool]:
        """Which of the things that readiness needs are there."""
        with self.transaction():
            migrated = self._revision() == self.head
            return {
                "migrated": migrated,
                "seeded": migrated and bool(self.shipping_methods.codes()),
            }

    def _revision(self) -> str | None:
        if self.session.scalar(text("SELECT to_regclass('alembic_version')")) is None:
            return None
        found = self.session.scalar(text("SELECT version_num FROM alembic_version"))
        return None if found is None else str(found)
