# SPDX-License-Identifier: Apache-2.0
"""Entries from and into sheets of comma-separated values: looked through first, with every line that is no entry."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from wayside.domain import UsageError
from wayside.watch.entries import Draft, Entry, Priority, check_expiry, shown
from wayside.watch.terms import EntryKind, terms_of

COLUMNS = ("plate", "kind", "label", "priority", "instruction", "until")
"""Of a sheet that is read; only the first is needed."""
KINDS = (EntryKind.PLATE, EntryKind.NEAR, EntryKind.WILDCARD)
MOST = 100_000
FORMULA = frozenset("=+-@\t\r")
"""What a spreadsheet would take for the beginning of a formula."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that is no entry; never with what stands in it."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a sheet holds."""

    drafts: tuple[Draft, ...]
    rejected: tuple[Rejected, ...]
    repeated: int
    """Lines that ask for what a line before them does."""


def read_sheet(text: str, now: datetime, until: datetime, longest_days: int) -> Looked:
    """The entries of a sheet with a head; raises UsageError where it has none, or too many lines.

    `until`: when entries end whose line says nothing of that.
    """
    check_expiry(now, until, longest_days)
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=False)
    names = [(name or "").strip().lower() for name in rows.fieldnames or ()]
    if "plate" not in names:
        raise UsageError(f"the sheet has no column `plate`; its first line names the columns, of {', '.join(COLUMNS)}")
    rows.fieldnames = names
    drafts: dict[tuple[str, ...], Draft] = {}
    rejected, repeated = [], 0
    for row in rows:
        try:
            draft = draft_of(row, now, until, longest_days)
        except UsageError as error:
            rejected.append(Rejected(rows.line_num, str(error)))
            continue
        key = tuple(shown(term) for term in draft.terms)
        repeated += key in drafts
        drafts.setdefault(key, draft)
        if len(drafts) > MOST:
            raise UsageError(f"a sheet has {MOST} entries at most; take it in parts")
    return Looked(tuple(drafts.values()), tuple(rejected), repeated)


def draft_of(row: Mapping[str, str | None], now: datetime, until: datetime, longest_days: int) -> Draft:
    """One line; raises UsageError."""
    said = {name: (row.get(name) or "").strip() for name in COLUMNS}
    kind, priority = said["kind"].lower() or EntryKind.PLATE, said["priority"].lower() or Priority.NORMAL
    if kind not in KINDS:
        raise UsageError(f"kind is none of {', '.join(KINDS)}; mend that column")
    if priority not in set(Priority):
        raise UsageError(f"priority is none of {', '.join(Priority)}; mend that column")
    ends = ending(said["until"], now, longest_days) if said["until"] else until
    terms = terms_of(EntryKind(kind), said["plate"])
    return Draft(EntryKind(kind), terms, ends, said["label"], Priority(priority), said["instruction"])


def ending(written: str, now: datetime, longest_days: int) -> datetime:
    """The end of the day that a line names, in UTC; raises UsageError."""
    try:
        day = datetime.fromisoformat(written).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
    except ValueError:
        raise UsageError("until is no day; write it as 2026-12-31") from None
    ends = day + timedelta(days=1)
    check_expiry(now, ends, longest_days)
    return ends


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in FORMULA else text


def write_sheet(some: Iterable[Entry], now: datetime) -> str:
    """Entries as a sheet that `read_sheet` takes again where they are of plates; with who asked and who signed."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow([*COLUMNS, "state", "owner", "reason", "reference", "approved by"])
    for one in some:
        draft, why = one.draft, one.purpose
        plates = "; ".join(term.text if len(draft.terms) == 1 else shown(term) for term in draft.terms)
        facts = (plates, draft.kind.value, draft.label, draft.priority.value, draft.instruction,
                 f"{draft.expires_at:%Y-%m-%d}", one.state(now).value, why.person, why.reason, why.reference,
                 one.approved_by or "")  # fmt: skip
        rows.writerow([safe(fact) for fact in facts])
    return out.getvalue()
