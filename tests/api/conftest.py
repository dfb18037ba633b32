from tests.api.ordering import anna, clerk, order, reader
from tests.mailbox import sent
from tests.rivals import rival
from tests.shopfront import backstage, other_shop, visitor

__all__ = [
    "anna",
    "backstage",
    "clerk",
    "order",
    "other_shop",
    "reader",
    "rival",
    "sent",
    "visitor",
]
