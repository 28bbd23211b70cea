# SPDX-License-Identifier: Apache-2.0
"""Time stamps of a site: asked of its own authority only, kept where they hold, and checked by verification."""

from __future__ import annotations

from pathlib import Path

import pytest
from authority import Authority, needs_openssl
from cryptography.hazmat.primitives.serialization import Encoding
from factories import full_passage
from tampering import tamper

from wayside.domain import UsageError
from wayside.record import Store, read_roots, sign_now, stamp
from wayside.record.journal import SignatureError
from wayside.record.verify import Asked, Status, verify_record

ADDRESS = "https://stamps.example/tsr"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """One for all tests: keys take time."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def record(tmp_path: Path) -> Path:
    """A record of a site that names an authority."""
    folder = tmp_path / "record"
    folder.mkdir()
    (folder / "site.toml").write_text(f'[journal]\ntimestamp = "{ADDRESS}"\n')
    with Store(folder) as store:
        store.add(*full_passage())
    return folder


def stamped(record: Path, authority: Authority) -> Path:
    """Has the journal stamped; the file of the answer."""

    def ask(address: str, request: bytes) -> bytes:
        assert address == ADDRESS
        return authority.answer(request)

    with Store(record) as store:
        stamp(store, sign_now(store), [authority.root], ask)
    (file,) = (record / "stamps").iterdir()
    return file


def damages(record: Path, authority: Authority) -> list[str]:
    """What verification finds, believing the authority."""
    report = verify_record(record, Asked(jobs=1, roots=(authority.root,)))
    assert all(one.damage == "stamp-false" for one in report.findings)
    return [one.detail or "" for one in report.findings]


@needs_openssl
def test_a_stamp_is_kept_and_holds(record: Path, authority: Authority) -> None:
    """Under the size of its checkpoint; without certificates it is not looked at."""
    file = stamped(record, authority)
    assert file.name == "2.tsr"
    assert damages(record, authority) == []
    file.write_bytes(b"nothing")
    assert verify_record(record, Asked(jobs=1)).status is Status.SOUND


@needs_openssl
def test_stamps_that_do_not_hold_are_named(record: Path, authority: Authority, tmp_path: Path) -> None:
    """Of another checkpoint, of none, of an authority that nobody believes, older than what it vouches for."""
    file = stamped(record, authority)
    file.rename(file.with_name("1.tsr"))
    assert "does not vouch" in damages(record, authority)[0]
    file.with_name("1.tsr").rename(file.with_name("99.tsr"))
    assert "there is no such checkpoint" in damages(record, authority)[0]
    file.with_name("99.tsr").rename(file)
    assert "does not vouch" in damages(record, Authority(tmp_path))[0]
    tamper(record, "UPDATE checkpoint SET made_ms = made_ms + 100000000")
    assert "said to be made later" in damages(record, authority)[0]


@needs_openssl
def test_an_answer_that_does_not_hold_is_not_kept(record: Path, authority: Authority, tmp_path: Path) -> None:
    """Somebody else's, however well signed."""
    other = Authority(tmp_path)
    with Store(record) as store, pytest.raises(SignatureError):
        stamp(store, sign_now(store), [authority.root], lambda _, request: other.answer(request))
    assert not (record / "stamps").exists()


def test_a_site_without_an_authority_asks_nobody(tmp_path: Path) -> None:
    """And says where one is named."""
    with Store(tmp_path / "record") as store, pytest.raises(UsageError, match=r"under \[journal\] in site\.toml"):
        stamp(store, sign_now(store), [], lambda *_: pytest.fail("somebody was asked"))


def test_certificates_are_read_from_a_file(authority: Authority, tmp_path: Path) -> None:
    """In PEM form; another file is refused by name."""
    (tmp_path / "roots.pem").write_bytes(authority.root.public_bytes(Encoding.PEM) * 2)
    assert read_roots(tmp_path / "roots.pem") == [authority.root] * 2
    with pytest.raises(UsageError, match=r"nothing\.pem"):
        read_roots(tmp_path / "nothing.pem")
