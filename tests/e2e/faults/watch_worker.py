# SPDX-License-Identifier: Apache-2.0
"""Compares passages with the lists until it is killed; prints a word once it has begun."""

from __future__ import annotations

import sys
from pathlib import Path
from threading import Event

from wayside.record import Store
from wayside.watch.watcher import Watcher, watch

if __name__ == "__main__":
    with Store(Path(sys.argv[1])) as store:
        watcher = Watcher(store, idle_write_s=0.01)
        print("begun", flush=True)
        watch(watcher, Event())
