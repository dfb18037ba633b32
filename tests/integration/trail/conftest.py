"""A book with a history, and somebody who changes it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from shop.extensions import db
from shop.models import AuditEntry, RoleCode
from tests import factories as make
from tests.integration.conftest import services

__all__ = ["services"]


@pytest.fixture
def anna(services):
    return make.save(make.staff(RoleCode.CATALOGUE_MANAGER))


@pytest.fixture
def last():
    """The last entry of the trail."""

    def last() -> AuditEntry:
        query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)
        return db.session.scalars(query).one()

    return last
