# SPDX-License-Identifier: Apache-2.0
"""The verifier for strangers: its arithmetic is that of RFC 8032, and no change of a bundle gets past it."""

from __future__ import annotations

import ast
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from factories import full_passage
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.domain import Purpose, RecordError
from wayside.record import AmendmentKind, Store, amend
from wayside.record.exchange import Order, Selection, export_to_stream
from wayside.record.journal import KeyList, SigningKey, key_list, load_key, sign_note
from wayside.record.verify import Status, standalone, verify_bundle

FILE = Path(standalone.__file__)
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe2465"
        "5141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb0"
        "0d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc0"
        "27beceea1ec40a",
    ),
]
"""Public key, message and signature: RFC 8032, section 7.1, tests 1 to 3."""


def holds(public: bytes, text: bytes, signature: bytes) -> bool:
    """Whether the verifier takes a signature."""
    try:
        return standalone.signature_holds(public, text, signature)
    except ValueError:
        return False


@pytest.mark.parametrize(("public", "text", "signature"), VECTORS)
def test_published_signatures(public: str, text: str, signature: str) -> None:
    """Hold; and not for another text."""
    key, message, signed = (bytes.fromhex(one) for one in (public, text, signature))
    assert holds(key, message, signed)
    assert not holds(key, message + b"?", signed)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100), st.integers(0, 511))
@settings(max_examples=30)
def test_signatures_of_another_library(seed: bytes, text: bytes, bit: int) -> None:
    """Hold, and with any bit turned they do not."""
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), bytearray(private.sign(text))
    assert holds(public, text, bytes(signature))
    signature[bit // 8] ^= 1 << bit % 8
    assert not holds(public, text, bytes(signature))


def test_second_spellings_of_a_signature_are_refused() -> None:
    """The scalar plus the order of the group; a key of small order, which signs everything; points off the curve."""
    public, _, signature = (bytes.fromhex(one) for one in VECTORS[0])
    scalar = int.from_bytes(signature[32:], "little") + standalone.L
    assert not holds(public, b"", signature[:32] + scalar.to_bytes(32, "little"))
    assert not holds(bytes([1]) + bytes(31), b"", bytes([1]) + bytes(63))
    assert not holds((2).to_bytes(32, "little"), b"", signature)
    assert not holds((standalone.P + 1).to_bytes(32, "little"), b"", signature)
    assert not holds(public, b"", signature[:-1])


def test_the_file_is_short_and_needs_nothing() -> None:
    """At most 200 lines; the standard library alone."""
    text = FILE.read_text("utf-8")
    assert text.count("\n") <= 200
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name) or ""
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A data directory, and a bundle of all its passages; one passage was corrected."""
    folder, out = tmp_path_factory.mktemp("bundle") / "record", io.BytesIO()
    with Store(folder) as store:
        for number in range(3):
            store.add(*full_passage(number))
        amend(store, f"{1:032x}", AmendmentKind.CORRECTION, author="bob", reason="seen", field="plate", value="1A")
        export_to_stream(store, Order(Selection(), Purpose("offence", "CR-2026/0123", "ada"), "bundle"), out)
    return folder, out.getvalue()


@pytest.fixture
def key(made: tuple[Path, bytes]) -> SigningKey:
    """The site's."""
    return load_key(made[0] / "keys")


@pytest.fixture
def keys(key: SigningKey) -> KeyList:
    """What the site has published."""
    return key_list([key.public])


@pytest.fixture
def whole(made: tuple[Path, bytes]) -> dict[str, bytes]:
    """The files of the bundle."""
    with zipfile.ZipFile(io.BytesIO(made[1])) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, files: dict[str, bytes]) -> Path:
    """An archive of these files."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def signed_again(
    files: dict[str, bytes], key: SigningKey, change: Callable[[dict[str, Any]], None] | None = None
) -> None:
    """Makes manifest and note anew, as only the site could: so the checks behind the signatures are reached."""
    manifest = json.loads(files["bundle.json"])
    if change:
        change(manifest)
    beside = {"bundle.json", "bundle.note"}
    manifest["files"] = {
        name: {"sha256": sha256(data).hexdigest(), "bytes": len(data)}
        for name, data in files.items()
        if name not in beside
    }
    files["bundle.json"] = json.dumps(manifest).encode()
    note = sign_note(f"wayside.bundle/v1\n{sha256(files['bundle.json']).hexdigest()}\n", [key])
    files["bundle.note"] = note.encode()


def told(path: Path, keys: KeyList) -> str:
    """What the report says is wrong; empty where nothing is."""
    return " ".join(str(one) for one in verify_bundle(path, keys).findings)


def run(*arguments: str) -> tuple[int, str]:
    """The file as a stranger runs it: with no Wayside, and no other package, to be had."""
    done = subprocess.run([sys.executable, "-I", "-S", FILE, *arguments], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def test_a_stranger_finds_a_bundle_sound(made: tuple[Path, bytes], keys: KeyList, tmp_path: Path) -> None:
    """With the site's keys; without them he is told what that means."""
    bundle, listed = tmp_path / "case.zip", tmp_path / "keys.txt"
    bundle.write_bytes(made[1])
    listed.write_text(f"# the gate's\n{keys}")
    code, said = run(str(bundle), str(listed))
    assert (code, "sound: 3 passages" in said) == (0, True)
    code, said = run(str(bundle))
    assert (code, "if the keys in keys.txt are the site's" in said) == (0, True)


