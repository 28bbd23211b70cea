# SPDX-License-Identifier: Apache-2.0
"""The cameras of a site: each change goes into the file and, without the password, into the journal."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection

from wayside.config import CameraPlan, gate_text
from wayside.domain import UsageError
from wayside.pipeline.sources import shown_source
from wayside.record import CameraPlace, Store, Transaction, cameras, entries, place_camera
from wayside.setup.file import read_cameras, write_cameras
from wayside.setup.source import credentials_of

NAME = re.compile(r"[^\W_](?:[\w .-]{0,62}[\w-])?")
"""What stands in addresses of pages and in file names: a letter or digit first, then those, spaces, dots and dashes."""
Changed = Callable[[Sequence[CameraPlan]], None]


def document_of(plan: CameraPlan) -> dict[str, Any]:
    """What the journal and the pages are told of a camera: everything but its password."""
    return {
        "name": plan.name,
        "source": shown_source(plan.source),
        "signs_in": credentials_of(plan.source) is not None,
        "gates": [gate_text(gate) for gate in plan.gates],
        "place": plan.place,
        "position": None if plan.position is None else list(plan.position),
        "bearing": plan.bearing_deg_true,
        "country": plan.country,
        "start": None if plan.started_at is None else plan.started_at.isoformat(),
        "privacy_blur": plan.privacy_blur,
        "enabled": plan.enabled,
    }


def digest_of(plans: Sequence[CameraPlan]) -> str:
    """SHA-256 in hex of all that the journal is told of some cameras."""
    return sha256(msgspec.json.encode([document_of(plan) for plan in plans], order="deterministic")).hexdigest()


def place_of(plan: CameraPlan) -> CameraPlace:
    """Where a camera stands and looks, as the record knows it."""
    latitude, longitude = plan.position or (None, None)
    return CameraPlace(str(plan.name), plan.place, latitude, longitude, plan.bearing_deg_true)


def checked_name(name: str) -> str:
    """A name for a camera that a page may state; raises UsageError."""
    if not NAME.fullmatch(name.strip()):
        raise UsageError("that is no name for a camera; use 1 to 64 letters, digits, spaces, dots and dashes")
    return name.strip()


def last_digest(connection: Connection) -> str | None:
    """The digest of the cameras that the journal was told of last."""
    told = (entry.payload for entry in entries(connection, ["config"]))
    return next((str(one["cameras"]) for one in told if one and "cameras" in one), None)


class SiteCameras:
    """The cameras of one data directory; safe to use from several threads of one process."""

    def __init__(self, store: Store) -> None:
        """Reads them; what was changed by hand since the last time is told to the journal. Raises UsageError,
        RecordError."""
        self._store, self._turn = store, threading.RLock()
        self._plans = {str(plan.name): plan for plan in read_cameras(store.data_dir)}
        self._listeners: list[Changed] = []
        self._tell_what_was_found()

    @property
    def folder(self) -> Path:
        """The data directory."""
        return self._store.data_dir

    def plans(self) -> tuple[CameraPlan, ...]:
        """All of them, by name."""
        plans = self._plans
        return tuple(plans[name] for name in sorted(plans))

    def find(self, name: str) -> CameraPlan | None:
        """The camera of this name."""
        return self._plans.get(name)

    def on_change(self, listener: Changed) -> None:
        """Calls the listener with all cameras after each change."""
        self._listeners.append(listener)

    def add(self, plan: CameraPlan, person: str) -> None:
        """Adds a camera; raises UsageError where there is one of that name, RecordError."""
        plan = replace(plan, name=checked_name(str(plan.name)))
        with self._turn:
            if str(plan.name) in self._plans:
                raise UsageError(f"there is a camera called {plan.name!r} already; give this one another name")
            self._keep({**self._plans, str(plan.name): plan}, plan, person)

    def change(self, plan: CameraPlan, person: str) -> None:
        """Puts a camera in the place of the one of its name; raises UsageError where there is none, RecordError."""
        with self._turn:
            if str(plan.name) not in self._plans:
                raise UsageError(f"there is no camera called {plan.name!r}; somebody may have removed it")
            self._keep({**self._plans, str(plan.name): plan}, plan, person)

    def remove(self, name: str, person: str) -> bool:
        """Watches a camera no more; whether there was one. What it recorded, and where it stood, stays."""
        with self._turn:
            if name not in self._plans:
                return False
            rest = {known: plan for known, plan in self._plans.items() if known != name}
            self._keep(rest, None, person, removed_camera=name)
            return True

    def tell_look(self, name: str | None, person: str, what: str) -> None:
        """Tells the journal that somebody sees what a camera sees, before they do; raises RecordError."""
        with self._store.writing() as transaction:
            told = {"at": transaction.at, "person": person, "what": what, "camera": name}
            transaction.append("access", told)

    def _keep(self, plans: Mapping[str, CameraPlan], changed: CameraPlan | None, person: str, **more: Any) -> None:
        """Journal and file in one go: where the journal cannot be written, the file stays as it was."""
        ordered = [plans[name] for name in sorted(plans)]
        with self._store.writing() as transaction:
            self._tell(transaction, ordered, [] if changed is None else [changed], person, **more)
            write_cameras(self._store.data_dir, ordered)
        self._plans = dict(plans)
        for listener in self._listeners:
            listener(ordered)

    def _tell_what_was_found(self) -> None:
        """Says in the journal what the file states, where the journal was told something else."""
        plans = self.plans()
        with self._store.reading() as connection:
            last = last_digest(connection)
        if last != digest_of(plans) and (plans or last is not None):
            with self._store.writing() as transaction:
                self._tell(transaction, plans, plans, None)

    def _tell(
        self,
        transaction: Transaction,
        plans: Sequence[CameraPlan],
        changed: Sequence[CameraPlan],
        person: str | None,
        **more: Any,
    ) -> None:
        known = cameras(transaction.connection)
        stated = [document_of(plan) for plan in changed]
        told = {"at": transaction.at, "person": person, "cameras": digest_of(plans), "set_up": stated, **more}
        transaction.append("config", told)
        for plan in changed:
            if known.get(str(plan.name)) != place_of(plan):
                place_camera(transaction, self._store.site.name, place_of(plan), person)
