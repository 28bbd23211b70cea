# SPDX-License-Identifier: Apache-2.0
"""Time stamps: an authority made for the test vouches for a checkpoint, and for no other text."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from authority import Authority, needs_openssl

from wayside.domain import UsageError
from wayside.record.journal import JournalError, MalformedError, SignatureError
from wayside.record.journal.timestamp import REPLY, build_request, check_response, fetch

NOTE = "wayside/gate/0123abcd\n13\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— a YWFhYWE=\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One for all tests: keys take time."""
    return Authority(tmp_path_factory.mktemp("authority"))


@needs_openssl
def test_a_stamp_tells_the_time(authority: Authority) -> None:
    """In UTC, checked against the root only."""
    stated = check_response(NOTE, authority.answer(build_request(NOTE)), [authority.root])
    assert abs(stated - datetime.now(UTC)) < timedelta(minutes=1)
    assert stated.tzinfo is UTC


@needs_openssl
def test_a_stamp_vouches_for_nothing_else(authority: Authority, tmp_path: Path) -> None:
    """Another checkpoint, another root, a changed byte of the token."""
    answer = authority.answer(build_request(NOTE))
    with pytest.raises(SignatureError):
        check_response(NOTE.replace("13", "14"), answer, [authority.root])
    with pytest.raises(SignatureError):
        check_response(NOTE, answer, [Authority(tmp_path).root])
    with pytest.raises(SignatureError):
        check_response(NOTE, answer, [])
    for place in range(len(answer) - 256, len(answer), 5):
        with pytest.raises((SignatureError, MalformedError)):
            check_response(NOTE, answer[:place] + bytes([answer[place] ^ 1]) + answer[place + 1 :], [authority.root])


@needs_openssl
def test_a_stranger_with_his_own_root_is_not_believed(authority: Authority, tmp_path: Path) -> None:
    """Even where the answer brings the certificate along."""
    with pytest.raises(SignatureError):
        check_response(NOTE, Authority(tmp_path).answer(build_request(NOTE)), [authority.root])


def test_what_is_no_answer_is_refused() -> None:
    """Whatever a server sends instead."""
    for answer in (b"", b"<html>", bytes(100), bytes([0x30, 0x03, 0x02, 0x01, 0x02])):
        with pytest.raises(MalformedError):
            check_response(NOTE, answer, [])


def test_without_the_extra_the_mend_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else of the journal needs it."""
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    for call in (lambda: build_request(NOTE), lambda: check_response(NOTE, b"", [])):
        with pytest.raises(UsageError, match=r"wayside\[timestamp\]"):
            call()


class Desk(BaseHTTPRequestHandler):
    """Answers by the path that was asked."""

    def do_POST(self) -> None:
        """A reply, a page, a redirection, or too much."""
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        status, kind, body = {
            "/stamp?a=1": (200, REPLY, b"reply to " + asked),
            "/page": (200, "text/html", b"<html>"),
            "/moved": (302, REPLY, b""),
            "/flood": (200, REPLY, bytes(2**16 + 1)),
        }[self.path]
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Location", "/stamp?a=1")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture
def desk() -> Iterator[str]:
    """The address of a server on this machine."""
    server = HTTPServer(("127.0.0.1", 0), Desk)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_named_address_is_asked_and_no_other(desk: str) -> None:
    """A redirection is not followed; a page and a flood are refused."""
    assert fetch(f"{desk}/stamp?a=1", b"query") == b"reply to query"
    for path in ("/page", "/moved", "/flood"):
        with pytest.raises(JournalError, match="something else"):
            fetch(f"{desk}{path}", b"query")


def test_an_authority_that_is_away(desk: str) -> None:
    """One sentence, after a time that is bounded."""
    with pytest.raises(JournalError, match="does not answer"):
        fetch("http://127.0.0.1:1/", b"query", timeout_s=1)


@pytest.mark.parametrize("address", ["", "file:///etc/passwd", "ftp://a/b", "https://", "https://me:word@host/"])
def test_other_addresses_are_refused(address: str) -> None:
    """And a password in an address is not sent anywhere."""
    with pytest.raises(UsageError, match="http"):
        fetch(address, b"query")
