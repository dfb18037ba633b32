"""People, publishers and series that an import made: they go with the books that named them."""

from __future__ import annotations

from shop.models import BulkEdit, NameKind
from shop.models.columns import utcnow
from shop.services.bulk_edits.batches import Tools


def take_names_back(edit: BulkEdit, tools: Tools) -> None:
    """Delete those that no book names, that nobody has changed since, and that no double leads to.

    The trail tells of each, so that it can be made again.
    """
    imported = tools.workbench.imported
    # No other import finds one that is about to go.
    imported.take_turn()
    now = utcnow()
    for kind in NameKind:
        made = imported.names_made(kind, edit.id)
        unused = imported.unused_names(kind, made)
        imported.remove_names(kind, unused)
        imported.note(
            [
                {
                    "at": now,
                    "actor_id": edit.reverted_by_id,
                    "entity": kind,
                    "entity_id": key,
                    "action": "delete",
                    "before": made[key].after,
                    "after": {},
                    "batch_id": edit.id,
                    "undoes_id": made[key].id,
                }
                for key in sorted(unused)
            ]
        )
