# SPDX-License-Identifier: Apache-2.0
"""Evidence bundles: what a stranger checks of them holds, and what was changed is found."""

from __future__ import annotations

import hashlib
import io
import json
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from factories import full_passage

from tests.unit.record.exchange.helpers import EVERYTHING, PURPOSE, exported, fill, jpeg, order, pictured, told
from wayside.domain import RecordError, UsageError
from wayside.record import AmendmentKind, Store, amend, passage_document
from wayside.record.exchange import exhibits
from wayside.record.exchange.selection import Selection
from wayside.record.journal import (
    Checkpoint,
    KeyList,
    check_proof,
    commitment,
    entry_leaf,
    open_checkpoint,
    open_note,
    parse_proof,
)
from wayside.record.verify import Status, verify_bundle


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A record with three pictured passages, one of them corrected, and a bare one."""
    with Store(tmp_path / "record") as opened:
        passages = fill(opened)
        amend(opened, passages[1].id, AmendmentKind.CORRECTION, author="bob", reason="seen", field="plate", value="1A")
        yield opened


class Bundle:
    """A bundle as a checker sees it."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.manifest: dict[str, Any] = json.loads(self.read("bundle.json"))
        self.keys = KeyList.parse(self.read("keys.txt").decode())

    def read(self, name: str) -> bytes:
        """A file of the archive."""
        return self.archive.read(name)

    def entry(self, seq: int) -> dict[str, Any]:
        """An entry."""
        return dict(json.loads(self.read(f"entries/{seq}.json")))

    def proven(self, seq: int) -> Checkpoint:
        """The checkpoint that an entry's proof leads to; raises where it leads nowhere."""
        entry = self.entry(seq)
        committed = commitment(bytes.fromhex(entry["salt"]), entry["payload"].encode())
        proof = parse_proof(self.read(f"proofs/{seq}.tlog-proof").decode())
        assert proof.index == seq == entry["seq"]
        assert proof.checkpoint == self.read("checkpoint").decode()
        keys = self.keys.at(self.manifest["size"])
        return check_proof(proof, entry_leaf(seq, entry["kind"], committed), keys)


@pytest.fixture
def bundle(store: Store) -> Bundle:
    """A bundle of everything."""
    return Bundle(exported(store, "bundle"))


def test_every_entry_is_proven_against_the_signed_checkpoint(bundle: Bundle) -> None:
    """Passages, amendments and the export itself."""
    stated = open_checkpoint(bundle.read("checkpoint").decode(), bundle.keys.at(bundle.manifest["size"]))
    assert (stated.origin, stated.size) == (bundle.manifest["origin"], bundle.manifest["size"])
    seqs = [int(Path(name).stem) for name in bundle.archive.namelist() if name.startswith("entries/")]
    assert len(seqs) == 4 + 1 + 1
    assert [bundle.proven(seq) for seq in seqs] == [stated] * len(seqs)


def test_every_file_is_in_the_manifest_with_its_digest(bundle: Bundle) -> None:
    """But for the manifest and the note over it."""
    stated = {name: file["sha256"] for name, file in bundle.manifest["files"].items()}
    names = [name for name in bundle.archive.namelist() if name not in {"bundle.json", "bundle.note"}]
    assert stated == {name: hashlib.sha256(bundle.read(name)).hexdigest() for name in names}
    assert all(file["bytes"] == len(bundle.read(name)) for name, file in bundle.manifest["files"].items())


def test_the_manifest_is_signed_by_the_site(bundle: Bundle) -> None:
    """With a note that nobody can take for a checkpoint."""
    signed = open_note(bundle.read("bundle.note").decode(), bundle.keys.at(bundle.manifest["size"]))
    digest = hashlib.sha256(bundle.read("bundle.json")).hexdigest()
    assert signed.text == f"wayside.bundle/v1\n{digest}\n"


def test_the_manifest_is_of_its_schema(bundle: Bundle) -> None:
    """The published one."""
    schema = json.loads((files("wayside") / "schema" / "bundle.schema.json").read_text("utf-8"))
    jsonschema.validate(bundle.manifest, schema)


def test_the_export_tells_of_itself(bundle: Bundle) -> None:
    """The journal's entry and the watermark name the same person, reason and reference."""
    entry = bundle.entry(bundle.manifest["entry"])
    said = json.loads(entry["payload"])
    assert entry["kind"] == "export"
    assert (said["export_id"], said["person"]) == (bundle.manifest["export"]["id"], PURPOSE.person)
    assert (said["reason"], said["reference"]) == (PURPOSE.reason, PURPOSE.reference)
    assert bundle.manifest["entry"] == bundle.manifest["size"] - 1


def test_passages_are_there_as_lines_and_as_payloads(store: Store, bundle: Bundle) -> None:
    """In the same order, saying the same."""
    lines = [json.loads(line) for line in bundle.read("passages.jsonl").splitlines()]
    assert lines == [passage_document(passage) for _, passage in store.since(0, 10)]
    for line, stated in zip(lines, bundle.manifest["passages"], strict=True):
        payload = json.loads(bundle.entry(stated["seq"])["payload"])
        assert (payload[0], payload[2], payload[8]) == (line["id"], line["camera"], line["plate"]["text"])


