# SPDX-License-Identifier: Apache-2.0
"""What holds for every test: nothing leaves this machine, and time is no measure of being right."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import settings
from postgres import any_database, postgres_server, postgres_url, record_dir

# A busy machine is no fault of the code; on the CI, the same examples every time.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")

__all__ = ["any_database", "postgres_server", "postgres_url", "record_dir"]
"""Fixtures that every test may ask for."""

LOCAL_NAMES = {"localhost", ""}


def is_local(address: object) -> bool:
    """Whether a socket address stays on this machine; names count as away unless they are `localhost`."""
    if not isinstance(address, tuple):
        return True  # Unix sockets
    host = address[0]
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in LOCAL_NAMES


def only_local(real: Callable[..., Any]) -> Callable[..., Any]:
    """`socket.connect` and its kin, refusing whatever lies beyond the loopback addresses."""

    def guarded(self: socket.socket, address: object, *rest: object) -> Any:
        if not is_local(address):
            raise AssertionError(f"a test tried to reach {address!r}; Wayside makes no network calls of its own")
        return real(self, address, *rest)

    return guarded


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Fails the test that tries to leave the machine: models and pages must work with the cable out."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, only_local(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", local_names_only(socket.getaddrinfo))
        yield


def local_names_only(real: Callable[..., Any]) -> Callable[..., Any]:
    """`socket.getaddrinfo` for this machine's own names and addresses."""

    def guarded(host: str | None, *rest: object, **more: object) -> Any:
        if not is_local((host or "",)):
            raise AssertionError(f"a test tried to look up {host!r}; Wayside makes no network calls of its own")
        return real(host, *rest, **more)

    return guarded
