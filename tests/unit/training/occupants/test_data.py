# SPDX-License-Identifier: Apache-2.0
"""Labels of the people counter."""

from __future__ import annotations

import pytest

from training.occupants import data


@pytest.mark.parametrize(("score", "said"), [("0.01", False), ("0.2", None), ("0.7", True)])
def test_a_teacher_is_believed_where_it_is_sure(score: str, said: bool | None) -> None:
    """Between nobody and somebody nothing is taught."""
    box = {"x1": "1", "y1": "2", "x2": "9", "y2": "5"}
    one = data._mined({"file": "car.jpg", **box, "left_face": score, "right_face": "0.5", "sight": "poor"})
    assert (one.left, one.right, one.sight) == (said, True, "poor")
