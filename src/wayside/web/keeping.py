# SPDX-License-Identifier: Apache-2.0
"""What is kept for longer, together with the second signature: records for a case, and the periods of the site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from wayside.access import Actor, Age, Request, RequestError, Thing, approvals
from wayside.bootstrap import Services
from wayside.domain import Purpose, UsageError
from wayside.record import (
    Periods,
    Site,
    Store,
    Transaction,
    check_decision,
    decide_periods,
    find_passage,
    is_longer,
    milliseconds,
    sighting_versions,
)
from wayside.record.retention import Case, check_case, put_hold
from wayside.web.things import absent, of_passage, of_sighting

HOLD, LONGER = "place hold", "extend retention"
MOST = 500
"""Records of one hold."""
Exactly = tuple[Thing, dict[str, Any]]
"""What an approval is for, as the policy sees it, and as it stands in the request."""
OLDEST_FIRST = (Age.GONE, Age.OLD, Age.ORDINARY, Age.FRESH)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Records that somebody wants to keep beyond their time, and until when."""

    ids: tuple[str, ...]
    until: datetime

    def subject(self, purpose: Purpose) -> dict[str, Any]:
        """What exactly is signed for: these records, for this case, until then."""
        case = {"reason": purpose.reason, "reference": purpose.reference}
        return {"records": sorted(set(self.ids)), "until": self.until.isoformat(), **case}


def thing_of(connection: Connection, services: Services, ids: Sequence[str], site: str) -> Thing:
    """A hold as the policy sees it: as old as the oldest of its records.

    Raises UsageError where none or too many are named, RefusalError for one that is not at this site.
    """
    if not 0 < len(ids) <= MOST:
        raise UsageError(f"name the records by their ids, {MOST} at most; their pages show them")
    found = [located(connection, services, one) for one in ids]
    if any(one.site != site for one in found):
        raise absent()
    return Thing("hold", site, age=next(age for age in OLDEST_FIRST if any(one.age is age for one in found)))


def located(connection: Connection, services: Services, record: str) -> Thing:
    """The passage or sighting of an id; raises RefusalError where there is none."""
    kept = find_passage(connection, record)
    if kept is not None:
        return of_passage("passage", kept, services)
    versions = sighting_versions(connection, record)
    if not versions:
        raise absent()
    return of_sighting(versions[-1].sighting, services)


def hold_asked(
    connection: Connection, services: Services, site: str, wanted: Keeping, purpose: Purpose
) -> Exactly:  # fmt: skip
    """A hold to be asked for; raises UsageError, RefusalError where it could not be placed."""
    thing = thing_of(connection, services, wanted.ids, site)
    check_case(Case(purpose.reference, purpose.person, wanted.until), milliseconds(services.store.now()))
    return thing, wanted.subject(purpose)


def longer_asked(site: Site, periods: Periods) -> Exactly:
    """Longer periods to be asked for; raises UsageError where they could not hold, or need nobody."""
    check_decision(site, periods)
    if not is_longer(site.retention.periods, periods):
        raise UsageError("none of these periods is longer than now; shorten without a second person")
    return Thing("retention", site.name), asdict(periods)


def ask(store: Store, actor: Actor, deed: str, exactly: Exactly, because: str) -> Request:
    """Asks for a signature, with which it is done; at once where a person works alone.

    Raises RefusalError, RequestError, UsageError.
    """
    thing, subject = exactly
    with store.writing() as transaction:
        asked = approvals.ask(transaction, actor, deed.partition(" ")[0], thing, subject, because)
        signed(transaction, store.stated, asked)
        found = approvals.find(transaction.connection, asked.id)
    store.look_at_policy()
    return found


def shorten(store: Store, person: str, periods: Periods) -> None:
    """Puts shorter periods in force; raises UsageError where one is longer, for that needs a second person."""
    if is_longer(store.site.retention.periods, periods):
        raise UsageError("one of these periods is longer than now; say why, and a second person has to sign")
    with store.writing() as transaction:
        decide_periods(transaction, store.stated, periods, person=person)
    store.look_at_policy()


def signed(transaction: Transaction, stated: Site, asked: Request) -> None:
    """Does what somebody signed for, where the request is for a hold or for longer periods and is ready.

    Raises RequestError where its time is over, UsageError where it cannot be done any more.
    """
    if asked.deed not in {HOLD, LONGER} or asked.state not in approvals.READY:
        return
    if approvals.fulfil(transaction, asked.id) is None:
        raise RequestError("that request is not open any more; its time is over")
    if asked.deed == HOLD:
        keep(transaction, asked)
    else:
        periods = periods_of(asked.subject)
        decide_periods(transaction, stated, periods, person=asked.asked_by, approved_by=asked.decided_by)


def keep(transaction: Transaction, asked: Request) -> None:
    """Places the hold of a request."""
    until = datetime.fromisoformat(asked.subject["until"])
    case = Case(asked.subject["reference"], asked.asked_by, until, asked.decided_by)
    put_hold(transaction, asked.subject["records"], case)


def periods_of(subject: Mapping[str, Any]) -> Periods:
    """The periods of a request."""
    return Periods(**subject)
