"""A new shop gets its first ways of shipping and pages; what staff take away stays away."""

import pytest

from shop.cli import seed as command
from shop.services import content, shipping
from tests import factories as make


def seed(app) -> list[str]:
    done = app.test_cli_runner().invoke(command)
    assert done.exit_code == 0, done.output
    return [line for line in done.output.splitlines() if "added: " in line]


def test_a_new_shop_gets_ways_of_shipping_and_pages_once(app, services):
    ways, pages = len(shipping.FIRST_METHODS), len(content.FIRST_PAGES)
    assert seed(app) == [f"Ways of shipping added: {ways}.", f"Pages added: {pages}."]
    assert [each.position for each in services.content.all_published()] == [*range(pages)]
    assert seed(app) == ["Ways of shipping added: 0.", "Pages added: 0."]


@pytest.mark.parametrize("name", ["shipping", "content"])
def test_what_staff_take_away_does_not_come_back_with_the_next_deploy(app, services, name):
    service, admin = getattr(services, name), make.save(make.staff())
    service.seed()
    first, *others = service.in_order()
    service.remove(first.id, None, admin)
    seed(app)
    assert [each.id for each in service.in_order()] == [each.id for each in others]
    for each in others:
        service.remove(each.id, None, admin)
    seed(app)
    assert not service.in_order()


@pytest.mark.parametrize("name", ["shipping", "content"])
def test_nor_what_they_call_otherwise(app, services, name):
    service, admin = getattr(services, name), make.save(make.staff())
    service.seed()
    first, *_ = before = service.in_order()
    service.amend(first.id, None, {"code" if name == "shipping" else "slug": "other"}, admin)
    seed(app)
    assert len(service.in_order()) == len(before)
