"""What the catalogue keeps in order by itself."""

from shop.web.services import services


def drop_old_news() -> int:
    """Delete changes of books that every process has read by now; answers how many."""
    return services.finding.drop_old_news()
