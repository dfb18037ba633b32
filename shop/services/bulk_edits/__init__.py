"""Many books changed at once."""

from shop.services.bulk_edits.rules import (
    PriceChange,
    PriceRule,
    Rounding,
    Rule,
    StockChange,
    StockRule,
)
from shop.services.bulk_edits.service import BulkEditService

__all__ = [
    "BulkEditService",
    "PriceChange",
    "PriceRule",
    "Rounding",
    "Rule",
    "StockChange",
    "StockRule",
]
