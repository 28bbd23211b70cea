# SPDX-License-Identifier: Apache-2.0
"""Compares the exports that the record keeps with the digests that the journal has of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from wayside.record.exchange.kept import altered
from wayside.record.verify.report import Finding
from wayside.record.verify.source import Reader


def check_exports(reader: Reader, data_dir: Path) -> Iterator[Finding]:
    """Kept exports, and their manifests, that are missing or are not those that were made."""
    for path in altered(reader.connection, data_dir):
        yield Finding("export-edited", "export_file", detail=path.name)
