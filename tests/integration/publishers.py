"""The plainest of services, to try on it what all of them have in common."""

from __future__ import annotations

import pytest

from shop.models import Publisher
from shop.repositories.base import Repository, Sessions
from shop.services.base import EntityBaseService


class Publishers(Repository[Publisher]):
    entity = Publisher


def service_of(session: Sessions) -> EntityBaseService[Publisher]:
    return EntityBaseService(session, Publishers(session))


def logged(caplog: pytest.LogCaptureFixture) -> list[tuple[str, bool]]:
    """Level of each record of the translator, and whether a traceback comes with it."""
    return [
        (record.levelname, bool(record.exc_info))
        for record in caplog.records
        if record.name == "shop.services.storage_errors"
    ]
