"""Orders that nobody pays for."""

from shop.web.services import services


def expire() -> int:
    """Cancel orders whose time to pay is over; answers how many."""
    return services.orders.expire_due()
