from __future__ import annotations

import pytest

from tests.mailbox import sent
from tests.shopfront import backstage, other_shop, visitor
from tests.views.every_page import Walked, walk

__all__ = ["backstage", "other_shop", "sent", "visitor"]


@pytest.fixture(scope="session")
def _walked() -> list[Walked]:
    return []


@pytest.fixture
def walked(request: pytest.FixtureRequest, _walked: list[Walked]) -> Walked:
    """What every page answers. All tests of a worker share one walk, which the first of them makes:
    it needs a shop whose stores are its own."""
    if not _walked:
        app, backstage = map(request.getfixturevalue, ("app", "backstage"))
        _walked.append(walk(app, backstage))
    return _walked[0]
