# SPDX-License-Identifier: Apache-2.0
"""What a site decided about its record: the file `site.toml` in the data directory."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from wayside.domain import UsageError

FILE = "site.toml"
DEFAULT_NAME = "site"
DATABASE_VARIABLE = "WAYSIDE_DATABASE"


@dataclass(frozen=True, slots=True)
class Site:
    """A site's own name, and where its rows are kept."""

    name: str = DEFAULT_NAME
    database: str | None = None
    """Address of a PostgreSQL database; None: an SQLite file in the data directory. May hold a password."""


def read_site(data_dir: Path) -> Site:
    """The site of a data directory; the environment's `WAYSIDE_DATABASE` goes before the file.

    Raises UsageError that names the file and the mend.
    """
    path = data_dir / FILE
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        stated = {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); mend the file") from None
    for key in ("name", "database"):
        if not isinstance(stated.get(key, ""), str):
            raise UsageError(f"{path}: {key!r} must be text in quotes")
    database = os.environ.get(DATABASE_VARIABLE) or stated.get("database")
    return Site(stated.get("name", DEFAULT_NAME), database)
