# SPDX-License-Identifier: Apache-2.0
"""What a site erases: what is due, what a person asks for, and what somebody decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, false, select

from wayside.domain import Purpose
from wayside.record.backup import Unreached, reach_backups
from wayside.record.document import time_text
from wayside.record.exchange import forget
from wayside.record.partitions import DAY_MS
from wayside.record.plate_texts import squeezed
from wayside.record.retention import sightings
from wayside.record.retention.clock_guard import check_clock, confirm_clock
from wayside.record.retention.due import Condition, due
from wayside.record.retention.failure import forget_failure
from wayside.record.retention.files import Orphans, remove_files, sweep
from wayside.record.retention.forgetting import Leftovers, forget_amendments, forget_payloads
from wayside.record.retention.ground import Ground, tell
from wayside.record.retention.hits import due_hits, forget_hits, hits_about
from wayside.record.retention.payloads import due_payloads
from wayside.record.retention.run import Counts, Progress, Run, Stop, count_passages, count_pictures, never, silent
from wayside.record.retention.scrubbing import Pending, note_days, read_pending, scrub
from wayside.record.retention.sightings import count_sightings, sightings_about
from wayside.record.retention.subject import about, amendments_about, payloads_about
from wayside.record.rows import milliseconds
from wayside.record.tables import export_file, passage, sighting
from wayside.record.witnessing import tell_witness

if TYPE_CHECKING:
    from wayside.record.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class Report:
    """What an erasure did, and what of it is still to be done."""

    counts: Counts
    orphans: Orphans
    pending: Pending | None = None
    """What the disk may still hold; None where nothing."""
    backups: tuple[Unreached, ...] = ()
    """Backups that still hold what was erased, because they could not be reached."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How an erasure goes about it."""

    stop: Stop = never
    progress: Progress = silent


def begin(store: Store, ground: Ground, manner: Manner) -> Run:
    """Begins an erasure; where the disk is full it goes on in the room of the reserve."""
    if store.disk.free < store.disk.reserve_bytes:
        store.disk.let_go()
    cut_short = read_pending(store.data_dir) is not None
    return Run(store, ground, milliseconds(store.now()), manner.stop, manner.progress, cut_short=cut_short)


def finish(run: Run, *, orphans: bool = False) -> Report:
    """Removes what a kill left, of an erasure before this one too, and makes the disk forget; then this one is done."""
    store, left = run.store, Orphans()
    store.disk.keep_reserve()
    if (orphans or run.cut_short) and not run.counts.stopped:
        left = sweep(store, remove=True)
    report = Report(run.counts, left, scrub(store), tuple(reach_backups(store)))
    tell_witness(store)
    return report


def erase_due(
    store: Store, *, person: str | None = None, clock_is_right: bool = False, manner: Manner = Manner()
) -> Report:
    """Erases what the site keeps no longer. Raises RecordError, also where the clock cannot be believed."""
    if clock_is_right:
        confirm_clock(store, person or "unnamed")
    now_ms = milliseconds(store.now())
    check_clock(store, now_ms)
    store.look_at_policy()
    run = begin(store, Ground("retention", store.site.digest(), person), manner)
    with store.reading() as connection:
        pictures = due(connection, store.site.retention, "pictures_days", now_ms)
        passages = due(connection, store.site.retention, "passages_days", now_ms)
    for condition in passages:
        run.passages(condition)
    for condition in pictures:
        run.pictures(condition)
    run.sightings(sightings.due(store.site.retention, sightings.SIGHTINGS_DAYS, now_ms))
    run.pictures_of_sightings(sightings.due(store.site.retention, sightings.PICTURES_DAYS, now_ms))
    if not run.stopped():
        erase_hits(run, lambda connection: due_hits(connection, store.site.retention, now_ms))
        erase_exports(run)
        erase_payloads(run, lambda connection: due_payloads(connection, store.site.retention.journal_days, now_ms))
        tell_of_nothing(run)
    seen = sightings.due(store.site.retention, sightings.SIGHTINGS_DAYS, now_ms)
    run.counts.held = count_passages(store, passages, now_ms)[1]
    run.counts.sightings_held = count_sightings(store, seen, now_ms)[1]
    report = finish(run, orphans=True)
    if not run.counts.stopped:
        forget_failure(store.data_dir)
    return report


def tell_of_nothing(run: Run) -> None:
    """Says in the journal that somebody looked, also where nothing was found: it shows that the periods are kept."""
    told = asdict(run.counts)
    if not any(told[what] for what in told.keys() - {"held", "sightings_held", "stopped"}):
        with run.store.writing() as transaction:
            tell(transaction, run.ground, "passages", 0, [])


def erase_exports(run: Run) -> None:
    """Erases the kept exports whose time is over."""
    before_ms = run.now_ms - run.store.site.retention.exports_days * DAY_MS
    with run.store.writing() as transaction:
        query = select(export_file.c.name).where(export_file.c.made_ms < before_ms)
        names = set(transaction.connection.execute(query).scalars())
        if names:
            forget(transaction.connection, names)
            tell(transaction, run.ground, "exports", len(names), [])
            note_days(run.store.data_dir, ())
    remove_files(run.store, Leftovers(exports=names))
    run.counts.exports += len(names)
    run.progress("exports", len(names))


def erase_hits(run: Run, which: Callable[[Connection], Sequence[int]]) -> None:
    """Erases hits with what people said of them."""
    with run.store.writing() as transaction:
        seqs = which(transaction.connection)
        if seqs:
            forget_hits(transaction, seqs, run.ground)
            note_days(run.store.data_dir, ())
    run.counts.hits += len(seqs)
    run.progress("hits", len(seqs))


