"""What was committed between two moments of the catalogue, by the log that triggers write."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
from sqlalchemy import Row, text

from shop.repositories.base import Sessions
from shop.repositories.book_index.packed import Ints

# More than this is read quicker by reading everything.
MOST_CHANGED = 20_000
# What was committed since a snapshot. A transaction that was running then was not visible, and a
# later one is neither. What is not visible now either is of another server, from whose dump this
# database was restored. A replica does not tell in a snapshot what was running: whoever asks it
# says which changes were visible already.
#
# And which changes are visible now, in few words, the same for every process that asks this server:
# the last of those that were decided before any transaction that is still under way (`settled`),
# and all later ones (`recent`). A server's snapshots are no other's.
NEWS = text(
    """
    WITH current AS (SELECT pg_current_snapshot() AS snapshot),
    recent AS (
        SELECT DISTINCT xid FROM book_changes, current
        WHERE xid >= pg_snapshot_xmin(snapshot) AND pg_visible_in_snapshot(xid, snapshot)
    ),
    settled AS (
        SELECT xid FROM book_changes, current WHERE xid < pg_snapshot_xmin(snapshot)
        ORDER BY xid DESC LIMIT 1
    ),
    fresh AS (
        SELECT kind, book_id FROM book_changes, current
        WHERE xid >= pg_snapshot_xmin(CAST(:seen AS pg_snapshot))
          AND CASE WHEN pg_is_in_recovery() THEN xid::text <> ALL(CAST(:recent AS text[]))
                   ELSE NOT pg_visible_in_snapshot(xid, CAST(:seen AS pg_snapshot)) END
          AND pg_visible_in_snapshot(xid, snapshot)
        LIMIT :most
    )
    SELECT snapshot::text,
           (SELECT coalesce(array_agg(xid::text ORDER BY xid), '{}') FROM recent) AS recent,
           concat_ws(
               ' ', (SELECT oid FROM pg_database WHERE datname = current_database()),
               pg_postmaster_start_time(), (SELECT xid::text FROM settled)
           ) AS settled,
           (SELECT count(*) FROM fresh) AS changes,
           (SELECT coalesce(bool_or(kind = 'names'), false) FROM fresh) AS names,
           (SELECT coalesce(bool_or(kind = 'everything'), false) FROM fresh) AS everything,
           (SELECT array_agg(DISTINCT book_id) FROM fresh WHERE kind = 'book') AS books
    FROM current
    """
)
NOTHING_SEEN: dict[str, Any] = {"seen": None, "recent": None, "most": 0}


@dataclass(frozen=True)
class Moment:
    """A snapshot, and the changes that it shows and that may be later than some it does not.

    `mark` is the same in every process for snapshots that show the same changes.
    """

    snapshot: str
    recent: tuple[str, ...]
    mark: str

    @classmethod
    def of_row(cls, row: Row[Any]) -> Moment:
        told = f"{row.settled} {' '.join(row.recent)}"
        return cls(row.snapshot, tuple(row.recent), sha256(told.encode()).hexdigest()[:32])


@dataclass(frozen=True)
class News:
    """What was committed between two moments. `books` is cut short where `everything` is set."""

    now: Moment
    changes: int
    books: Ints
    names: bool
    everything: bool


def moment(session: Sessions) -> Moment:
    """The one that all statements of this transaction see."""
    return Moment.of_row(session.execute(NEWS, NOTHING_SEEN).one())


def news(session: Sessions, seen: Moment) -> News:
    asked = {"seen": seen.snapshot, "recent": list(seen.recent), "most": MOST_CHANGED + 1}
    row = session.execute(NEWS, asked).one()
    return News(
        now=Moment.of_row(row),
        changes=row.changes,
        books=np.array(sorted(row.books or ()), np.int64),
        names=row.names,
        everything=row.everything or row.changes > MOST_CHANGED,
    )
