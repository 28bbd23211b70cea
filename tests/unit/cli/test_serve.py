# SPDX-License-Identifier: Apache-2.0
"""How `wayside serve` is bound: names of a certificate, addresses to open, what uvicorn may not say or believe."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from unit.cli.conftest import Said

from wayside.cli import serve as served
from wayside.domain import UsageError

Wayside = Callable[..., Said]
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def certificate(path: Path, *names: x509.GeneralName) -> Path:
    """A certificate for these names, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "nobody.example")])
    made = x509.CertificateBuilder().subject_name(called).issuer_name(called).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=1))
    if names:
        made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
    path.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


def test_a_certificate_tells_the_hosts_that_may_be_asked_for(tmp_path: Path) -> None:
    """Names first, addresses as browsers write them; its common name is none."""
    path = certificate(
        tmp_path / "cert.pem",
        x509.IPAddress(ipaddress.ip_address("192.0.2.7")),
        x509.DNSName("gate.example"),
        x509.IPAddress(ipaddress.ip_address("2001:db8::7")),
        x509.RFC822Name("adam@gate.example"),
    )
    assert served.names_in(path) == ("gate.example", "192.0.2.7", "[2001:db8::7]")


@pytest.mark.parametrize("content", [None, b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_what_is_no_certificate_is_named_with_the_mend(tmp_path: Path, content: bytes | None) -> None:
    """Missing, empty or broken."""
    path = tmp_path / "cert.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match=r"cert\.pem: is no certificate with host names in it; name a PEM file"):
        served.names_in(path)


def test_a_certificate_without_host_names_is_of_no_use(tmp_path: Path) -> None:
    """Browsers do not look at its common name any more."""
    with pytest.raises(UsageError, match="no certificate with host names"):
        served.names_in(certificate(tmp_path / "cert.pem"))


@pytest.mark.parametrize(
    ("host", "tls", "address"),
    [
        ("127.0.0.1", False, "http://127.0.0.1:8080"),
        ("gate.example", True, "https://gate.example:8080"),
        ("::1", False, "http://[::1]:8080"),
    ],
)
def test_the_address_can_be_opened_as_it_is_printed(host: str, tls: bool, address: str) -> None:
    """With brackets where an address has colons."""
    assert served.address_of(host, 8080, tls=tls) == address


def test_uvicorn_says_nothing_of_who_asks_and_believes_no_header(monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs of requests would hold what people search for; `X-Forwarded-For` is whatever a client writes."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        """Answers nothing."""

    monkeypatch.setattr(served, "create_app", lambda services: app)
    made = served.settings(SimpleNamespace(), "127.0.0.1", 8081, None, None)  # type: ignore[arg-type]
    assert (made.host, made.port, made.access_log, made.proxy_headers, made.server_header) == (
        "127.0.0.1", 8081, False, False, False,
    )  # fmt: skip
    assert (made.h11_max_incomplete_event_size, made.limit_concurrency) == (served.LONGEST_HEAD, served.AT_ONCE)


def test_a_cameras_process_is_this_very_python(tmp_path: Path) -> None:
    """No other program, nothing through a shell, and no address of a camera among what everybody can list."""
    assert served.worker("record", tmp_path, 3) == [
        sys.executable, "-m", "wayside.cli.worker", "record", str(tmp_path), "3",
    ]  # fmt: skip


@pytest.mark.parametrize("option", ["--tls-cert", "--tls-key"])
def test_half_of_tls_is_refused(wayside: Wayside, tmp_path: Path, option: str) -> None:
    """Rather than served in the clear."""
    said = wayside("serve", option, tmp_path / "half.pem")
    assert said.code == 2
    assert "needs its key and a key its certificate" in said.err
    assert not (tmp_path / "wayside-data").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--host", "0.0.0.0"), "in the clear"),
        (("--host", "192.0.2.1"), "in the clear"),
        (("--proxy", "everybody"), "everybody"),
    ],
)
def test_the_record_is_not_served_in_the_clear(wayside: Wayside, options: tuple[str, ...], told: str) -> None:
    """Nor are the headers of anybody believed; said before the first connection is taken."""
    said = wayside("serve", "--data", "record", *options)
    assert said.code != 0
    assert told in said.err
    assert "Serving" not in said.out
