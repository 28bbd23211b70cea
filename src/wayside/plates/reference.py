# SPDX-License-Identifier: Apache-2.0
"""Writes the page `docs/reference/plate-tables.md` from the tables: `python -m wayside.plates.reference > PAGE`."""

from __future__ import annotations

from collections.abc import Iterator

from wayside.plates.codes import shipped_codes
from wayside.plates.tables import Authority, Series, authorities

HEAD = """# Plate tables

Made from the tables in `src/wayside/plates/data/` by `python -m wayside.plates.reference`; do not edit by hand.

Each line is one rule, named as in a registration. The grade says how far its source is to be trusted: *good* and
*medium* are documents that were read, *common knowledge* is what the authors know without a document at hand,
*weak* is a single doubtful source or a recollection. *Shared* marks a series whose texts another series of the
same country has too: the text alone cannot tell them apart. Where a text has a *sender*, its code is shown, and
its name only where the table below has a line for it.
"""


def page() -> str:
    """The whole page as Markdown."""
    parts = [HEAD, *("\n".join(_country(authority)) for authority in authorities()), "\n".join(_senders())]
    return "\n".join(parts)


def _country(authority: Authority) -> Iterator[str]:
    yield f"## {authority.country} {authority.name}\n"
    yield "| rule | class | what | issued | examples | source | grade |"
    yield "|---|---|---|---|---|---|---|"
    yield from (_line(series) for series in authority.series)
    yield ""


def _line(series: Series) -> str:
    what = [series.title, series.rank, "sender" if _sends(series) else None, "shared" if series.shared else None]
    cells = (
        f"`{series.rule}`",
        series.plate_class.value.replace("_", " "),
        "; ".join(part for part in what if part),
        series.era,
        ", ".join(series.examples[:3]),
        f"{series.source.title}, {series.source.date}",
        series.source.grade,
    )
    return f"| {' | '.join(cells)} |"


def _sends(series: Series) -> bool:
    return any("sender" in form.parts for form in series.forms)


def _senders() -> Iterator[str]:
    yield "## Sender codes\n"
    yield "| issued by | code | sender | source | grade |"
    yield "|---|---|---|---|---|"
    for sender in shipped_codes().values():
        origin = f"{sender.source}, {sender.date}"
        yield f"| {sender.table.upper()} | {sender.code} | {sender.name} | {origin} | {sender.grade} |"
    yield ""


if __name__ == "__main__":
    print(page(), end="")
