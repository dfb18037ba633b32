"""Logins of programs, keys of machines, and recovery codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import NoResultFound

from shop.models import ApiKey, RecoveryCode, TokenFamily
from shop.repositories.base import Repository


class TokenFamilyRepository(Repository[TokenFamily]):
    entity = TokenFamily

    def find(self, family_id: str) -> TokenFamily | None:
        return self.session.get(TokenFamily, family_id, populate_existing=True)

    def locked(self, family_id: str) -> TokenFamily | None:
        """The login as it is now, kept from others until the transaction ends."""
        query = select(TokenFamily).where(TokenFamily.id == family_id).with_for_update()
        return self.session.scalars(query.execution_options(populate_existing=True)).one_or_none()

    def open_of(self, user_id: int, now: datetime) -> Sequence[TokenFamily]:
        query = select(TokenFamily).where(
            TokenFamily.user_id == user_id,
            TokenFamily.closed_at.is_(None),
            TokenFamily.expires_at > now,
        )
        return self.session.scalars(query.order_by(TokenFamily.refreshed_at.desc())).all()

    def close_all(self, user_id: int, now: datetime) -> None:
        self.session.execute(
            update(TokenFamily)
            .where(TokenFamily.user_id == user_id, TokenFamily.closed_at.is_(None))
            .values(closed_at=now)
        )

    def drop(self, user_id: int) -> None:
        self.session.execute(delete(TokenFamily).where(TokenFamily.user_id == user_id))

    def drop_before(self, moment: datetime) -> int:
        """Forget logins that were over by then; answers how many."""
        over = func.coalesce(TokenFamily.closed_at, TokenFamily.expires_at)
        return self.changed(delete(TokenFamily).where(over < moment))


class ApiKeyRepository(Repository[ApiKey]):
    entity = ApiKey

    def by_prefix(self, prefix: str) -> ApiKey | None:
        return self.session.scalars(select(ApiKey).where(ApiKey.prefix == prefix)).one_or_none()

    def of_user(self, user_id: int) -> Sequence[ApiKey]:
        """Those that are not revoked, the newest first."""
        query = select(ApiKey).where(ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None))
        return self.session.scalars(query.order_by(ApiKey.id.desc())).all()

    def of_owner(self, key_id: int, user_id: int) -> ApiKey:
        """NoResultFound for a key of somebody else."""
        key = self.get(key_id)
        if key.user_id != user_id:
            raise NoResultFound(f"no key {key_id} of user {user_id}")
        return key

    def used(self, key_id: int, now: datetime) -> None:
        self.session.execute(update(ApiKey).where(ApiKey.id == key_id).values(last_used_at=now))

    def revoke_all(self, user_id: int, now: datetime) -> None:
        own = update(ApiKey).where(ApiKey.user_id == user_id, ApiKey.revoked_at.is_(None))
        self.session.execute(own.values(revoked_at=now))

    def drop(self, user_id: int) -> None:
        self.session.execute(delete(ApiKey).where(ApiKey.user_id == user_id))


class RecoveryCodeRepository(Repository[RecoveryCode]):
    entity = RecoveryCode

    def put(self, user_id: int, hashes: Iterable[str]) -> None:
        """These in place of all that there were."""
        self.drop(user_id)
        self.session.add_all(RecoveryCode(user_id=user_id, code_hash=each) for each in hashes)
        self.session.flush()

    def use(self, user_id: int, code_hash: str) -> bool:
        """Whether there was such a code. It is gone now."""
        return bool(
            self.changed(
                delete(RecoveryCode).where(
                    RecoveryCode.user_id == user_id, RecoveryCode.code_hash == code_hash
                )
            )
        )

    def count(self, user_id: int) -> int:
        query = select(func.count()).where(RecoveryCode.user_id == user_id)
        return self.session.scalar(query) or 0

    def drop(self, user_id: int) -> None:
        self.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
