# SPDX-License-Identifier: Apache-2.0
"""`python -m training.reader.eyed TEXTS`: texts that we read by eye, kept so that only their own crops open them.

The repository shall hold nobody's plate. Each text is sealed with the bytes of its own picture: who has the picture
can read the plate in it anyway, who has not learns nothing. This hides texts from readers of the repository; it is no
cipher for secrets. TEXTS is a CSV file with the columns `file` and `text`, `|` between two lines.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

TABLE = Path(__file__).parent / "eyed.csv"
_LONGEST = 16


def seal(text: str, picture: bytes) -> str:
    """`text`, at most 16 ASCII characters, as 32 hex digits that `unseal` opens with the same picture.

    Raises ValueError on a longer text.
    """
    if len(text) > _LONGEST:
        raise ValueError(f"a text has {len(text)} characters; at most {_LONGEST} can be sealed")
    return _mixed(text.encode("ascii").ljust(_LONGEST), picture).hex()


def unseal(sealed: str, picture: bytes) -> str:
    """The text that `seal` hid; with another picture bytes without meaning, or UnicodeDecodeError."""
    return _mixed(bytes.fromhex(sealed), picture).decode("ascii").rstrip()


def _mixed(data: bytes, picture: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(data, hashlib.sha256(picture).digest(), strict=False))


def eyed(crops: Path) -> dict[str, str]:
    """Text by file name, the upper line first and `|` between two lines; pictures that `crops` lacks are left out."""
    with TABLE.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if (crops / row["file"]).exists()]
    return {row["file"]: unseal(row["sealed"], (crops / row["file"]).read_bytes()) for row in rows}


def keep(texts: Iterable[tuple[str, str]], crops: Path) -> None:
    """Write `TABLE` anew from file names and texts. Raises FileNotFoundError where a picture is missing."""
    with TABLE.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("file", "sealed"))
        table.writerows((name, seal(text, (crops / name).read_bytes())) for name, text in sorted(texts))


if __name__ == "__main__":
    from training.reader.pack import pack_folder

    with Path(sys.argv[1]).open(newline="", encoding="utf-8") as written:
        keep(((row["file"], row["text"]) for row in csv.DictReader(written)), pack_folder() / "crops")
