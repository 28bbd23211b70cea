# SPDX-License-Identifier: Apache-2.0
"""A process that erases in small batches; tests kill it."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from factories import NOON

from wayside.domain import Purpose
from wayside.record import Store
from wayside.record.retention import Manner, erase_before, run


def main(data_dir: str) -> None:
    """Erases what was captured in the first hundred seconds, three passages at a time; says when it begins."""
    run.BATCH = 3
    purpose = Purpose("offence", "CR-2026/0001", "officer")
    manner = Manner(progress=lambda what, count: print(what, count, flush=True))
    with Store(Path(data_dir)) as store:
        print("opened", flush=True)
        erase_before(store, NOON + timedelta(seconds=100), purpose, manner=manner)


if __name__ == "__main__":
    main(*sys.argv[1:])
