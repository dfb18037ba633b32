"""ETags of entities, and the If-Match that a change needs: RFC 9110, section 13, and RFC 6585.

An entity's ETag is its name, its version and a digest of what was answered: `books-42-v3-...`. The
digest makes a 304 true, for an answer also has what is not the entity's own: stock, the name of an
author. A change is held to the name and the version alone, so that selling a copy does not spoil
what somebody is editing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from flask import request
from flask_login import current_user

from shop.errors import Stale, VersionRequired
from shop.models import Order

OURS = re.compile(r"(?P<name>[\w-]+)-v(?P<version>\d{1,9})-")
# The name of the entity that a request is about, by what its address leads to.
Named = Callable[[Mapping[str, Any]], str]


def by_id(model: type[Any], argument: str) -> Named:
    """The entity whose id is in the address."""
    return lambda path: f"{model.__tablename__}-{path[argument]}"


def found(argument: str) -> Named:
    """The entity that has been looked up already, to see whose it is."""
    return lambda path: _name(path[argument])


def oneself(_: Mapping[str, Any]) -> str:
    """The account that asks."""
    return _name(current_user)


def etag_of(digest: str, entity: Any) -> str:
    """`entity` is one with a version, or None where an answer is of no one entity."""
    return digest if entity is None else f"{_name(entity)}-v{entity.version}-{digest}"


def required_version(name: str) -> int | None:
    """The version of the entity in If-Match, None for `*`; VersionRequired without one.

    Stale where no ETag is this entity's. Of several the newest counts: versions only grow, so no
    older one can be that of now.
    """
    given = request.if_match
    if not request.headers.get("If-Match", "").strip():
        raise VersionRequired("Send If-Match with the ETag of what you have read.")
    if given.star_tag:
        return None
    # Werkzeug reads `""` as None.
    ours = [read for tag in given.as_set() if tag and (read := OURS.match(tag))]
    versions = [int(each["version"]) for each in ours if each["name"] == name]
    if not versions:
        raise Stale("If-Match has no ETag of this entity.")
    return max(versions)


def _name(entity: Any) -> str:
    """Ids of orders tell how many the shop has: theirs is the number."""
    key = entity.number if isinstance(entity, Order) else entity.id
    return f"{entity.__tablename__}-{key}"
