"""Accounts as staff see and change them: roles given, accounts closed, people invited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from shop.errors import Conflict, FieldError, Invalid, Stale
from shop.models import Role, RoleCode, User
from shop.models.columns import utcnow
from shop.models.users import NO_HASH
from shop.repositories.audit import AuditRepository, Deed
from shop.repositories.base import Sessions
from shop.repositories.paging import Page
from shop.repositories.tokens import ApiKeyRepository, TokenFamilyRepository
from shop.repositories.user_filters import UserFilters
from shop.repositories.users import RoleRepository, UserRepository
from shop.services.accounts.notices import Notice, Notices
from shop.services.accounts.roles import refuse_more_than_own
from shop.services.accounts.service import Profile, take_profile
from shop.services.accounts.sessions import SessionService
from shop.services.base import EntityBaseService, retried


@dataclass(frozen=True)
class Change:
    """What staff change of an account; None leaves it as it is. `role` is a code."""

    profile: Profile | None = None
    role: str | None = None
    active: bool | None = None


class PeopleService(EntityBaseService[User]):
    """`by` is whoever does it. Nobody hands out, or takes away, what they may not do themselves.

    `version` is of the account as it was read; Stale when it was changed since. None is any.
    """

    def __init__(
        self,
        session: Sessions,
        users: UserRepository,
        roles: RoleRepository,
        families: TokenFamilyRepository,
        keys: ApiKeyRepository,
        sessions: SessionService,
        notices: Notices,
        audit: AuditRepository,
    ) -> None:
        super().__init__(session, users)
        self.users = users
        self.roles = roles
        self.families = families
        self.keys = keys
        self.sessions = sessions
        self.notices = notices
        self.audit = audit

    def find(
        self, filters: UserFilters, page: int, limit: int, after: int | None = None
    ) -> Page[User]:
        """A page of the matching accounts; with `after`, those that follow this id, by id."""
        with self.transaction():
            if after is not None:
                return self.users.walk_found(filters, after, limit)
            return self.users.find(filters, page, limit)

    def look_through(self, filters: UserFilters, page: int, limit: int) -> Page[User]:
        """A page of the matching accounts, counted no further than staff leaf."""
        with self.transaction():
            return self.users.look_through(filters, page, limit)

    def all(self, filters: UserFilters) -> Iterator[User]:
        """Every matching account, by id, read as it is taken."""
        matching = select(User).where(filters.criterion())
        return self._in_parts(lambda after, limit: self.users.following(matching, after, limit))

    @retried
    def invite(self, email: str, role: str, profile: Profile, by: User) -> User:
        """Make an account whose owner gets a mail to set the password; Conflict where there is."""
        with self.transaction():
            given = self._role(role)
            refuse_more_than_own(given.grants, by)
            user = self.users.add(
                User(
                    email=email.strip().lower(),
                    password_hash=NO_HASH,
                    role=given,
                    **profile.model_dump(),
                )
            )
            self.audit.note(by, "user", user.id, "invite", {}, {"role": given.code})
            self.notices.tell(Notice.INVITED, user)
            return user

    @retried
    def amend(self, user_id: int, version: int | None, change: Change, by: User) -> User:
        """All of a change or nothing of it."""
        with self.transaction():
            user = self.changeable(user_id, version, by)
            epoch = user.session_epoch
            if change.profile is not None:
                take_profile(user, change.profile)
                self.audit.note(by, "user", user.id, "change_profile", {}, {})
            if change.role is not None:
                self._give(user, self._role(change.role), by)
            if change.active is not None and change.active != user.active:
                self._set_active(user, change.active, by)
            self.session.flush()
            ended = user.session_epoch != epoch
        if ended:
            self.sessions.forget(user.id)
        return user

    @retried
    def give(self, user_id: int, version: int | None, role_id: int, by: User) -> User:
        """Give an account another role; its sessions end, so that nothing old stays open."""
        with self.transaction():
            user = self.changeable(user_id, version, by)
            epoch = user.session_epoch
            self._give(user, self.roles.get(role_id), by)
            ended = user.session_epoch != epoch
        if ended:
            self.sessions.forget(user.id)
        return user

    @retried
    def close(self, user_id: int, version: int | None, by: User) -> User:
        """Nobody logs in with this account any more, and whoever is logged in is not."""
        with self.transaction():
            user = self.changeable(user_id, version, by)
            self._set_active(user, False, by)
        self.sessions.forget(user.id)
        return user

    @retried
    def reopen(self, user_id: int, version: int | None, by: User) -> User:
        """Conflict for one that its owner has deleted: there is nobody to open it for."""
        with self.transaction():
            user = self.changeable(user_id, version, by)
            self._set_active(user, True, by)
            return user

    @retried
    def log_out(self, user_id: int, version: int | None, by: User) -> User:
        """End all that is open with this account; its owner logs in anew."""
        with self.transaction():
            user = self.changeable(user_id, version, by)
            self._end_logins(user)
            self.keys.revoke_all(user.id, utcnow())
            self.session.flush()
            self.audit.note(by, "user", user.id, "log_out", {}, {})
        self.sessions.forget(user.id)
        return user

    def history(self, user_id: int) -> Sequence[Deed]:
        """What staff did to an account, the latest first."""
        with self.transaction():
            return self.audit.trail("user", user_id)

    def refuse_last_admin(self, user: User) -> None:
        """Conflict if nobody could do everything without this account. Joins a transaction."""
        with self.transaction():
            if user.role.code == RoleCode.ADMIN and set(self.users.locked_admins()) <= {user.id}:
                message = _l("This is the last administrator. Make another one first.")
                raise Conflict(message, (FieldError("role", message),))

    def _give(self, user: User, role: Role, by: User) -> None:
        refuse_more_than_own(role.grants, by)
        if role.id == user.role_id:
            return
        self.refuse_last_admin(user)
        before = {"role": user.role.code}
        user.role = role
        self._end_logins(user)
        self.session.flush()
        self.audit.note(by, "user", user.id, "give_role", before, {"role": role.code})

    def _set_active(self, user: User, active: bool, by: User) -> None:
        if user.deleted_at is not None:
            raise Conflict(_l("Its owner has deleted this account."))
        if not active:
            self.refuse_last_admin(user)
        before, user.active = {"active": user.active}, active
        if not active:
            self._end_logins(user)
            self.keys.revoke_all(user.id, utcnow())
        self.session.flush()
        action = "reopen" if active else "close"
        self.audit.note(by, "user", user.id, action, before, {"active": active})

    def _end_logins(self, user: User) -> None:
        """Of people and of programs, so that none comes back when the account is opened again."""
        user.end_sessions()
        self.families.close_all(user.id, utcnow())

    def _role(self, code: str) -> Role:
        try:
            return self.roles.by_code(code)
        except NoResultFound:
            message = _l("There is no such role.")
            raise Invalid(message, (FieldError("role", message),)) from None

    def changeable(self, user_id: int, version: int | None, by: User) -> User:
        """The account, locked, for somebody who may change it. Joins a transaction."""
        with self.transaction():
            # Always the admins first, so that two who demote each other wait in one order.
            self.users.locked_admins()
            user = self.users.locked(user_id)
            if version is not None and user.version != version:
                raise Stale()
            refuse_more_than_own(user.role.grants, by)
            return user
