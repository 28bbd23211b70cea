# SPDX-License-Identifier: Apache-2.0
"""The file `cameras.toml` in the data directory: the cameras that `wayside serve` watches, with their passwords.

It has the form of a settings file, so that it can be read, written by hand, and given to `wayside watch --config`.
"""

from __future__ import annotations

import json
import os
import secrets
import tomllib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wayside.config import CAMERA_KEYS, CameraPlan, gate_text, read_settings, settings_from
from wayside.domain import Gate, RecordError, UsageError
from wayside.record import CAMERAS_FILE as FILE

OWNER_ONLY = 0o600
HEAD = "# The cameras of this site, written by Wayside. It holds their passwords: only its owner may read it.\n"
DEFAULTS = CameraPlan(source="")


def read_cameras(data_dir: Path) -> tuple[CameraPlan, ...]:
    """The cameras of a data directory, in the order of the file; none where there is no file.

    Raises UsageError where the file cannot be meant, where others may read it, or where a camera has no own name.
    """
    path = data_dir / FILE
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return ()
    if mode & 0o077:
        raise UsageError(f"{path}: holds passwords and may be read by others on this machine; run chmod 600 on it")
    plans = read_settings(path).cameras
    names = [plan.name for plan in plans]
    for name in names:
        if name is None or names.count(name) > 1:
            raise UsageError(f"{path}: each camera needs a name of its own; mend the one called {name!r}")
    return plans


def write_cameras(data_dir: Path, plans: Sequence[CameraPlan]) -> None:
    """Writes the file, whole or not at all, readable by its owner only; raises RecordError, UsageError."""
    text = HEAD + "".join(f"\n{plan_text(plan)}" for plan in plans)
    draft = data_dir / f".{FILE}.{secrets.token_hex(8)}"
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        draft.rename(data_dir / FILE)
        sync(data_dir)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise RecordError(f"{data_dir / FILE}: cannot be written ({error.strerror}); check the disk") from None


def sync(folder: Path) -> None:
    """Makes a rename in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def plan_text(plan: CameraPlan) -> str:
    """A camera as a settings file states it, password and all; raises UsageError for what no file can hold."""
    return "".join(("[[camera]]\n", *(f"{key} = {value}\n" for key, value in stated(plan))))


def stated(plan: CameraPlan) -> Iterator[tuple[str, str]]:
    """Key and TOML value of everything that a plan says and that is not taken for granted."""
    for key, (field, _) in CAMERA_KEYS.items():
        value = getattr(plan, field)
        if key == "source" or value != getattr(DEFAULTS, field):
            yield key, toml(value)


def toml(value: Any) -> str:
    """A value as TOML; raises UsageError for text that is no valid Unicode."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Gate):
        return toml(gate_text(value))
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()  # old zones are off by seconds, which TOML cannot state
    if isinstance(value, tuple):
        return f"[{', '.join(map(toml, value))}]"
    if isinstance(value, int | float):
        return repr(value)
    try:
        str(value).encode()
    except UnicodeEncodeError:
        raise UsageError("a name or a path is no valid text; rename it") from None
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def read_plan(text: str) -> CameraPlan:
    """The inverse of `plan_text`; raises UsageError, tomllib.TOMLDecodeError."""
    (plan,) = settings_from(tomllib.loads(text), text, Path(FILE)).cameras
    return plan
