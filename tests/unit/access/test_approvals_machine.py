# SPDX-License-Identifier: Apache-2.0
"""Whatever is asked, signed, refused, taken back, used and waited for in whatever order: a dictionary agrees."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from unit.access.world import SITE, World

from wayside.access import State, Thing, approvals
from wayside.domain import AccessError

DAY = timedelta(hours=24)
ASKING, SIGNING, PLATES = ("mary", "lucy"), ("paul", "petra"), ("AB12CDE", "XY99ZZZ")
ENTRY = Thing("entry", SITE)


@dataclass
class Model:
    """What a request ought to be."""

    asked_by: str
    plate: str
    until: datetime
    state: State = State.OPEN
    signed_by: str | None = None
    used: bool = False


class Approvals(RuleBasedStateMachine):
    """Two who ask, two who sign, and a clock."""

    requests = Bundle("requests")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.world = World.opened(self.folder / "record")
        for name in ASKING:
            self.world.person(name, "list-manager")
            self.world.under_purpose(name)
        for name in SIGNING:
            self.world.person(name, "approver")
        self.model: dict[str, Model] = {}

    def teardown(self) -> None:
        """Closes the record and takes it away."""
        self.world.store.close()
        shutil.rmtree(self.folder)

    def does(self, step: str, *arguments: object) -> bool:
        """Takes a step; whether it was let."""
        try:
            with self.world.store.writing() as transaction:
                getattr(approvals, step)(transaction, *arguments)
        except AccessError:
            return False
        return True

    def is_open(self, request: str) -> bool:
        """Whether the model lets anybody decide it."""
        known = self.model[request]
        return known.state is State.OPEN and self.world.clock.now < known.until

    @rule(target=requests, by=st.sampled_from(ASKING), plate=st.sampled_from(PLATES))
    def ask(self, by: str, plate: str) -> str:
        """Somebody asks for a plate."""
        with self.world.store.writing() as transaction:
            because = "stolen last night, CR-2026/0123"
            made = approvals.ask(transaction, self.world.actor(by), "add", ENTRY, {"plate": plate}, because)
        self.model[made.id] = Model(by, plate, self.world.clock.now + DAY)
        return made.id

    @rule(request=requests, by=st.sampled_from((*SIGNING, *ASKING)))
    def approve(self, request: str, by: str) -> None:
        """Somebody signs, or tries to."""
        let = self.does("approve", self.world.actor(by), request)
        assert let == (by in SIGNING and self.is_open(request))
        if let:
            known = self.model[request]
            known.state, known.signed_by, known.until = State.APPROVED, by, self.world.clock.now + DAY

    @rule(request=requests, by=st.sampled_from(SIGNING))
    def refuse(self, request: str, by: str) -> None:
        """Somebody refuses."""
        let = self.does("refuse", self.world.actor(by), request)
        assert let == self.is_open(request)
        if let:
            self.model[request].state = State.REFUSED

    @rule(request=requests, by=st.sampled_from(ASKING))
    def withdraw(self, request: str, by: str) -> None:
        """Somebody takes a request back, perhaps another's."""
        let = self.does("withdraw", self.world.actor(by), request)
        assert let == (self.is_open(request) and self.model[request].asked_by == by)
        if let:
            self.model[request].state = State.WITHDRAWN

    @rule(by=st.sampled_from((*ASKING, *SIGNING)), plate=st.sampled_from(PLATES))
    def use(self, by: str, plate: str) -> None:
        """Somebody does what was asked, the oldest approval first."""
        ready = [
            one
            for one in self.model.values()
            if one.state is State.APPROVED and not one.used and self.world.clock.now < one.until
            if (one.asked_by, one.plate) == (by, plate)
        ]
        assert self.does("use", self.world.actor(by), "add", ENTRY, {"plate": plate}) == bool(ready)
        self.settle_uses()

    def settle_uses(self) -> None:
        """Takes over which approval was used."""
        with self.world.store.reading() as connection:
            for request, known in self.model.items():
                known.used = approvals.find(connection, request).used_at is not None

    @rule(hours=st.sampled_from((1, 12, 23, 24)))
    def wait(self, hours: int) -> None:
        """Time goes by."""
        self.world.clock.forward(hours=hours)

    @invariant()
    def the_record_agrees(self) -> None:
        """In every request; nobody has signed their own, and nothing was used that nobody else signed."""
        with self.world.store.reading() as connection:
            for request, known in self.model.items():
                kept = approvals.find(connection, request)
                assert (kept.state, kept.asked_by) == (known.state, known.asked_by)
                assert kept.decided_by != kept.asked_by
                assert kept.used_at is None or known.signed_by in SIGNING


TestApprovals = Approvals.TestCase
TestApprovals.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
