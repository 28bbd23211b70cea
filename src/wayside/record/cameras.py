# SPDX-License-Identifier: Apache-2.0
"""Where each camera stood and looked: a passage proves little if nobody knows where it was."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from wayside.record.engine import insert
from wayside.record.tables import camera

if TYPE_CHECKING:
    from wayside.record.store import Store, Transaction


CAMERAS_FILE = "cameras.toml"
"""In the data directory: the cameras that are set up, with their passwords, readable by its owner only. What it says is
read by `wayside.setup`; backups take it along."""


@dataclass(frozen=True, slots=True)
class CameraPlace:
    """A camera as the record knows it; None for what nobody stated."""

    name: str
    place: str | None = None
    """What people call it, as `north gate`; several cameras may share one."""
    latitude: float | None = None
    """Degrees, WGS 84."""
    longitude: float | None = None
    """Degrees, WGS 84."""
    bearing_deg_true: float | None = None


def cameras(connection: Connection, site: str | None = None) -> dict[str, CameraPlace]:
    """The cameras of a site, or of the whole record, by name."""
    columns = [column for column in camera.columns if column.name != "site"]
    query = select(*columns).order_by(camera.c.name)
    rows = connection.execute(query if site is None else query.where(camera.c.site == site))
    return {row.name: CameraPlace(**row._mapping) for row in rows}


def learn_camera(store: Store, place: CameraPlace) -> bool:
    """Notes where a camera is, with an entry in the journal where that is new; whether it was.

    Raises RecordError.
    """
    with store.reading() as connection:
        if cameras(connection).get(place.name) == place:
            return False
    with store.writing() as transaction:
        place_camera(transaction, store.site.name, place)
    return True


def place_camera(transaction: Transaction, site: str, place: CameraPlace, person: str | None = None) -> None:
    """Notes where a camera of a site is, and who says so: nobody where the program found it stated."""
    stated = asdict(place)
    transaction.append("config", {"at": transaction.at, "person": person, "camera": stated})
    statement = insert(transaction.connection, camera)
    statement = statement.on_conflict_do_update(index_elements=[camera.c.name], set_=stated)
    transaction.connection.execute(statement, [{"site": site, **stated}])
