# SPDX-License-Identifier: Apache-2.0
"""Keeps what a time stamp authority says of checkpoints: the file `stamps/<size>.tsr` in the data directory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from wayside.domain import RecordError, UsageError
from wayside.record.evidence import make_folders
from wayside.record.journal import peek_checkpoint
from wayside.record.journal.timestamp import build_request, check_response, fetch

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from wayside.record.store import Store

FOLDER, SUFFIX = "stamps", ".tsr"
Ask = Callable[[str, bytes], bytes]
"""Sends a request to an address; the answer."""


def read_roots(path: Path) -> list[Certificate]:
    """The certificates of authorities (PEM) that are believed; raises UsageError."""
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: holds no certificates in PEM form ({error})") from None


def stamp(store: Store, note: str, roots: Sequence[Certificate], ask: Ask = fetch) -> datetime:
    """Has the site's authority stamp a checkpoint, keeps the answer, and tells its time (UTC).

    An answer that does not hold under `roots` is not kept. Raises UsageError, RecordError.
    """
    address = store.site.journal.timestamp
    if address is None:
        raise UsageError("the site names no time stamp authority; set `timestamp` under [journal] in site.toml")
    answer = ask(address, build_request(note))
    at = check_response(note, answer, roots)
    path = store.data_dir / FOLDER / f"{peek_checkpoint(note).size}{SUFFIX}"
    try:
        make_folders(path.parent.absolute())
        path.write_bytes(answer)
    except OSError as error:
        raise RecordError(f"{path}: cannot be written ({error.strerror}); free some space") from error
    return at


def stamps(data_dir: Path) -> Iterator[tuple[int, bytes]]:
    """The sizes whose checkpoints were stamped, with the answers; raises OSError."""
    for path in sorted((data_dir / FOLDER).glob(f"*{SUFFIX}")):
        if path.stem.isascii() and path.stem.isdigit():
            yield int(path.stem), path.read_bytes()
