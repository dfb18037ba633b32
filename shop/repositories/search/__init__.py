"""Search: what a text means, the books that it finds, and what to suggest while it is typed."""

from shop.repositories.search.books import Found, SearchRepository

__all__ = ["Found", "SearchRepository"]
