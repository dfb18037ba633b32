"""Who changed what: looked at, taken back, and reckoned back to a day."""

from shop.services.trail.as_of import AsOf, Then
from shop.services.trail.names import Named
from shop.services.trail.service import Part, Step, Trail, TrailService

__all__ = ["AsOf", "Named", "Part", "Step", "Then", "Trail", "TrailService"]
