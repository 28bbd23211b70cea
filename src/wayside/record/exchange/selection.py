# SPDX-License-Identifier: Apache-2.0
"""Which passages an export takes: oldest first, page by page, so that no page waits for a slow reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select, and_, exists, func, or_, select, union

from wayside.domain import PlateClass
from wayside.record.document import Document, time_text
from wayside.record.rows import Row, milliseconds
from wayside.record.store import Store
from wayside.record.tables import candidate, crossing, passage

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Selection:
    """What all passages taken have in common; what is None is not asked for."""

    since: datetime | None = None
    until: datetime | None = None
    """Passages that began before it."""
    camera: str | None = None
    gate: str | None = None
    way: str | None = None
    plate_class: PlateClass | None = None
    plate: str | None = None
    """Exactly this text, as the record writes it: read, as an alternative, or as a person corrected it."""
    site: str | None = None

    @property
    def document(self) -> Document:
        """What was asked for, as the journal keeps it."""
        stated = {name: value for name, value in asdict(self).items() if value is not None}
        return {name: time_text(value) if isinstance(value, datetime) else value for name, value in stated.items()}

    def conditions(self) -> list[ColumnElement[bool]]:
        """The same for the database."""
        columns = passage.c
        stated = {columns.camera: self.camera, columns["class"]: self.plate_class, columns.site: self.site}
        found = [column == value for column, value in stated.items() if value is not None]
        if self.since is not None:
            found.append(columns.began_ms >= milliseconds(self.since))
        if self.until is not None:
            found.append(columns.began_ms < milliseconds(self.until))
        if self.gate is not None or self.way is not None:
            found.append(self._crossed())
        if self.plate is not None:
            found.append(columns.seq.in_(self._named(self.plate)))
        return found

    @staticmethod
    def _named(plate: str) -> CompoundSelect[tuple[int]]:
        """Numbers of the passages that may carry a plate."""
        read = select(passage.c.seq).where(passage.c.plate == plate)
        return union(read, select(candidate.c.seq).where(candidate.c.text == plate))

    def _crossed(self) -> ColumnElement[bool]:
        """Whether a passage went over the gate, the way, or that gate that way."""
        crossed = [crossing.c.seq == passage.c.seq, crossing.c.began_ms == passage.c.began_ms]
        if self.gate is not None:
            crossed.append(crossing.c.gate == self.gate)
        if self.way is not None:
            crossed.append(crossing.c.way == self.way)
        return exists().where(*crossed)

    def count(self, connection: Connection, most: int) -> int:
        """How many passages there are to take, counted no further than `most`."""
        few = select(passage.c.seq).where(*self.conditions()).limit(most).subquery()
        return connection.execute(select(func.count()).select_from(few)).scalar_one()

    def rows(self, store: Store, size: int) -> Iterator[Row]:
        """The rows among the first `size` entries of the journal, oldest first; raises RecordError.

        Each page is read by itself: passages that are erased in the meantime are not in later ones.
        """
        query = select(passage).where(passage.c.seq < size, *self.conditions())
        query = query.order_by(passage.c.began_ms, passage.c.seq).limit(PAGE)
        last: Row | None = None
        while True:
            with store.reading() as connection:
                page = [Row(*row) for row in connection.execute(query if last is None else beyond(query, last))]
            yield from page
            if len(page) < PAGE:
                return
            last = page[-1]


def beyond(query: Select[tuple[object, ...]], last: Row) -> Select[tuple[object, ...]]:
    """The query for what comes after a row."""
    columns = passage.c
    later = or_(columns.began_ms > last.began_ms, and_(columns.began_ms == last.began_ms, columns.seq > last.seq))
    return query.where(columns.began_ms >= last.began_ms, later)
