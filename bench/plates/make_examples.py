# SPDX-License-Identifier: Apache-2.0
"""Writes worked examples for every series: texts drawn evenly from its forms, to be looked over by a person.

Run from the repository root: `python -m bench.plates.make_examples`. The drawing is seeded by the rule, so a
change of one table changes only its own lines. The file is data of the tests: each text must be classified
as its line says. The hand-written examples stand in the TOML tables themselves.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

from wayside.plates.notation import Form
from wayside.plates.tables import Series, series_by_rule

TARGET = Path("src/wayside/plates/data/examples.csv")
EACH = 6
MISSIONS_EACH = 12
MISSIONS = {"diplomatic", "consular", "international_org"}


def drawn(form: Form, chance: random.Random) -> str:
    """One text of the form."""
    text = [chance.choice(sorted(place)) for place in form.places]
    for part in form.lists:
        text[part.start : part.end] = chance.choice(sorted(part.codes))
    return "".join(text)


def examples(series: Series) -> Iterator[str]:
    """Printed texts of one series, its forms taken in turn."""
    chance = random.Random(series.rule)
    wanted = MISSIONS_EACH if series.plate_class in MISSIONS else EACH
    forms = [series.forms[i % len(series.forms)] for i in range(wanted * 3)]
    chance.shuffle(forms)
    found: dict[str, str] = {}
    for form in forms:
        text = drawn(form, chance)
        found.setdefault(text, form.printed(text))
    yield from list(found.values())[:wanted]


def main() -> None:
    with TARGET.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("country", "class", "rule", "text"))
        for rule, series in sorted(series_by_rule().items()):
            marks = series.marks[0] + " " if series.marks else ""
            for text in examples(series):
                writer.writerow((series.country, series.plate_class.value, rule, marks + text))


if __name__ == "__main__":
    main()
