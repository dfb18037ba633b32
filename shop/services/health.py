"""Whether the shop can serve: its tables are there, and what it cannot do without."""

from __future__ import annotations

from collections.abc import Sequence

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
        history: Sequence[str],
    ) -> None:
        """`history` are the migrations that we know, the newest first."""
        super().__init__(session, methods)
        self.shipping_methods = methods
        self.audit = audit
        self.revision = revision
        self.newest, *self.older = history

    def state(self) -> dict[str, bool]:
        """Which of the things that readiness needs are there."""
        with self.transaction():
            migrated = self._is_migrated()
            return {"migrated": migrated, "seeded": migrated and self._is_seeded()}

    def _is_migrated(self) -> bool:
        """Also where the database is newer than we are: a new version migrates it while we serve,
        and if all who serve called themselves unready then, the shop would be closed."""
        current = self.revision.current()
        return current is not None and current not in self.older

    def _is_seeded(self) -> bool:
        """Also where staff have deleted every way of shipping: books are to be seen all the same,
        and a shop that calls itself unready would be taken off the web, its admin pages too."""
        if self.shipping_methods.codes():
            return True
        return bool(self.audit.latest(Wanted("shipping_method"), None, 1))
