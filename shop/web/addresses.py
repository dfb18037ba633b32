"""Where a visitor comes from, as what is counted together."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from flask import request

# What one household or one rented machine is given: each of its addresses would count anew.
HOUSEHOLD = 64
LONGEST = 64  # letters; what is no address is kept short


def neighbourhood() -> str:
    """The address of this request's visitor; of IPv6 the network that is one household's.

    Behind proxies it is what the outermost of TRUSTED_PROXIES says (`web/security`).
    """
    given = request.remote_addr or ""
    found = _parsed(given)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, HOUSEHOLD), strict=False))
    return str(found) if found else given[:LONGEST]


def _parsed(given: str) -> IPv4Address | IPv6Address | None:
    """Some proxies add the port, which is another one for each connection."""
    for text in (given, given.rpartition(":")[0].strip("[]")):
        try:
            found = ip_address(text)
        except ValueError:
            continue
        return getattr(found, "ipv4_mapped", None) or found
    return None
