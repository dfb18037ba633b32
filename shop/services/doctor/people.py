"""The staff: somebody can run the shop, and nobody moves money behind a password alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.exc import SQLAlchemyError

from shop.models import Role, RoleCode, User
from shop.repositories.users import UserRepository
from shop.services.doctor.findings import Finding, ok, warning, wrong

# With a password that everybody can read.
DEMO = "@example.org"


class PeopleCheck:
    """What PostgreSQL does not answer, or has no tables for, its own check tells."""

    def __init__(self, users: UserRepository, *, production: bool, asks_for_codes: bool) -> None:
        self.users = users
        self.production = production
        self.asks_for_codes = asks_for_codes

    def __call__(self) -> Iterator[Finding]:
        try:
            staff = self.users.active_with_role()
        except SQLAlchemyError:
            return
        finally:
            self.users.session.rollback()
        yield self._admins(staff)
        yield from self._codes(staff)
        if self.production and any(user.email.endswith(DEMO) for user, _ in staff):
            yield wrong(
                f"An account of the staff ends in {DEMO}, as those of the demo, whose password is "
                "public: close it on /admin/users."
            )

    def _admins(self, staff: Sequence[tuple[User, Role]]) -> Finding:
        admins = sum(role.code == RoleCode.ADMIN for _, role in staff)
        if admins:
            return ok(f"Admins: {admins}, staff in all: {len(staff)}.")
        return wrong(
            "Nobody can run the shop: make an account with `flask --app wsgi create-admin "
            "you@your-shop.ru`."
        )

    def _codes(self, staff: Sequence[tuple[User, Role]]) -> Iterator[Finding]:
        bare = sum(role.moves_money and not user.has_second_factor for user, role in staff)
        if bare and self.asks_for_codes:
            yield warning(
                f"Accounts that may move money and have no second factor yet: {bare}. They are "
                "asked for it before their first page."
            )
        elif not self.asks_for_codes and self.production:
            yield warning(
                f"STAFF_2FA is off, and {bare} accounts move money behind a password alone: turn "
                "it on."
            )
