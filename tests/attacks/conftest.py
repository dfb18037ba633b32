from tests.shopfront import backstage, other_shop, visitor

__all__ = ["backstage", "other_shop", "visitor"]