def test_a_stranger_is_told_what_is_wrong(made: tuple[Path, bytes], whole: dict[str, bytes], tmp_path: Path) -> None:
    """1 for what was changed or is another site's, 2 for what cannot be read."""
    other, listed = tmp_path / "case.zip", tmp_path / "keys.txt"
    listed.write_text(str(key_list([SigningKey.make("wayside/other/01234567").public])))
    other.write_bytes(made[1])
    assert run(str(other), str(listed))[0] == 1
    code, said = run(str(packed(other, whole | {"sheet.pdf": b"%PDF-another"})))
    assert (code, "sheet.pdf is not the file that was signed" in said) == (1, True)
    assert run(str(tmp_path / "nothing.zip"))[0] == 2
    assert run(str(listed))[0] == 1
    assert run()[0] != 0


def test_the_command_uses_the_same_checks(made: tuple[Path, bytes], keys: KeyList, tmp_path: Path) -> None:
    """And reports what it looked at; a file that is not there cannot be checked."""
    bundle = tmp_path / "case.zip"
    bundle.write_bytes(made[1])
    report = verify_bundle(bundle, keys)
    assert (report.status, report.subject, report.checked["passages"]) == (Status.SOUND, "bundle", 3)
    assert report.origin == keys.origin
    assert verify_bundle(bundle).keys == []
    with pytest.raises(RecordError, match="cannot be read"):
        verify_bundle(tmp_path / "nothing.zip")


BZIP2, BEYOND = (10, 12), (16, 0xFF)
"""Byte and value: in the first file's entry of the directory another way to pack it; at the end, where that begins."""


@pytest.mark.parametrize(("mark", "changed"), [(b"PK\1\2", BZIP2), (b"PK\5\6", BEYOND)])
def test_what_cannot_be_unpacked_is_no_trouble_of_the_disk(
    made: tuple[Path, bytes], keys: KeyList, tmp_path: Path, mark: bytes, changed: tuple[int, int]
) -> None:
    """Though Python says both as OSError: the file could be read, and is no sound bundle."""
    bundle, data = tmp_path / "case.zip", bytearray(made[1])
    place, value = changed
    data[data.rindex(mark) + place] = value
    bundle.write_bytes(data)
    with pytest.raises(OSError, match="Invalid"):
        standalone.check_bundle(bundle, str(keys))
    assert verify_bundle(bundle, keys).status is Status.TAMPERED
    assert run(str(bundle))[0] == 1


@pytest.mark.parametrize(
    "name", ["entries/9999.json", "pictures/x.jpg", "../../etc/cron", "notes.txt", "entries/01.json", "a/"]
)
def test_files_that_belong_to_no_bundle(whole: dict[str, bytes], keys: KeyList, tmp_path: Path, name: str) -> None:
    """Are refused, whether or not their names are good."""
    found = told(packed(tmp_path / "case.zip", whole | {name: b"{}"}), keys)
    assert "belongs to no bundle" in found or "is not the file that was signed" in found


def test_a_file_twice_and_a_file_too_few(whole: dict[str, bytes], keys: KeyList, tmp_path: Path) -> None:
    """Which of two would be meant? Which one is hidden?"""
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(tmp_path / "twice.zip", "w") as archive:
        for name, data in [*whole.items(), ("checkpoint", whole["checkpoint"])]:
            archive.writestr(name, data)
    assert "one file twice" in told(tmp_path / "twice.zip", keys)
    for name in whole:
        less = {other: data for other, data in whole.items() if other != name}
        assert told(packed(tmp_path / "less.zip", less), keys)


