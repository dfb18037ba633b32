"""Papers of orders as PDF: what goes into a parcel, and what goes onto it."""

from shop.web.papers.labels import Sender, Sheet, labels
from shop.web.papers.packing import packing_lists

__all__ = ["Sender", "Sheet", "labels", "packing_lists"]
