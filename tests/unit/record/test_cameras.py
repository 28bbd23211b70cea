# SPDX-License-Identifier: Apache-2.0
"""A camera's place is known to the record, and every change of it stands in the journal."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import select

from wayside.record import CameraPlace, Store, cameras, learn_camera, place_camera
from wayside.record.tables import journal

GATE = CameraPlace("gate", "north gate", 52.5163, 13.3777, 92.5)


def test_a_camera_is_learnt_once_and_each_change_is_told(record_dir: Path) -> None:
    """Two statements that say the same are one."""
    moved = CameraPlace("gate", "south gate")
    with Store(record_dir) as store:
        assert [learn_camera(store, place) for place in (GATE, GATE, moved, CameraPlace("yard"))] == [
            True,
            False,
            True,
            True,
        ]
        with store.reading() as connection:
            assert cameras(connection) == {"gate": moved, "yard": CameraPlace("yard")}
            told = connection.execute(select(journal.c.payload).where(journal.c.kind == "config")).scalars()
            places = [json.loads(payload).get("camera") for payload in told]
    assert [place and place["place"] for place in places] == [None, "north gate", "south gate", None]


def test_who_says_where_a_camera_is_stands_in_the_journal(record_dir: Path) -> None:
    """Nobody where the program found it stated; and another site's cameras are none of this one's."""
    with Store(record_dir) as store:
        learn_camera(store, GATE)
        with store.writing() as transaction:
            place_camera(transaction, "elsewhere", CameraPlace("far"), "adam")
        with store.reading() as connection:
            assert cameras(connection, store.site.name) == {"gate": GATE}
            assert cameras(connection, "elsewhere") == {"far": CameraPlace("far")}
            assert cameras(connection).keys() == {"gate", "far"}
            told = connection.execute(select(journal.c.payload).where(journal.c.kind == "config")).scalars()
            people = [one["person"] for payload in told if "camera" in (one := json.loads(payload))]
    assert people == [None, "adam"]
