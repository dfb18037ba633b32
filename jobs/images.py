"""Sizes of pictures, and files that nobody needs any more."""

from shop.models.columns import utcnow
from shop.services.base import Turn
from shop.web.services import services

# Seconds: then what else waits has its turn, for a worker may be alone. The clock calls again.
SHORT = 5.0


def make_renditions() -> int:
    """Make the sizes of pictures that wait for them, and delete the files of those that were taken
    away; answers of how many."""
    done, turn = 0, Turn(SHORT)
    while not turn.is_over and (delivered := services.outbox.deliver_picture()) is not None:
        done += delivered
    return done


def sweep_files() -> int:
    """Look at this hour's part of the stores; answers how many files nobody needed."""
    return services.picture_files.sweep_part(utcnow().hour, Turn())
