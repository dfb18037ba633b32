"""What orders can be filtered and sorted by."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import or_

from shop.models import Order, OrderState
from shop.repositories.filters import CSV, Criterion, Filters, Int, Moment, Sum, Text


class OrderFilters(Filters, entity=Order, order=("placed_at", "total", "id")):
    q: Text | None = None
    state__eq: OrderState | None = None
    state__in: Annotated[list[OrderState], CSV] | None = None
    number__eq: Text | None = None
    email__eq: Text | None = None
    email__ilike: Text | None = None
    full_name__ilike: Text | None = None
    city__ilike: Text | None = None
    shipping_code__eq: Text | None = None
    total__gte: Sum | None = None
    total__lte: Sum | None = None
    placed_at__gte: Moment | None = None
    placed_at__lt: Moment | None = None
    paid_at__isnull: bool | None = None
    user_id__eq: Int | None = None
    user_id__isnull: bool | None = None
    lines__title__ilike: Text | None = None
    lines__isbn__eq: Text | None = None
    lines__book_id__eq: Int | None = None

    @staticmethod
    def filter_q(text: str) -> Criterion:
        """In what names an order: its number, the e-mail, the name."""
        names = (Order.number, Order.email, Order.full_name)
        return or_(*(name.icontains(text, autoescape=True) for name in names))
