# SPDX-License-Identifier: Apache-2.0
"""The bill of materials names everything that the lock lets in, and nothing else."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import bill
import pytest
from licences import base_install, locked

FILE = {"url": "https://example.org/a-1.tar.gz", "hash": "sha256:" + "0" * 64}


def package(name: str, *needs: str, **more: Any) -> dict[str, Any]:
    """A package as a lock has it."""
    return {"name": name, "version": "1", "dependencies": [{"name": one} for one in needs], "sdist": FILE, **more}


def small() -> list[dict[str, Any]]:
    """A lock of three packages, one of which comes with an extra only."""
    own = package("wayside", "a", **{"optional-dependencies": {"more": [{"name": "b"}]}})
    return [own, package("a"), package("b", "a")]


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    """The bill of the lock as it is."""
    return bill.bill(bill.every_package())


def test_every_locked_package_is_there_with_every_digest(whole: dict[str, Any]) -> None:
    """In each version, each file that an installation may fetch, with the SHA-256 that the lock demands of it."""
    there = {(one["name"], one["version"]): one for one in whole["components"]}
    with (bill.ROOT / "uv.lock").open("rb") as file:
        packages = [one for one in tomllib.load(file)["package"] if one["name"] != "wayside"]
    assert there.keys() == {(one["name"], one["version"]) for one in packages}
    assert len(whole["components"]) == len(packages) > 50
    for one in packages:
        files = [*filter(None, [one.get("sdist")]), *one.get("wheels", [])]
        said = there[one["name"], one["version"]]["externalReferences"]
        stated = {file["url"]: file["hashes"][0]["content"] for file in said}
        assert stated, one["name"]
        assert stated == {file["url"]: file["hash"].removeprefix("sha256:") for file in files}


def test_each_version_of_a_package_is_a_part_of_its_own() -> None:
    """Which of them runs depends on the Python; a need that names one means that one."""
    two = {**package("a"), "version": "2"}
    later = {**package("c"), "dependencies": [{"name": "a", "version": "2"}]}
    made = bill.bill([*small(), two, later])
    assert [one["bom-ref"] for one in made["components"]] == [f"pkg:pypi/{one}" for one in ("a@1", "a@2", "b@1", "c@1")]
    found = {one["ref"]: one["dependsOn"] for one in made["dependencies"]}
    assert found["pkg:pypi/c@1"] == ["pkg:pypi/a@2"]
    assert found["pkg:pypi/b@1"] == ["pkg:pypi/a@1", "pkg:pypi/a@2"]


def test_a_scanner_can_follow_it(whole: dict[str, Any]) -> None:
    """Form and version are those of CycloneDX, each reference leads somewhere, and each name is there once."""
    assert (whole["bomFormat"], whole["specVersion"]) == ("CycloneDX", "1.6")
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", whole["serialNumber"])
    references = ["wayside", *(one["bom-ref"] for one in whole["components"])]
    assert len(references) == len(set(references))
    assert {one["ref"] for one in whole["dependencies"]} == set(references)
    assert {name for one in whole["dependencies"] for name in one["dependsOn"]} <= set(references)
    assert all(one["purl"].startswith("pkg:pypi/") for one in whole["components"])


def test_what_the_base_install_brings_is_told_apart(whole: dict[str, Any]) -> None:
    """A fault in a tool of ours is another matter than one in what runs at a gate."""
    required = {one["name"] for one in whole["components"] if one["scope"] == "required"}
    assert required == base_install(locked())
    assert "pytest" not in required


def test_extras_are_needs_too() -> None:
    """Of whoever names them."""
    found = {one["ref"]: one["dependsOn"] for one in bill.bill(small())["dependencies"]}
    assert found == {"wayside": ["pkg:pypi/a@1", "pkg:pypi/b@1"], "pkg:pypi/a@1": [], "pkg:pypi/b@1": ["pkg:pypi/a@1"]}
    assert [one["scope"] for one in bill.bill(small())["components"]] == ["required", "optional"]


def test_the_same_lock_gives_the_same_bill_and_another_lock_another() -> None:
    """So that a bill can be compared with the one of the release."""
    changed = small()
    changed[1]["version"] = "2"
    assert bill.bill(small()) == bill.bill(small())
    assert bill.bill(small())["serialNumber"] != bill.bill(changed)["serialNumber"]


def test_a_weak_digest_is_no_digest() -> None:
    """The bill is not written with it."""
    weak = package("a", sdist={**FILE, "hash": "md5:0"})
    with pytest.raises(ValueError, match="make lock"):
        bill.component(weak, required=True)


def test_it_prints_what_it_made(capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON, and nothing beside it."""
    assert bill.main() == 0
    assert json.loads(capsys.readouterr().out) == bill.bill(bill.every_package())
