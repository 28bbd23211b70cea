# SPDX-License-Identifier: Apache-2.0
"""The seal: readable with the key and as the owner's, and in no other way."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from wayside.access.signing.seal import KEY, Seal
from wayside.domain import AccessError


def test_what_is_sealed_can_be_opened_by_its_owner_only(tmp_path: Path) -> None:
    """A row copied to another account is no use there."""
    seal = Seal(tmp_path)
    sealed = seal.close("JBSWY3DPEHPK3PXP", "mary")
    assert b"JBSWY3DP" not in sealed
    assert seal.open(sealed, "mary") == "JBSWY3DPEHPK3PXP"
    with pytest.raises(AccessError, match="reset the second factor"):
        seal.open(sealed, "john")


def test_the_key_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    """A second opening reads what the first sealed; no draft stays."""
    sealed = Seal(tmp_path).close("text", "mary")
    assert Seal(tmp_path).open(sealed, "mary") == "text"
    assert (tmp_path / KEY).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["access.key"]


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    """So a copied database alone gives away no code generator."""
    sealed = Seal(tmp_path / "here").close("text", "mary")
    with pytest.raises(AccessError):
        Seal(tmp_path / "there").open(sealed, "mary")


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """With the command that mends it."""
    Seal(tmp_path)
    (tmp_path / KEY).chmod(0o644)
    with pytest.raises(AccessError, match="chmod 600"):
        Seal(tmp_path)


def test_whoever_comes_second_takes_the_key_of_the_first(tmp_path: Path) -> None:
    """Several processes may start on a new data directory at one moment."""
    seals: list[Seal] = []
    threads = [threading.Thread(target=lambda: seals.append(Seal(tmp_path))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sealed = seals[0].close("text", "mary")
    assert [seal.open(sealed, "mary") for seal in seals] == ["text"] * 8