def test_every_file_is_covered_by_the_signature(whole: dict[str, bytes], keys: KeyList, tmp_path: Path) -> None:
    """A byte more in any of them is named with the file."""
    for name, data in whole.items():
        found = told(packed(tmp_path / "case.zip", whole | {name: data + b" "}), keys)
        assert name in found or name == "bundle.note"
        assert found


def entry_of(files: dict[str, bytes], seq: int) -> dict[str, Any]:
    """An entry of the bundle."""
    return dict(json.loads(files[f"entries/{seq}.json"]))


def change_entry(files: dict[str, bytes], number: int, **changed: object) -> None:
    """Changes an entry of the bundle."""
    files[f"entries/{number}.json"] = json.dumps(entry_of(files, number) | changed).encode()


def exchanged(files: dict[str, bytes], manifest: dict[str, Any]) -> None:
    """Two passages in each other's place."""
    manifest["passages"][0]["seq"], manifest["passages"][1]["seq"] = 2, 1


FORGERIES: dict[str, tuple[Callable[[dict[str, bytes]], None], Callable[[dict[str, Any]], None] | None, str]] = {
    "a payload": (lambda files: change_entry(files, 1, payload="[]"), None, "entry 1: is not the one"),
    "a kind": (lambda files: change_entry(files, 1, kind="search"), None, "entry 1: is not the one"),
    "a salt": (lambda files: change_entry(files, 1, salt="00" * 32), None, "entry 1: is not the one"),
    "a number": (lambda files: change_entry(files, 1, seq=2), None, "entry 1: is not the one"),
    "another's proof": (
        lambda files: files.update({"proofs/1.tlog-proof": files["proofs/2.tlog-proof"]}),
        None,
        "entry 1: the proof is of another one",
    ),
    "a proof too long": (
        lambda files: files.update(
            {
                "proofs/1.tlog-proof": files["proofs/1.tlog-proof"].replace(
                    b"index 1\n", b"index 1\n" + b"A" * 43 + b"=\n"
                )
            }
        ),
        None,
        "entry 1: is not the one",
    ),
    "a proof with a checkpoint of its own": (
        lambda files: files.update({"proofs/1.tlog-proof": files["proofs/1.tlog-proof"] + b" "}),
        None,
        "entry 1: the proof has another checkpoint",
    ),
    "another size": (lambda files: None, lambda manifest: manifest.update(size=99), "another journal or size"),
    "another origin": (lambda files: None, lambda manifest: manifest.update(origin="x"), "another journal or size"),
    "another person": (
        lambda files: None,
        lambda manifest: manifest["export"].update(person="eve"),
        "the journal tells of another export",
    ),
    "an entry that is no export": (
        lambda files: None,
        lambda manifest: manifest.update(entry=1),
        "",
    ),
    "passages in each other's place": (
        lambda files: None,
        lambda manifest: exchanged({}, manifest),
        "its entry is of another",
    ),
    "a picture left out": (
        lambda files: [files.pop(name) for name in list(files) if name.startswith("pictures/")].clear(),
        None,
        "a picture is missing or too many",
    ),
    "a picture not owned up to": (
        lambda files: None,
        lambda manifest: manifest["passages"][0]["pictures"].pop(),
        "names other pictures",
    ),
    "a line": (
        lambda files: files.update({"passages.jsonl": files["passages.jsonl"].replace(b"101D234", b"101D235", 1)}),
        None,
        "its line does not say what its entry says",
    ),
    "a line too few": (
        lambda files: files.update({"passages.jsonl": files["passages.jsonl"].partition(b"\n")[2]}),
        None,
        "its line does not say what its entry says",
    ),
}
"""What the site itself could do wrong, or on purpose: the change of files, that of the manifest, and what is said."""


@pytest.mark.parametrize("name", FORGERIES)
def test_what_even_the_site_cannot_forge(
    whole: dict[str, bytes], key: SigningKey, keys: KeyList, tmp_path: Path, name: str
) -> None:
    """With manifest and note signed again, the journal still contradicts."""
    change, stated, expected = FORGERIES[name]
    change(whole)
    signed_again(whole, key, stated)
    report = verify_bundle(packed(tmp_path / "case.zip", whole), keys)
    assert report.status is Status.TAMPERED
    assert expected in str(report.findings[0])


def test_a_bundle_signed_again_without_a_change_is_sound(
    whole: dict[str, bytes], key: SigningKey, keys: KeyList, tmp_path: Path
) -> None:
    """So that the test above fails for the right reason."""
    signed_again(whole, key)
    assert told(packed(tmp_path / "case.zip", whole), keys) == ""
