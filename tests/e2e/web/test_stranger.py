# SPDX-License-Identifier: Apache-2.0
"""A stranger at the real server, with every method and path and no key; and callers who hang up in mid-request."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from e2e.web.test_serving import Served, served
from unit.web.test_gate import ELSEWHERE, OPEN, concrete

from wayside.web.app import EVERYTHING

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
DECLARED = {(one.method, one.path) for some in EVERYTHING for one in some}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`wayside serve` over an empty record."""
    made = served(tmp_path_factory.mktemp("stranger"))
    yield made
    made.process.terminate()
    made.process.wait(timeout=30)


def asked(server: Served, method: str, path: str, **headers: str) -> tuple[int, str, bytes]:
    """Status, where to, and body of what a stranger gets."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request(method, path, headers=headers)
        reply = connection.getresponse()
        return reply.status, reply.headers.get("location", ""), reply.read()
    finally:
        connection.close()


def fits(method: str, path: str, status: int, to: str) -> bool:
    """Whether a stranger may be answered like this."""
    if f"{method} {path}" in OPEN:
        return status in {200, 403, 422}
    if (method, path) not in DECLARED:  # which may still fit the address of another route
        return status in {401, 404, 405} or (status, to) == (303, "/sign-in")
    if path.startswith("/api/") or method != "GET":
        return status == 401
    return (status, to) == (303, "/sign-in")


def test_a_stranger_on_the_network_learns_nothing(server: Served) -> None:
    """The page for signing in, static files and /healthz answer; all else says to sign in, or that it is not there."""
    for path in sorted({path for _, path in DECLARED} | set(ELSEWHERE)):
        for method in METHODS:
            status, to, body = asked(server, method, concrete(path))
            assert fits(method, path, status, to), (method, path, status, to, body[:200])


@pytest.mark.parametrize("sent", [{"Authorization": "Bearer wayside_guessed"}, {"Cookie": "wayside=guessed"}])
def test_a_guessed_key_is_no_key(server: Served, sent: dict[str, str]) -> None:
    """What is there and what is not look alike to it."""
    answers = {asked(server, "GET", f"/api/v1/passages/{one * 32}", **sent) for one in "0f"}
    assert {status for status, _, _ in answers} == {401}
    assert len(answers) == 1


def test_the_health_of_the_program_says_nothing_else(server: Served) -> None:
    """Neither version nor count."""
    status, _, body = asked(server, "GET", "/healthz")
    assert (status, len(body) < 32) == (200, True)


BROKEN = [
    b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 500\r\nCookie: wayside=x\r\nOrigin: http://localhost\r\n\r\nname=CAN4RYX",
    b"POST /sign-in/code HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    b"Content-Length: 500\r\nCookie: wayside=x\r\nOrigin: http://localhost\r\n\r\n--x\r\n",
    b"POST /api/v1/passages/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90\r\n\r\n{",
    b"GET /healthz HTTP/1.1\r\nHost: loc",
]


@pytest.mark.parametrize("part", BROKEN)
def test_a_request_that_breaks_off_says_nothing(server: Served, part: bytes) -> None:
    """No failure, no trace in what the program prints, and the next one is answered."""
    before = server.said()
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(part)
    assert not server.raw(part).startswith(b"HTTP/1.1 5")
    assert asked(server, "GET", "/healthz")[0] == 200
    assert server.said() == before


def test_what_was_printed_is_the_link_and_the_address(server: Served, tmp_path: Path) -> None:
    """And after all of this no more."""
    assert len(server.said().splitlines()) <= 4, server.said()
