# SPDX-License-Identifier: Apache-2.0
"""The server itself: what breaks HTTP is refused, it starts only where that is safe, and it says nothing of secrets."""

from __future__ import annotations

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from wayside.cli.app import run

STARTED_S = 60
WAYSIDE = Path(sys.executable).with_name("wayside")


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Served:
    """A program that serves."""

    process: subprocess.Popen[str]
    port: int
    printed: Path

    def said(self) -> str:
        """Everything that it printed until now."""
        return self.printed.read_text()

    def raw(self, data: bytes) -> bytes:
        """What comes back for some bytes on a connection of their own."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            found = b""
            while part := connection.recv(65536):
                found += part
        return found


def served(folder: Path, *more: str) -> Served:
    """`wayside serve`, once it answers."""
    port, printed = free_port(), folder / "printed.txt"
    command = [str(WAYSIDE), "serve", "--data", str(folder / "data"), "--port", str(port), *more]
    with printed.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, text=True, env={**os.environ})
    deadline = time.monotonic() + STARTED_S
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return Served(process, port, printed)
        time.sleep(0.1)
    raise AssertionError(printed.read_text())


def stop(one: Served) -> int:
    """Ends it as Ctrl-C does; its exit code."""
    one.process.send_signal(signal.SIGINT)
    return one.process.wait(timeout=30)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A program that serves on this machine."""
    found = served(tmp_path_factory.mktemp("plain"))
    yield found
    stop(found)


HEAD = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\n"
SMUGGLED = {
    "two lengths": HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "a length and chunks": HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n",
    "chunks that are no chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n",
    "another coding": HEAD + b"Transfer-Encoding: gzip, identity\r\n\r\nhello",
    "a length that is none": HEAD + b"Content-Length: five\r\n\r\nhello",
    "a negative length": HEAD + b"Content-Length: -5\r\n\r\nhello",
    "two hosts": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    "no host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "a space before the colon": b"GET /healthz HTTP/1.1\r\nHost : localhost\r\n\r\n",
    "a folded header": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n c\r\nNul: \0\r\n\r\n",
    "a line feed in a value": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: b\nX-C: d\0\r\n\r\n",
    "headers without end": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"b" * 70_000 + b"\r\n\r\n",
    "another language": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}


@pytest.mark.parametrize("what", sorted(SMUGGLED))
def test_what_two_servers_could_read_in_two_ways_is_refused(plain: Served, what: str) -> None:
    """With one answer, after which the connection ends: nothing rides behind it."""
    answer = plain.raw(SMUGGLED[what])
    statuses = re.findall(rb"^HTTP/1\.1 (\d{3})", answer, flags=re.MULTILINE)
    assert len(statuses) <= 1, answer
    assert not statuses or int(statuses[0]) in {400, 403, 421, 431, 501}, answer


def test_absolute_addresses_and_odd_paths_reach_nothing(plain: Served) -> None:
    """However they are written."""
    for target in ("http://evil.example/api/v1/me", "//api/v1/me", "/static/../../site.toml", "/static/%2e%2e/app.py",
                   "/static/..%2f..%2fapp.py", "/static/..\\app.py", "/api/v1/me/", "/sign-in%00"):  # fmt: skip
        connection = HTTPConnection("127.0.0.1", plain.port, timeout=10)
        connection.putrequest("GET", target, skip_host=True)
        connection.putheader("Host", "localhost")
        connection.endheaders()
        assert connection.getresponse().status in {400, 401, 404}, target
        connection.close()


def test_the_server_names_neither_itself_nor_its_version(plain: Served) -> None:
    """Nothing that helps to find its faults."""
    with urllib.request.urlopen(f"http://127.0.0.1:{plain.port}/healthz", timeout=10) as answer:
        assert answer.read() == b"ok\n"
        assert not {name.casefold() for name in answer.headers} & {"server", "x-powered-by"}


def test_no_request_is_written_down(plain: Served) -> None:
    """The link is printed once; no request leaves a line, whatever is in it."""
    key = re.search(r"/first-run#(\S+)", plain.said())
    assert key is not None
    connection = HTTPConnection("127.0.0.1", plain.port, timeout=10)
    for path in ("/nothing?plate=CAN4RYX", f"/first-run?{key[1]}", "/api/v1/passages?camera=CAN4RYX"):
        connection.request("GET", path, headers={"Host": "localhost", "Referer": "http://x/CAN4RYX"})
        connection.getresponse().read()
    connection.close()
    assert "CAN4RYX" not in plain.said()
    assert plain.said().count(key[1]) == 1
    lines = [line for line in plain.said().splitlines() if "Invalid HTTP request received" not in line]
    assert len(lines) == 3, lines


def certificate(folder: Path, names: list[str]) -> tuple[Path, Path]:
    """A certificate for some names, signed by itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in names]), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert, private = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    unlocked = serialization.NoEncryption()
    pkcs8 = serialization.PrivateFormat.PKCS8
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, pkcs8, unlocked))
    return cert, private


def test_with_a_certificate_it_speaks_tls_under_the_names_in_it(tmp_path: Path) -> None:
    """Of version 1.2 at least, with a cookie that never leaves it; and it ends well."""
    cert, key = certificate(tmp_path, ["gate.example"])
    found = served(tmp_path, "--tls-cert", str(cert), "--tls-key", str(key))
    assert f"https://gate.example:{found.port}/first-run#" in found.said()
    context = ssl.create_default_context(cafile=str(cert))
    bare = socket.create_connection(("127.0.0.1", found.port), timeout=10)
    with context.wrap_socket(bare, server_hostname="gate.example") as secure:
        assert secure.version() in {"TLSv1.2", "TLSv1.3"}
        secure.sendall(b"GET /sign-in HTTP/1.1\r\nHost: gate.example\r\nConnection: close\r\n\r\n")
        answer = b""
        while part := secure.recv(65536):
            answer += part
    assert b"__Host-wayside=" in answer
    assert b"strict-transport-security: max-age=31536000" in answer
    assert stop(found) == 0
    assert "Traceback" not in found.said()


REFUSED = {
    "the network in the clear": (["--host", "0.0.0.0"], "in the clear"),
    "every address in the clear": (["--host", "::"], "in the clear"),
    "everybody as a proxy": (["--host", "0.0.0.0", "--proxy", "0.0.0.0/0"], "is everybody"),
    "a proxy that is no address": (["--proxy", "nginx"], "is no address"),
    "a certificate without its key": (["--tls-cert", "cert.pem"], "needs its key"),
    "a certificate that is none": (["--tls-cert", "README.md", "--tls-key", "README.md"], "is no certificate"),
}


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_it_does_not_start_where_that_would_lay_the_record_open(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says why and how to mend it, with the exit code of a wrong command, and prints no link."""
    options, told = REFUSED[what]
    assert run(["serve", "--data", str(tmp_path / "data"), "--port", str(free_port()), *options]) == 2
    captured = capsys.readouterr()
    assert told in captured.err
    assert "first-run" not in captured.out + captured.err
