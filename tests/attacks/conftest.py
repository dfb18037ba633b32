from tests.shopfront import backstage, other_shop, unlimited, visitor

__all__ = ["backstage", "other_shop", "unlimited", "visitor"]