def erase_payloads(run: Run, which: Callable[[Connection], Sequence[int]]) -> None:
    """Blanks journal entries."""
    with run.store.writing() as transaction:
        seqs = which(transaction.connection)
        if seqs:
            forget_payloads(transaction, seqs, run.ground)
            note_days(run.store.data_dir, ())
    run.counts.payloads += len(seqs)
    run.progress("payloads", len(seqs))


def due_counts(store: Store) -> Counts:
    """What `erase_due` would do now; raises RecordError."""
    store.look_at_policy()
    now_ms, retention = milliseconds(store.now()), store.site.retention
    with store.reading() as connection:
        passages = due(connection, retention, "passages_days", now_ms)
        pictures = due(connection, retention, "pictures_days", now_ms)
        payloads = due_payloads(connection, retention.journal_days, now_ms)
        hits = due_hits(connection, retention, now_ms)
        made = select(export_file.c.name).where(export_file.c.made_ms < now_ms - retention.exports_days * DAY_MS)
        exports = len(connection.execute(made).all())
    free, kept = count_passages(store, passages, now_ms)
    shown = count_pictures(store, (*pictures, *passages), now_ms)
    seen, seen_kept = count_sightings(store, sightings.due(retention, sightings.SIGHTINGS_DAYS, now_ms), now_ms)
    return Counts(free, shown, len(payloads), exports, kept, sightings=seen, sightings_held=seen_kept, hits=len(hits))


def decided(store: Store, rule: str, purpose: Purpose, identity_check: str | None = None) -> Ground:
    """The ground of an erasure that a person asks for."""
    return Ground(rule, store.site.digest(), purpose.person, purpose.reason, purpose.reference, identity_check)


def erase_plate(
    store: Store, plate: str, purpose: Purpose, *, identity_check: str | None = None, manner: Manner = Manner()
) -> Report:
    """Erases everything that names a plate: passages, what people said of them, and searches for it.

    `identity_check`: where it is written down that the person who asks is who they say. Raises RecordError.
    """
    text = squeezed(plate)
    ground = decided(store, "subject", purpose, identity_check)
    run = begin(store, ground, manner)
    with store.reading() as connection:
        seen = sighting.c.id.in_(sightings_about(connection, text))
    run.sightings(seen)
    run.passages(about(text))
    if not run.stopped():
        with store.writing() as transaction:
            erase_mentions(run, transaction, text)
        erase_hits(run, lambda connection: hits_about(connection, text))
        erase_payloads(run, lambda connection: payloads_about(connection, text))
        tell_of_nothing(run)
    run.counts.held = count_passages(store, [about(text)], run.now_ms)[1]
    run.counts.sightings_held = count_sightings(store, seen, run.now_ms)[1]
    return finish(run)


def erase_mentions(run: Run, transaction: Transaction, plate: str) -> None:
    """Erases the amendments of other vehicles' passages that name a plate."""
    seqs = amendments_about(transaction.connection, plate)
    if seqs:
        forget_amendments(transaction, seqs, run.ground)
        note_days(run.store.data_dir, ())
    run.counts.amendments += len(seqs)


def plate_counts(store: Store, plate: str, purpose: Purpose) -> Counts:
    """What `erase_plate` would do now: an answer about a plate, so the journal is told first. Raises RecordError."""
    text = squeezed(plate)
    asked = {"reason": purpose.reason, "reference": purpose.reference, "erasure": "dry run", "plate": text}
    store.append("search", {"at": time_text(store.now()), "person": purpose.person, **asked})
    free, kept = count_passages(store, [about(text)], milliseconds(store.now()))
    shown = count_pictures(store, [about(text)], milliseconds(store.now()))
    with store.reading() as connection:
        said, amended = payloads_about(connection, text), amendments_about(connection, text)
        hits = hits_about(connection, text)
        named = sighting.c.id.in_(sightings_about(connection, text))
    seen, seen_kept = count_sightings(store, named, milliseconds(store.now()))
    return Counts(free, shown, len(said), 0, kept, len(amended), seen, seen_kept, len(hits))


def before(moment: datetime, camera: str | None) -> Condition:
    """Passages captured before a moment, of one camera or of all; those captured at no believable time too."""
    captured = passage.c.began_ms < milliseconds(moment)
    return captured if camera is None else and_(captured, passage.c.camera == camera)


def erase_before(
    store: Store, moment: datetime, purpose: Purpose, *, camera: str | None = None, manner: Manner = Manner()
) -> Report:
    """Erases the passages captured, and the sightings made, before a moment, because somebody decided it.

    Of one camera, only passages. Raises RecordError.
    """
    run = begin(store, decided(store, "decision", purpose), manner)
    run.passages(before(moment, camera))
    if camera is None:
        run.sightings(sighting.c.seen_ms < milliseconds(moment))
    run.counts.held = count_passages(store, [before(moment, camera)], run.now_ms)[1]
    return finish(run)


def before_counts(store: Store, moment: datetime, camera: str | None = None) -> Counts:
    """What `erase_before` would do now; raises RecordError."""
    condition = before(moment, camera)
    free, kept = count_passages(store, [condition], milliseconds(store.now()))
    seen = sighting.c.seen_ms < milliseconds(moment) if camera is None else false()
    seen_free, seen_kept = count_sightings(store, seen, milliseconds(store.now()))
    shown = count_pictures(store, [condition], milliseconds(store.now()))
    return Counts(free, shown, held=kept, sightings=seen_free, sightings_held=seen_kept)
