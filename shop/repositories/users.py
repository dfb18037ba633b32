"""Accounts and their roles."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, update

from shop.models import Role, RoleCode, User
from shop.repositories.base import Repository
from shop.repositories.paging import MOST_COUNTED, MOST_FOUND, Page
from shop.repositories.user_filters import UserFilters


class UserRepository(Repository[User]):
    entity = User

    def by_email(self, email: str) -> User | None:
        return self.session.scalars(
            select(User).where(User.email == email.strip().lower())
        ).one_or_none()

    def locked(self, user_id: int) -> User:
        """The account as it is now, kept from others until the transaction ends."""
        # A key share lets others write rows that name the account, as each step of an order does.
        query = select(User).where(User.id == user_id).with_for_update(of=User, key_share=True)
        return self.session.scalars(query.execution_options(populate_existing=True)).one()

    def find(self, filters: UserFilters, page: int, limit: int) -> Page[User]:
        """The newest first where no other order is asked for."""
        query = select(User).where(filters.criterion())
        return self.page(query.order_by(*filters.ordering(), User.id.desc()), page, limit)

    def look_through(self, filters: UserFilters, page: int, limit: int) -> Page[User]:
        """As `find`, for a list that nobody counts to its end."""
        query = select(User).where(filters.criterion())
        most = MOST_FOUND if filters.q else MOST_COUNTED
        ordered = query.order_by(*filters.ordering(), User.id.desc())
        return self.capped_page(ordered, page, limit, most)

    def replace_hash(self, user_id: int, before: str, after: str) -> bool:
        """Keep the same password in another way; False when it is another one by now."""
        this = update(User).where(User.id == user_id, User.password_hash == before)
        return bool(self.changed(this.values(password_hash=after)))

    def note_step(self, user_id: int, step: int) -> None:
        """Which code of the second factor was used last. What the account says is the same."""
        self.session.execute(update(User).where(User.id == user_id).values(totp_last_step=step))

    def walk_found(self, filters: UserFilters, after: int, limit: int) -> Page[User]:
        """The matching accounts after this id, by id."""
        return self.walk(select(User).where(filters.criterion()), after, limit)

    def stands(self, user_id: int) -> bool:
        """Whether the account is open; it stays so until the transaction ends."""
        query = select(User.id).where(User.id == user_id, User.active)
        shared = query.with_for_update(read=True, key_share=True)
        return self.session.scalar(shared) is not None

    def active_with_role(self) -> Sequence[tuple[User, Role]]:
        """Everybody whose role is more than a customer's, and may log in."""
        query = select(User, Role).join(Role, Role.id == User.role_id)
        staff = query.where(User.active, Role.code != RoleCode.CUSTOMER).order_by(User.id)
        return [(user, role) for user, role in self.session.execute(staff)]

    def locked_admins(self) -> Sequence[int]:
        """Ids of the active admins, kept from others until the transaction ends."""
        role_id = select(Role.id).where(Role.code == RoleCode.ADMIN).scalar_subquery()
        query = select(User.id).where(User.role_id == role_id, User.active).order_by(User.id)
        return self.session.scalars(query.with_for_update(of=User, key_share=True)).all()


class RoleRepository(Repository[Role]):
    entity = Role

    def by_code(self, code: str) -> Role:
        return self.session.scalars(select(Role).where(Role.code == code)).one()

    def all(self) -> Sequence[Role]:
        return self.session.scalars(select(Role).order_by(Role.id)).all()

    def people(self) -> dict[int, int]:
        """How many accounts have each role, by its id."""
        rows = self.session.execute(select(User.role_id, func.count()).group_by(User.role_id))
        return dict(rows.all())
