"""ETags of entities, and the If-Match that a change needs: RFC 9110, section 13, and RFC 6585.

An entity's ETag is its version and a digest of what was answered. The digest makes a 304 true, for
an answer also has what is not the entity's own: stock, the name of an author. A change is held to
the version alone, so that selling a copy does not spoil what somebody is editing.
"""

from __future__ import annotations

import re

from flask import request

from shop.errors import Stale, VersionRequired

OURS = re.compile(r"v(\d{1,9})-")


def etag_of(digest: str, version: int | None) -> str:
    return digest if version is None else f"v{version}-{digest}"


def required_version() -> int | None:
    """The version in If-Match, None for `*`; VersionRequired without one, Stale for another's."""
    given = request.if_match
    if not request.headers.get("If-Match", "").strip():
        raise VersionRequired("Send If-Match with the ETag of what you have read.")
    if given.star_tag:
        return None
    # Werkzeug reads `""` as None.
    tags = [tag for tag in given.as_set() if tag]
    versions = {int(found[1]) for tag in tags if (found := OURS.match(tag))}
    if len(versions) != 1:
        raise Stale("If-Match has no ETag of this entity.")
    return versions.pop()
