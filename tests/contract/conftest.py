from tests.shopfront import backstage

__all__ = ["backstage"]
