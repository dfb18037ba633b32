"""Which addresses lie on the open internet, and not in a network that the shop stands in."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

Address = IPv4Address | IPv6Address

WEB_PORTS = (80, 443)
# All that has been given out of IPv6. What maps, translates or tunnels IPv4 lies outside of it, or
# is named below: each of these could mean an address of this network.
GIVEN_OUT = ip_network("2000::/3")
TUNNELS = (ip_network("2001::/23"), ip_network("2002::/16"), ip_network("3fff::/20"))
# Relays of such tunnels, and what was theirs.
RELAYS = ip_network("192.88.99.0/24")


class OpenInternet:
    """Web servers that anybody can reach."""

    def port(self, port: int) -> bool:
        return port in WEB_PORTS

    def address(self, address: Address) -> bool:
        if not address.is_global or address.is_multicast or address.is_reserved:
            return False
        if isinstance(address, IPv4Address):
            return address not in RELAYS
        return address in GIVEN_OUT and not any(address in tunnel for tunnel in TUNNELS)
