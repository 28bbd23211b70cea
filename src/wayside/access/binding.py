# SPDX-License-Identifier: Apache-2.0
"""Where the pages may be served: on this machine freely, beyond it only with TLS and a second factor for everybody."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from wayside.domain import UsageError

LOCAL_NAMES = frozenset({"localhost", "ip6-localhost"})


@dataclass(frozen=True, slots=True)
class Binding:
    """How the pages are to be served."""

    host: str = "127.0.0.1"
    certificate: str | None = None
    """File with our own TLS certificate."""
    proxies: tuple[str, ...] = ()
    """Addresses of the proxies that speak TLS for us; headers of anybody else are not believed."""

    @property
    def local(self) -> bool:
        """Whether only this machine can reach it."""
        return is_local(self.host)

    @property
    def encrypted(self) -> bool:
        """Whether what leaves this machine is encrypted, by us or by a declared proxy."""
        return self.certificate is not None or bool(self.proxies)


def is_local(host: str) -> bool:
    """Whether a host is a loopback address or name; 0.0.0.0 and :: are every address of the machine, so not."""
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_binding(binding: Binding, without_second_factor: Sequence[str]) -> None:
    """Raises UsageError, with the mend, where serving like this would lay the record open.

    `without_second_factor`: names of the active accounts that have no passkey and no code generator.
    """
    for proxy in binding.proxies:
        check_proxy(proxy)
    if binding.local and not binding.proxies:
        return
    if not binding.encrypted:
        raise UsageError(
            f"serving on {binding.host} would send the record over the network in the clear; name a certificate and "
            "its key, name the proxy that speaks TLS, or serve on 127.0.0.1"
        )
    if without_second_factor:
        raise UsageError(
            f"{len(without_second_factor)} of the accounts have no second factor, and {binding.host} can be reached "
            "from the network; serve on 127.0.0.1 first and let each add a passkey or a code generator, or disable them"
        )


def check_proxy(proxy: str) -> None:
    """Raises UsageError where a declared proxy is no address, or is everybody."""
    try:
        network = ipaddress.ip_network(proxy, strict=False)
    except ValueError:
        raise UsageError(f"{proxy!r} is no address of a proxy; write it as 192.0.2.7 or 192.0.2.0/29") from None
    if network.prefixlen == 0:
        raise UsageError(f"{proxy!r} is everybody; name the address of the proxy itself")


def second_factor_waived(binding: Binding, active_people: Sequence[str]) -> bool:
    """Whether somebody may work without a second factor: alone, on this machine, behind no proxy."""
    return binding.local and not binding.proxies and len(active_people) == 1
