# SPDX-License-Identifier: Apache-2.0
"""A time stamp authority for tests: openssl plays it, under a root that is made on the spot."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import which

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIG = """
[tsa]
default_tsa = own
[own]
serial = serial
default_policy = 1.2.3.4
signer_digest = sha256
digests = sha256, sha384, sha512
"""

needs_openssl = pytest.mark.skipif(which("openssl") is None, reason="plays the authority with openssl ts")


class Authority:
    """A root and, below it, a time stamp authority, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        root_key, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
        self.root = self._certificate("root", root_key, "root", root_key)
        stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        signer = self._certificate("stamps", key, "root", root_key, stamping)
        plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain))
        (folder / "tsa.pem").write_bytes(signer.public_bytes(serialization.Encoding.PEM))
        (folder / "serial").write_text("01")
        (folder / "tsa.cnf").write_text(CONFIG)

    @staticmethod
    def _certificate(
        name: str,
        key: rsa.RSAPrivateKey,
        issuer: str,
        by: rsa.RSAPrivateKey,
        usage: x509.ExtendedKeyUsage | None = None,
    ) -> x509.Certificate:
        names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (name, issuer)]
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(names[0])
            .issuer_name(names[1])
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=usage is None, path_length=None), critical=True)
        )
        return (builder if usage is None else builder.add_extension(usage, critical=True)).sign(by, hashes.SHA256())

    def answer(self, request: bytes) -> bytes:
        """What it replies to a request."""
        (self.folder / "request").write_bytes(request)
        own = ["-config", "tsa.cnf", "-signer", "tsa.pem", "-inkey", "key.pem"]
        command = ["openssl", "ts", "-reply", *own, "-queryfile", "request", "-out", "reply"]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "reply").read_bytes()