def test_pictures_are_byte_for_byte_those_recorded(bundle: Bundle) -> None:
    """The watermark is on the sheet alone."""
    names = sorted(name for name in bundle.archive.namelist() if name.startswith("pictures/"))
    digests = {hashlib.sha256(jpeg(number)).hexdigest(): jpeg(number) for number in range(3)}
    assert names == sorted(f"pictures/{digest}.jpg" for digest in digests)
    assert all(bundle.read(name) == digests[Path(name).stem] for name in names)


def test_corrections_come_with_what_they_correct(bundle: Bundle) -> None:
    """With their own proofs, and on the sheet."""
    amended = [one for one in bundle.manifest["passages"] if one["amendments"]]
    ((seq,),) = [one["amendments"] for one in amended]
    assert bundle.entry(seq)["kind"] == "amendment"
    assert json.loads(bundle.entry(seq)["payload"])["value"] == "1A"


def test_files_stand_in_order_with_the_time_of_the_export(bundle: Bundle) -> None:
    """No clock of the file system, no folders, nothing that could be run."""
    infos = bundle.archive.infolist()
    assert [info.filename for info in infos[:2]] == ["checkpoint", "keys.txt"]
    assert [info.filename for info in infos[-3:]] == ["sheet.pdf", "bundle.json", "bundle.note"]
    assert len({info.date_time for info in infos}) == 1
    assert {info.external_attr >> 16 for info in infos} == {0o100600}
    numbers = [int(Path(info.filename).stem) for info in infos if info.filename.startswith("entries/")]
    assert numbers == sorted(numbers)


def test_a_picture_that_never_came_is_said_to_be_missing(tmp_path: Path) -> None:
    """The digest stays in the payload; no file pretends to be it."""
    passage = pictured(7)[0]
    with Store(tmp_path / "other") as store:
        store.add_many([passage])
        bundle = Bundle(exported(store, "bundle"))
    (stated,) = bundle.manifest["passages"]
    assert stated["pictures"] == [{"role": "frame", "sha256": passage.evidence[0].sha256, "held": False}]
    assert not [name for name in bundle.archive.namelist() if name.startswith("pictures/")]


def spoil(path: Path) -> None:
    """Changes one byte."""
    data = bytearray(path.read_bytes())
    data[50] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("harm", [spoil, Path.unlink])
def test_no_bundle_is_made_with_a_picture_that_is_not_the_one_recorded(
    store: Store, harm: Callable[[Path], None]
) -> None:
    """Changed or gone: either way it is no evidence."""
    harm(store.picture_path(store.passages(limit=4)[2].evidence[0]))
    with pytest.raises(RecordError, match="missing or was changed"):
        exported(store, "bundle")


def test_too_many_passages_are_refused_with_the_mend(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are to be looked at one by one."""
    monkeypatch.setattr(exhibits, "MOST", 3)
    with pytest.raises(UsageError, match="at most 3 passages; narrow it"):
        exported(store, "bundle")


def test_a_bundle_of_nothing_is_refused(store: Store) -> None:
    """It would show nothing."""
    with pytest.raises(UsageError, match="no passage is as asked"):
        exported(store, "bundle", Selection(camera="nowhere"))


def test_entries_recorded_meanwhile_are_not_in_the_bundle(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is in it is covered by the one checkpoint."""
    real = exhibits.checked

    def late(rows: Any) -> Any:
        store.add(*full_passage(99))
        return real(rows)

    monkeypatch.setattr(exhibits, "checked", late)
    bundle = Bundle(exported(store, "bundle"))
    assert len(bundle.manifest["passages"]) == 4


def test_the_journal_gets_the_digest_of_the_bundle(store: Store) -> None:
    """So that the file can be known again."""
    data = exported(store, "bundle")
    *_, finished = told(store, "export")
    assert finished.payload is not None
    assert finished.payload["sha256"] == hashlib.sha256(data).hexdigest()
    assert finished.payload["passages"] == 4


def test_an_order_names_its_selection(store: Store) -> None:
    """What is not asked for is not in the journal either."""
    assert order("bundle").selection == EVERYTHING
    exported(store, "bundle", Selection(camera="gate"))
    begun = told(store, "export")[-2]
    assert begun.payload is not None
    assert begun.payload["criteria"] == {"camera": "gate"}


def sound(data: bytes, folder: Path) -> bool:
    """What the published verifier says of a bundle."""
    path = folder / "case.zip"
    path.write_bytes(data)
    return verify_bundle(path).status is Status.SOUND


def contents(data: bytes) -> dict[str, bytes]:
    """The files of an archive by name; empty where it is none any more."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, zlib.error, RuntimeError):
        return {}


def test_every_changed_byte_that_changes_meaning_is_found(store: Store, tmp_path: Path) -> None:
    """By the published verifier; what it lets pass is a byte of the archive that says nothing."""
    data = exported(store, "bundle")
    assert sound(data, tmp_path)
    original, chance = contents(data), random.Random(3)
    for place in chance.sample(range(len(data)), 250):
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(8)
        assert not sound(bytes(changed), tmp_path) or contents(bytes(changed)) == original
