from tests.shopfront import backstage, visitor

__all__ = ["backstage", "visitor"]
