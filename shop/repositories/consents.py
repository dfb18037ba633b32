"""What people agreed to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from shop.models import Consent
from shop.repositories.base import Repository


class ConsentRepository(Repository[Consent]):
    entity = Consent

    def of_user(self, user_id: int) -> Sequence[Consent]:
        query = select(Consent).where(Consent.user_id == user_id).order_by(Consent.id)
        return self.session.scalars(query).all()
