# SPDX-License-Identifier: Apache-2.0
"""The page of tables is what the tables say."""

from __future__ import annotations

from pathlib import Path

from wayside.plates.codes import shipped_codes
from wayside.plates.reference import page
from wayside.plates.tables import series_by_rule

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "plate-tables.md"


def test_page_is_up_to_date() -> None:
    """Whoever changes a table makes the page anew."""
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m wayside.plates.reference > " + str(PAGE.name)


def test_every_rule_and_sender_is_on_the_page() -> None:
    """Nothing that a registration may say is undocumented."""
    text = page()
    assert all(f"`{rule}`" in text for rule in series_by_rule())
    assert all(f"| {sender.code} | {sender.name} |" in text for sender in shipped_codes().values())
