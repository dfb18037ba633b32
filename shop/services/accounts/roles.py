"""Who may do what: roles, and which account has which."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from shop.errors import Conflict, FieldError, Forbidden, Invalid, Stale
from shop.models import Permission, Role, User
from shop.repositories.audit import AuditRepository
from shop.repositories.base import Sessions
from shop.repositories.users import RoleRepository
from shop.services.base import EntityBaseService, retried

LONGEST_NAME = 100


@dataclass(frozen=True)
class RoleWithPeople:
    role: Role
    people: int


class RoleService(EntityBaseService[Role]):
    """`by` is whoever does it. Nobody hands out, or takes away, what they may not do themselves."""

    def __init__(
        self,
        session: Sessions,
        roles: RoleRepository,
        audit: AuditRepository,
    ) -> None:
        super().__init__(session, roles)
        self.roles = roles
        self.audit = audit

    def all(self) -> Sequence[RoleWithPeople]:
        with self.transaction():
            people = self.roles.people()
            return [RoleWithPeople(role, people.get(role.id, 0)) for role in self.roles.all()]

    @retried
    def add(self, name: str, permissions: Collection[Permission], by: User) -> Role:
        """A new role of these permissions."""
        with self.transaction():
            wanted = frozenset(permissions)
            refuse_more_than_own(wanted, by)
            role = Role(code=_code(name, self.roles.all()), name=checked_name(name))
            role.allow(wanted)
            self.roles.add(role)
            self.audit.note(by, "role", role.id, "add", {}, _facts(role))
            return role

    @retried
    def change(
        self, role_id: int, version: int, name: str, permissions: Collection[Permission], by: User
    ) -> Role:
        """Rename it and make it of these; Stale when it was changed after `version` was read.

        Conflict for the roles of customers and admins: what they may do is fixed.
        """
        with self.transaction():
            role = self.roles.get(role_id)
            if role.version != version:
                raise Stale()
            before, wanted = _facts(role), frozenset(permissions)
            refuse_more_than_own(role.grants ^ wanted, by)
            role.name = checked_name(name) if name.strip() or not role.is_from_the_start else ""
            if wanted != role.grants:
                role.allow(wanted)
            self.session.flush()
            self.audit.note(by, "role", role.id, "change", before, _facts(role))
            return role

    @retried
    def remove(self, role_id: int, version: int, by: User) -> None:
        """Conflict while somebody has it, and for one that the shop needs."""
        with self.transaction():
            role = self.roles.get(role_id)
            if role.version != version:
                raise Stale()
            if role.is_from_the_start:
                raise Conflict(_l("The shop needs this role."))
            if self.roles.people().get(role.id):
                raise Conflict(_l("People have this role. Give them another one first."))
            refuse_more_than_own(role.grants, by)
            self.roles.delete(role)
            self.audit.note(by, "role", role_id, "remove", _facts(role), {})


def refuse_more_than_own(permissions: frozenset[Permission], by: User) -> None:
    if not all(by.may(permission) for permission in permissions):
        raise Forbidden(_l("You cannot give or take what you may not do yourself."))


def checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME or "\x00" in name:
        message = _l("Type a name of at most 100 characters.")
        raise Invalid(message, (FieldError("name", message),))
    return name


def _code(name: str, known: Sequence[Role]) -> str:
    """Something short and plain that no other role has."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:30]
    wanted = plain if re.match(r"[a-z]", plain) else "role"
    taken = {role.code for role in known}
    numbered = (f"{wanted}_{number}" for number in range(2, len(taken) + 3))
    return next(code for code in (wanted, *numbered) if code not in taken)


def _facts(role: Role) -> dict[str, object]:
    return {"code": role.code, "name": role.name, "permissions": sorted(role.grants)}
