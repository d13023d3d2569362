"""From which network a request comes, for counting: never written down, and forgotten with what is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

Network = IPv4Network | IPv6Network

LOOPBACK: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
_IPV4, _IPV6 = 24, 56
"""Who is given an address is mostly given all of such a network, or can have another of it."""


def networks(text: str) -> tuple[Network, ...]:
    """The networks that a list with commas names (`10.0.0.0/8, 192.168.1.7`); ValueError for what is none."""
    return tuple(ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def network_of(environ: Mapping[str, Any], proxies: Sequence[Network] = LOOPBACK) -> str:
    """The network of whoever asks: that of the peer or, where the peer is one of our proxies, of the last address that it names in
    X-Forwarded-For; empty for somebody at this machine itself.

    What stands before the last address in that header was written by the caller and is not believed.
    """
    peer = str(environ.get("REMOTE_ADDR", ""))
    named = str(environ.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()
    if named and _within(peer, proxies):
        return _widened(named)
    return "" if _within(peer, LOOPBACK) else _widened(peer)


def _within(address: str, known: Sequence[Network]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in known)


def _widened(address: str) -> str:
    """The network of an address; an address of an office's own network is counted by itself, and what is no address as it stands."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:64]
    if found.version == 6 and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if found.is_private:
        return str(found)
    return str(ip_network(f"{found}/{_IPV4 if found.version == 4 else _IPV6}", strict=False))
