# SPDX-License-Identifier: Apache-2.0
"""Each threat of the list and each requirement that binds us has tests that exist, or a reason why it has none."""

from __future__ import annotations

import ast
import hashlib
import re
import shutil
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from unit.access.world import SITE
from unit.web.house import House, passage_at

from wayside.vision import ModelError, Network, load_card
from wayside.web.app import EVERYTHING
from wayside.web.assets import assets

TESTS = Path(__file__).parents[2]
ROOT = TESTS.parent
ROWS: dict[str, dict[str, Any]] = tomllib.loads(Path(__file__).with_name("threats.toml").read_text("utf-8"))
LEAST_REASON = 40


@cache
def names_in(file: str) -> frozenset[str]:
    """The tests of a file."""
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_threat_has_its_row() -> None:
    """T1 to T31, and the requirements of ASVS 5.0 in the list."""
    assert {f"T{number}" for number in range(1, 32)} <= ROWS.keys()
    assert len([name for name in ROWS if name.startswith("ASVS ")]) == 46


@pytest.mark.parametrize("row", sorted(ROWS))
def test_every_row_names_tests_that_exist_or_says_why_there_is_none(row: str) -> None:
    """A test that is renamed takes its row along."""
    stated = ROWS[row]
    assert stated.keys() <= {"threat", "tests", "reason"}
    assert stated.get("tests") or len(stated.get("reason", "")) >= LEAST_REASON
    for page in re.findall(r"docs/\S+\.md", stated.get("reason", "")):
        assert (ROOT / page).is_file(), page
    for named in stated.get("tests", []):
        file, _, name = named.partition("::")
        assert name in names_in(file), named


SCRIPT = "<img src=x onerror=alert(1)>\"'><svg/onload=alert(2)>{{7*7}}"


def test_what_people_and_cameras_write_stays_text(house: House) -> None:
    """A plate, a camera, a reason, a name: on every page that shows it, it is shown as it was written."""
    world = house.world
    passage, pictures = passage_at(1, "fresh", SCRIPT)
    world.store.add(replace(passage, camera=SCRIPT), pictures)
    for name, role in (("ivy", "investigator"), ("olga", "auditor"), ("ann", "administrator")):
        world.person(name, role)
    world.under_purpose("ivy")
    said = {"kind": "rejection", "reason": SCRIPT}
    key = world.session("ivy")
    amendments = f"/api/v1/passages/{passage.id}/amendments"
    assert house.call("POST", amendments, session=key, json_body=said).status == 201
    added = {"name": "otto", "shown_as": SCRIPT[:60]}
    assert house.call("POST", "/api/v1/people", session=world.session("ann"), json_body=added).status == 201
    shown = 0
    for name in ("ivy", "olga", "ann"):
        own = world.session(name)
        for path in pages(passage.id):
            answer = house.call("GET", path, session=own)
            assert answer.status < 500, path
            if not answer.headers.get("content-type", "").startswith("text/html"):
                continue
            assert "<img src=x" not in answer.text, path
            assert "<svg/onload" not in answer.text, path
            shown += "&lt;img src=x" in answer.text
    assert shown > 0


def pages(passage_id: str) -> list[str]:
    """Every page that is asked for by an address alone."""
    found = {
        one.path.replace("{passage_id}", passage_id)
        for some in EVERYTHING
        for one in some
        if one.method == "GET" and not one.path.startswith(("/api/", "/static/")) and "events" not in one.path
    }
    return sorted(path for path in found if "{" not in path)


def test_one_address_answers_each_person_for_themselves(house: House) -> None:
    """What an investigator was shown in full, a monitor gets masked, and neither is kept on the way."""
    world = house.world
    for name, role in (("ivy", "investigator"), ("mona", "monitor")):
        world.person(name, role)
        world.under_purpose(name)
    path = f"/api/v1/passages/{house.passages[SITE, 'fresh']}"
    full = house.call("GET", path, session=world.session("ivy"))
    refused = house.call("GET", path, session=world.session("mona"), headers={"if-none-match": full.headers["etag"]})
    assert (full.status, refused.status) == (200, 403)
    for answer in (full, refused):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["vary"] == "Authorization, Cookie"


