"""Whether the shop can serve: its tables are there, and what it cannot do without."""

from __future__ import annotations

from shop.models import ShippingMethod
from shop.repositories.audit import AuditRepository, Wanted
from shop.repositories.base import Sessions
from shop.repositories.orders import ShippingMethodRepository
from shop.repositories.revision import RevisionRepository
from shop.services.base import EntityBaseService


class HealthService(EntityBaseService[ShippingMethod]):
    """Answers for `/readyz`; Unavailable while PostgreSQL does not."""

    def __init__(
        self,
        session: Sessions,
        methods: ShippingMethodRepository,
        audit: AuditRepository,
        revision: RevisionRepository,
        head: str,
    ) -> None:
        super().__init__(session, methods)
        self.shipping_methods = methods
        self.audit = audit
        self.revision = revision
        self.head = head

    def state(self) -> dict[str, bool]:
        """Which of the things that readiness needs are there."""
        with self.transaction():
            migrated = self.revision.current() == self.head
            return {"migrated": migrated, "seeded": migrated and self._is_seeded()}

    def _is_seeded(self) -> bool:
        """Also where staff have deleted every way of shipping: books are to be seen all the same,
        and a shop that calls itself unready would be taken off the web, its admin pages too."""
        if self.shipping_methods.codes():
            return True
        return bool(self.audit.latest(Wanted("shipping_method"), None, 1))
