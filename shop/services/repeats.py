"""A request that is sent again, by somebody who did not hear the answer, is done once.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

from __future__ import annotations

import logging

from shop.errors import Invalid, StillRunning, Unavailable
from shop.repositories.kept_answers import KeptAnswer, KeptAnswerRepository
from shop.services.storage_errors import translated

logger = logging.getLogger(__name__)


class RepeatService:
    """Keys are the sender's own; whoever calls puts into `key` who that is."""

    def __init__(self, answers: KeptAnswerRepository) -> None:
        self.answers = answers

    def begin(self, key: str, fingerprint: str) -> KeptAnswer | None:
        """The answer of the first time; None when this is the first time, and is under way now.

        StillRunning while the first one has not ended, Invalid when that was another request.
        Unavailable without Redis: a request must not run twice because nobody can tell.
        """
        with translated():
            before = self.answers.begin(key, fingerprint)
        if before is None:
            return None
        if before.fingerprint != fingerprint:
            raise Invalid("This Idempotency-Key was sent with another request.")
        if not before.status:
            raise StillRunning("The request with this Idempotency-Key has not ended yet.")
        return before

    def finish(self, key: str, answer: KeptAnswer) -> None:
        """Keep the answer; what is done is done, also where Redis cannot keep it."""
        try:
            with translated():
                self.answers.finish(key, answer)
        except Unavailable:
            logger.warning("an answer is not kept: its request, sent again, is refused or done")

    def forget(self, key: str) -> None:
        """Nothing was done: the same key may be used again at once."""
        try:
            with translated():
                self.answers.forget(key)
        except Unavailable:
            logger.warning("a key stays taken for two minutes")
