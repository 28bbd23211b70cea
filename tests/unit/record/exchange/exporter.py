# SPDX-License-Identifier: Apache-2.0
"""A process that exports again and again, kept and to a file, and says what is whole; tests kill it."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from wayside.domain import Purpose
from wayside.record import Store
from wayside.record.exchange import FORMATS, Order, Selection, export_kept, export_to_file


def main(data_dir: str, out_dir: str) -> None:
    """Exports for ever; one line each on standard output, written once the file is whole: digest and path."""
    purpose = Purpose("offence", "CR-2026/0123", "ada")
    with Store(Path(data_dir)) as store:
        for number in count():
            form = sorted(FORMATS)[number % len(FORMATS)]
            asked = Order(Selection(), purpose, form)
            path = Path(out_dir) / f"{form}{FORMATS[form]}"
            done = export_kept(store, asked) if number % 2 else export_to_file(store, asked, path)
            print(done.sha256, done.path, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
