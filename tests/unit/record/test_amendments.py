# SPDX-License-Identifier: Apache-2.0
"""Corrections, confirmations and rejections are appended with their author; the passage stays as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from factories import bare_passage, full_passage

from wayside.domain import UsageError
from wayside.record import AmendmentKind, Store, amend, amendments_of

ME = {"author": "kim", "reason": "compared with the picture"}


def test_a_correction_stands_beside_the_passage(record_dir: Path) -> None:
    """Both are shown; a second correction does not remove the first."""
    passage, pictures = full_passage()
    with Store(record_dir) as store:
        store.add(passage, pictures)
        for text in ("101D235", "101D236"):
            amend(store, passage.id, AmendmentKind.CORRECTION, field="plate", value=text, **ME)
        amend(store, passage.id, AmendmentKind.CONFIRMATION, **ME)
        assert store.passages() == [passage]
        with store.reading() as connection:
            found = amendments_of(connection, [passage.id, "other"])
            texts = connection.exec_driver_sql("SELECT text FROM candidate ORDER BY text").scalars().all()
    assert [(one.kind.value, one.field, one.value, one.author) for one in found.pop(passage.id)] == [
        ("correction", "plate", "101D235", "kim"),
        ("correction", "plate", "101D236", "kim"),
        ("confirmation", None, None, "kim"),
    ]
    assert found == {}
    assert texts == ["101D235", "101D236", "1O1D234"]


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("plate", "ld23 abc", "corrected plate"),
        ("plate", None, "corrected plate"),
        ("occupants", True, "corrected occupants"),
        ("occupants", -1, "corrected occupants"),
        ("class", "alien", "corrected class"),
        ("camera", "gate", "cannot be corrected"),
        (None, None, "cannot be corrected"),
    ],
)
def test_a_correction_has_a_value_that_can_be(tmp_path: Path, field: Any, value: Any, complaint: str) -> None:
    """And is of a field that a person can judge."""
    with Store(tmp_path) as store:
        store.add(bare_passage(), {})
        with pytest.raises(UsageError, match=complaint):
            amend(store, bare_passage().id, AmendmentKind.CORRECTION, field=field, value=value, **ME)


def test_nothing_is_said_of_a_passage_that_is_not_there(tmp_path: Path) -> None:
    """Nor without a reason, nor is a confirmation of one field only."""
    with Store(tmp_path) as store:
        with pytest.raises(UsageError, match="no passage"):
            amend(store, "f" * 32, AmendmentKind.CONFIRMATION, **ME)
        with pytest.raises(UsageError, match="needs its author"):
            amend(store, "f" * 32, AmendmentKind.REJECTION, author="kim", reason=" ")
        with pytest.raises(UsageError, match="of the whole passage"):
            amend(store, "f" * 32, AmendmentKind.CONFIRMATION, field="plate", **ME)
