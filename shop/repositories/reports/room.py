"""What PostgreSQL is given for a report, and for nothing else."""

from __future__ import annotations

from sqlalchemy import func, select

from shop.repositories.base import Sessions

# The sums of a hundred thousand books fit into it, and what orders are joined with.
WORK_MEMORY = "64MB"
# Indexes that hold all of an answer are read in order, and are in memory where there is any.
PAGE_COST = "1.1"


def give_room(session: Sessions) -> None:
    """Until the end of the transaction under way."""
    room = func.set_config("work_mem", WORK_MEMORY, True)
    cost = func.set_config("random_page_cost", PAGE_COST, True)
    session.execute(select(room, cost))
