"""What search counts from time to time."""

from shop.web.services import services


def recount() -> int:
    """Count how many books have each word; answers for how many words that changed."""
    return services.search.recount()
