"""Log records: JSON, one line each, on standard output and, where there is one, in the spool."""

from shop.logging.context import begin, note, noted, scope
from shop.logging.records import LEVELS, USABLE_ID, RecordFormatter, Written
from shop.logging.setting_up import configure, flush, without_spool

__all__ = [
    "LEVELS",
    "USABLE_ID",
    "RecordFormatter",
    "Written",
    "begin",
    "configure",
    "flush",
    "note",
    "noted",
    "scope",
    "without_spool",
]
