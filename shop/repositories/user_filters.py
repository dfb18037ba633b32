"""What accounts can be filtered and sorted by."""

from __future__ import annotations

from sqlalchemy import and_, or_

from shop.models import Role, RoleCode, User
from shop.repositories.filters import Criterion, CsvStr, Filters, Int, Moment, Text, contains


class UserFilters(
    Filters, entity=User, order=("id", "email", "first_name", "last_name", "created_at")
):
    q: Text | None = None
    id__eq: Int | None = None
    email__eq: Text | None = None
    email__ilike: Text | None = None
    last_name__ilike: Text | None = None
    role__code__eq: Text | None = None
    role__code__in: CsvStr | None = None
    # True for whoever has a role of the staff's.
    staff: bool | None = None
    active__eq: bool | None = None
    created_at__gte: Moment | None = None
    created_at__lt: Moment | None = None
    deleted_at__isnull: bool | None = None

    @staticmethod
    def filter_staff(value: bool) -> Criterion:
        code = Role.code != RoleCode.CUSTOMER if value else Role.code == RoleCode.CUSTOMER
        its: Criterion = User.role.has(code)
        return its

    @staticmethod
    def filter_q(text: str) -> Criterion:
        """A part of the address, or words that are all in the name, in any order."""
        address = contains(User.email, text.strip())
        named = [
            or_(contains(User.first_name, word), contains(User.last_name, word))
            for word in text.split()
        ]
        return or_(address, and_(*named)) if named else address
