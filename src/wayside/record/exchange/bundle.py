# SPDX-License-Identifier: Apache-2.0
"""The evidence bundle: some passages with their pictures and proofs in one file that a stranger can check.

The format is `docs/reference/bundle-format.md`, `wayside.bundle/v1`.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from wayside.domain import Evidence, Passage
from wayside.record.document import Document, passage_document
from wayside.record.exchange.mark import Mark
from wayside.record.journal import commitment
from wayside.record.lines import encoded

if TYPE_CHECKING:
    from wayside.record.exchange.sheet import Page

FORMAT = "wayside.bundle/v1"
MANIFEST, NOTE = "bundle.json", "bundle.note"
REGULAR_FILE = 0o100600 << 16
"""What a zip archive says of a file that its owner may read and write."""

Sign = Callable[[str], str]
"""Makes a signed note of a text."""
Picture = Callable[[Evidence], bytes | None]
"""The bytes of a picture, None where it is not held; raises RecordError where it is not the one recorded."""


@dataclass(frozen=True, slots=True)
class Proven:
    """A journal entry with what shows that it stands in the journal."""

    seq: int
    kind: str
    salt: bytes
    payload: bytes
    proof: str
    """A C2SP tlog-proof that leads to the bundle's checkpoint."""

    @property
    def document(self) -> Document:
        """The entry as a JSON object."""
        return {"seq": self.seq, "kind": self.kind, "salt": self.salt.hex(), "payload": self.payload.decode()}


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One passage of a bundle, with what people said of it later."""

    entry: Proven
    passage: Passage
    site: str
    amendments: tuple[Proven, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a bundle tells, but for the pictures."""

    mark: Mark
    origin: str
    size: int
    checkpoint: str
    """The signed note."""
    keys: str
    """The site's public keys, one a line."""
    export: Proven
    """The journal's entry of this export."""
    exhibits: tuple[Exhibit, ...]
    """In order of their entries."""

    @property
    def entries(self) -> list[Proven]:
        """All entries, in order of their numbers, each once."""
        found = {self.export.seq: self.export}
        for one in self.exhibits:
            found |= {entry.seq: entry for entry in (one.entry, *one.amendments)}
        return [found[seq] for seq in sorted(found)]


class Archive:
    """A zip file being written, which remembers the digest of each file in it."""

    def __init__(self, file: zipfile.ZipFile, mark: Mark) -> None:
        self._zip = file
        self._time = mark.at.utctimetuple()[:6]
        self.files: dict[str, Document] = {}

    def add(self, name: str, data: bytes, *, deflated: bool = True) -> None:
        """Adds a file; raises OSError."""
        info = zipfile.ZipInfo(name, self._time)
        info.compress_type = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
        info.external_attr, info.create_system = REGULAR_FILE, 3
        self._zip.writestr(info, data)
        self.files[name] = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def pretty(document: Document) -> bytes:
    """A JSON object that people can read too."""
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def add_pictures(archive: Archive, contents: Contents, picture: Picture) -> set[str]:
    """Adds each picture that is held, once; their digests. Raises RecordError, OSError."""
    named = {one.sha256: one for exhibit in contents.exhibits for one in exhibit.passage.evidence}
    held = set()
    for digest in sorted(named):
        data = picture(named[digest])
        if data is not None:
            archive.add(f"pictures/{digest}.jpg", data, deflated=False)
            held.add(digest)
    return held


def passage_entry(exhibit: Exhibit, held: set[str]) -> Document:
    """What the manifest says of a passage."""
    return {
        "seq": exhibit.entry.seq,
        "id": exhibit.passage.id,
        "amendments": [one.seq for one in exhibit.amendments],
        "pictures": [
            {"role": one.role.value, "sha256": one.sha256, "held": one.sha256 in held}
            for one in exhibit.passage.evidence
        ],
    }


def manifest(contents: Contents, held: set[str], files: dict[str, Document]) -> Document:
    """`bundle.json`."""
    return {
        "format": FORMAT,
        "export": contents.mark.document,
        "notice": contents.mark.notice,
        "entry": contents.export.seq,
        "origin": contents.origin,
        "size": contents.size,
        "passages": [passage_entry(one, held) for one in contents.exhibits],
        "files": files,
    }


def amendment_words(entry: Proven) -> str:
    """An amendment in a sentence, as far as its payload tells."""
    said: dict[str, Any] = json.loads(entry.payload)
    what = " ".join(str(said[key]) for key in ("kind", "field", "value") if said.get(key) is not None)
    return f"{said.get('at', '')} {said.get('person', '')}: {what}; {said.get('reason', '')}"


def pages(contents: Contents, picture: Picture) -> Iterator[Page]:
    """The pages of the sheet, their pictures read as they are needed."""
    from wayside.record.exchange.sheet import Page

    for one in contents.exhibits:
        at_hand = {evidence.sha256: picture(evidence) for evidence in one.passage.evidence}
        yield Page(
            passage=one.passage,
            seq=one.entry.seq,
            site=one.site,
            commitment=commitment(one.entry.salt, one.entry.payload),
            pictures={digest: data for digest, data in at_hand.items() if data is not None},
            amendments=tuple(amendment_words(entry) for entry in one.amendments),
        )


def sheet(contents: Contents, picture: Picture) -> bytes:
    """The sheet; the library that draws it is loaded only where a bundle is made."""
    from wayside.record.exchange.sheet import write_sheet

    out = io.BytesIO()
    write_sheet(pages(contents, picture), contents.mark, out)
    return out.getvalue()


def add_entries(archive: Archive, entries: Sequence[Proven]) -> None:
    """Entries, then proofs."""
    for entry in entries:
        archive.add(f"entries/{entry.seq}.json", pretty(entry.document))
    for entry in entries:
        archive.add(f"proofs/{entry.seq}.tlog-proof", entry.proof.encode())


def write_bundle(contents: Contents, picture: Picture, sign: Sign, out: BinaryIO) -> None:
    """Writes a bundle; the same contents and key give the same bytes.

    Raises RecordError where a picture is not the one recorded, OSError.
    """
    with zipfile.ZipFile(out, "w") as file:
        archive = Archive(file, contents.mark)
        archive.add("checkpoint", contents.checkpoint.encode())
        archive.add("keys.txt", contents.keys.encode())
        add_entries(archive, contents.entries)
        archive.add("passages.jsonl", b"".join(encoded(passage_document(one.passage)) for one in contents.exhibits))
        held = add_pictures(archive, contents, picture)
        archive.add("sheet.pdf", sheet(contents, picture), deflated=False)
        stated = pretty(manifest(contents, held, dict(archive.files)))
        archive.add(MANIFEST, stated)
        archive.add(NOTE, sign(f"{FORMAT}\n{hashlib.sha256(stated).hexdigest()}\n").encode())
