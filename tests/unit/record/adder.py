# SPDX-License-Identifier: Apache-2.0
"""A process that adds passages for ever and says the number of each once it is stored; tests kill it."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from factories import full_passage

from wayside.record import Store


def main(data_dir: str, start: str, step: str) -> None:
    """Adds passages `start`, `start + step`, …; one line each on standard output, written after the commit."""
    with Store(Path(data_dir)) as store:
        for number in count(int(start), int(step)):
            store.add(*full_passage(number))
            print(number, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
