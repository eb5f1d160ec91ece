"""Which network addresses belong to the public Internet."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

Address = IPv4Address | IPv6Address

_REFUSED_4: Final = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "168.63.129.16/32",  # a cloud's metadata service under a public address
    )
)  # fmt: skip
_GLOBAL_UNICAST_6: Final = IPv6Network("2000::/3")
_REFUSED_6: Final = tuple(
    IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)  # fmt: skip
_NAT64: Final = IPv6Network("64:ff9b::/96")
_LAST_32_BITS: Final = 0xFFFF_FFFF


def is_public(address: Address) -> bool:
    """Return whether the address is unicast and reachable from everywhere.

    Everything in the IANA registries of special-purpose addresses is refused: private, loopback,
    link-local, shared, multicast, reserved and documentation addresses, and the IPv6 forms that
    carry an IPv4 address (mapped, 6to4, Teredo). NAT64 is judged by the address that it carries.
    """
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _REFUSED_4)
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & _LAST_32_BITS))
    return address in _GLOBAL_UNICAST_6 and not any(address in network for network in _REFUSED_6)


def parse_address(text: str) -> Address | None:
    """Return the address that a resolver or an URL wrote, without brackets and zone."""
    try:
        return ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
