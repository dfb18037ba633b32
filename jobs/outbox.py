"""What the shop promised to do outside its database."""

from shop.web.services import services


def deliver() -> int:
    """Deliver what waits in the outbox; answers how many messages."""
    return services.outbox.deliver_due()
