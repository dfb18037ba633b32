"""A store that is in trouble, told once to the log and once to whoever waits."""

from __future__ import annotations

import logging

from flask_babel import lazy_gettext as _l

from shop.config import MediaStore
from shop.errors import FilesUnavailable

logger = logging.getLogger(__name__)

AWAY = _l(
    "Pictures cannot be kept or shown just now. Nothing that was kept is lost: "
    "try again in a moment."
)
FULL = _l("There is no room left for pictures. Make some room, then try again.")


def unavailable(store: str, error: Exception, *, full: bool) -> FilesUnavailable:
    """The shop's error for a store's own."""
    logger.warning("pictures on %s: %r", store, error)
    return FilesUnavailable(f"{store}: {error!r}", FULL if full else AWAY)


# What has to be set for each store.
VARIABLES = {MediaStore.LOCAL: "MEDIA_ROOT", MediaStore.S3: "S3_BUCKET"}


def unknown(store: MediaStore) -> FilesUnavailable:
    """The error for a picture that is in a store which nothing in the configuration tells of."""
    reason = f"a picture is in the store `{store}`, but {VARIABLES[store]} is not set"
    logger.error(reason)
    return FilesUnavailable(reason, AWAY)
