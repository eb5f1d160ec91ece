"""Whose requests are counted together where somebody may ask only so often."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

_OF_ONE: Final = 64
"""The bits of an IPv6 address that one household has for itself: the others it chooses as it likes."""


def network_of(address: str) -> str:
    """Return what one person asks from: an IPv4 address, or the network of an IPv6 address.

    What is no address is returned as it is.
    """
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network(f"{found}/{_OF_ONE}", strict=False))
