# SPDX-License-Identifier: Apache-2.0
"""Compares the exports that the record keeps with the digests that the journal has of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from wayside.record.exchange.kept import FOLDER, digest_of, manifest_of
from wayside.record.tables import export_file
from wayside.record.verify.report import Finding
from wayside.record.verify.source import Reader
from wayside.record.verify.told import Told, of_kind


def check_exports(reader: Reader, told: Told, data_dir: Path) -> Iterator[Finding]:
    """Kept exports, and their manifests, that are missing or are not those that were made."""
    listed = {row[0] for row in reader.rows(select(export_file.c.name))}
    for seq, said in of_kind(told, "export"):
        name = said.get("file")
        if not isinstance(name, str) or not said.get("kept") or name not in listed:
            continue
        folder = data_dir / FOLDER
        for path, digest in ((folder / name, said["sha256"]), (manifest_of(folder, said), said["manifest"])):
            if digest is not None and digest_of(path) != digest:
                yield Finding("export-edited", "export_file", seq, detail=path.name)
