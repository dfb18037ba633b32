from tests.api.ordering import anna, clerk, order, reader
from tests.mailbox import sent
from tests.shopfront import backstage, other_shop, visitor

__all__ = ["anna", "backstage", "clerk", "order", "other_shop", "reader", "sent", "visitor"]