def test_no_address_takes_a_plate() -> None:
    """Neither in its path nor behind it: searches are sent."""
    for some in EVERYTHING:
        for one in some:
            names = re.findall(r"{(\w+)", one.path) + list(one.endpoint.__annotations__)
            if one.method == "GET":
                assert not {"plate", "text", "q", "registration"} & set(names), one.path


def test_no_address_takes_passages() -> None:
    """What a device may do by the table, no route does: nobody can hand in what no camera saw."""
    assert not {"add passage", "import passage"} & {one.deed.may for some in EVERYTHING for one in some}


RUNS_WHAT_IT_READS = re.compile(
    r"\bpickle\b|\bmarshal\b|\byaml\.|\beval\(|\bexec\(|\bshell=True|os\.system|torch\.load|xml\.(etree|sax|dom)"
)


def test_nothing_that_is_read_can_run() -> None:
    """No pickles, no YAML, no XML, no shell, no code made from text."""
    for path in sorted((ROOT / "src").rglob("*.py")):
        assert not RUNS_WHAT_IT_READS.search(path.read_text("utf-8")), path


STARTS_A_PROGRAM = re.compile(r"\bsubprocess\b|\bos\.(system|popen|exec[lv]|spawn|posix_spawn)|\bpty\.spawn")


def test_no_program_is_started_but_our_own_for_a_camera() -> None:
    """Decoders, fonts and databases are libraries; a camera's own process is told its address on a pipe."""
    src = ROOT / "src" / "wayside"
    found = {path.relative_to(src) for path in src.rglob("*.py") if STARTS_A_PROGRAM.search(path.read_text("utf-8"))}
    assert found == {Path("setup/process.py")}


NAMES_A_SOURCE = re.compile(r"^(source|address|url|uri|stream|rtsp\w*|host|endpoint)$")


def test_only_who_sets_cameras_up_names_the_address_of_one() -> None:
    """No other route has a field for an address, so nobody else can make the program ask for anything."""
    found = {
        one.deed.may
        for some in EVERYTHING
        for one in some
        for name, kind in one.endpoint.__annotations__.items()
        if any(NAMES_A_SOURCE.match(field) for field in {name, *getattr(kind, "model_fields", {})})
    }
    assert found == {"configure camera", "calibrate camera"}


def test_a_model_that_was_changed_is_not_loaded(tmp_path: Path) -> None:
    """One byte is enough."""
    for suffix in (".toml", ".onnx"):
        shutil.copy(ROOT / "src" / "wayside" / "vision" / "models" / f"plate_detector{suffix}", tmp_path)
    with (tmp_path / "plate_detector.onnx").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"?")
    with pytest.raises(ModelError, match="not the one its card describes"):
        Network(load_card("plate_detector", tmp_path), 1)


def test_no_weak_digest_or_chance_is_used() -> None:
    """Keys come from `secrets` or the operating system, digests are SHA-256 or better."""
    for room in ("access", "web"):
        for path in sorted((ROOT / "src" / "wayside" / room).rglob("*.py")):
            text = path.read_text("utf-8")
            assert not re.search(r"\b(md5|sha1|DES|RC4|ECB)\b", text), path
            assert not re.search(r"^import random|\brandom\.(random|choice|randint)\(", text, re.MULTILINE), path


def test_every_package_of_the_lock_has_its_digest() -> None:
    """So that nobody can put another one in its place."""
    with (ROOT / "uv.lock").open("rb") as file:
        packages = tomllib.load(file)["package"]
    for package in packages:
        if "registry" in package["source"]:
            files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
            assert files, package["name"]
            assert all(one["hash"].startswith("sha256:") for one in files), package["name"]


def test_vendored_files_are_as_they_were_published() -> None:
    """Each is in the list with its digest, and the list names no other."""
    vendor = ROOT / "src" / "wayside" / "web" / "static" / "vendor"
    listed = dict(re.findall(r"^\| (\S+) \|.* ([0-9a-f]{64}) \|$", (vendor / "VENDORED.md").read_text(), re.MULTILINE))
    there = {path.removeprefix("vendor/") for path in assets() if path.startswith("vendor/")}
    assert listed.keys() == there
    for name, digest in listed.items():
        assert hashlib.sha256((vendor / name).read_bytes()).hexdigest() == digest, name
