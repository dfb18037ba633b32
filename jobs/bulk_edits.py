"""Changes of many books at once."""

from shop.services.base import Turn
from shop.web.services import services

# Seconds: then what else waits has its turn, for a worker may be alone. The clock calls again.
SHORT = 10.0


def work() -> int:
    """Go on with bulk edits that are under way; answers how many rows are done."""
    return services.bulk_edits.work(Turn(SHORT))


def forget_old() -> int:
    """Let go of old plans and of cells of old files; answers of how many rows."""
    return services.bulk_edits.forget_old()
