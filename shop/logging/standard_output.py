"""Records on standard output."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence

from shop.logging.records import Written

logger = logging.getLogger(__name__)

STANDARD_OUTPUT = 1


class StandardOutput:
    """Written to by its number: a lock of `sys.stdout`, held while another thread forks, would
    stay held in the fork."""

    pending = False

    def deliver(
        self, records: Sequence[Written], dropped: Mapping[str, int], *, last: bool
    ) -> None:
        """A slow reader holds up nothing else; one who has gone away is no reason to stop."""
        rest = memoryview("".join(f"{record.line}\n" for record in records).encode())
        try:
            while rest:
                rest = rest[os.write(STANDARD_OUTPUT, rest) :]
        except OSError:
            return
        if dropped:
            count = sum(dropped.values())
            logger.warning("%d records were not printed: nobody took them in time", count)

    def forked(self) -> None:
        """Nothing of it is its parent's."""

    def close(self) -> None:
        """It stays open for whoever else writes there."""
