# SPDX-License-Identifier: Apache-2.0
"""Whatever is sent to the API, it answers as its description says: no failure, no unlisted status, no other shape.

`WAYSIDE_API_CALLS` says how many calls are made: 150 by default, 10,000 for a release.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import jsonschema
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core import NOT_SET
from schemathesis.openapi import from_dict
from sqlalchemy import update
from unit.access.world import SITE
from unit.web.house import Answered, House

from wayside.access import working
from wayside.access.tables import person
from wayside.web.api.document import api_document

CALLS = int(os.environ.get("WAYSIDE_API_CALLS", "150"))
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
AT_LEAST = 1
"""Calls of each operation in each mode."""


class Caller:
    """The owner of a site, who may do nearly everything, and never waits long."""

    def __init__(self, house: House) -> None:
        self.house, self.name = house, house.world.person("ivy", "owner")
        self.document = api_document(house.app.router.routes)
        self.statuses: Counter[int] = Counter()
        self.validators: dict[str, jsonschema.Draft202012Validator] = {}

    def prepared(self) -> str:
        """The key of a session under a purpose, with training in date and allowances grown back."""
        world = self.house.world
        world.clock.forward(seconds=60)
        with world.store.writing() as transaction:
            values = {"trained_until_ms": transaction.now_ms + 10**10, "disabled_ms": None}
            transaction.connection.execute(update(person).where(person.c.name == self.name).values(**values))
            if working.at_hand(transaction.connection, self.name) is None:
                purpose = world.purposes.checked("offence", "CR-2026/0123", self.name)
                working.begin(transaction, world.purposes, SITE, purpose)
        return world.session(self.name)

    def asked(self, method: str, template: str, case: Any, *, real: bool) -> Answered:
        """The answer to a generated call; with `real`, about a passage that is there."""
        parts = dict(case.path_parameters or {})
        if real and "passage_id" in parts:
            parts["passage_id"] = self.house.passages[SITE, "fresh"]
        path = template
        for name, value in parts.items():
            path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
        query = {name: value for name, value in (case.query or {}).items() if value is not None}
        address = f"{path}?{urlencode(query, doseq=True)}" if query else path
        return self.house.call(method, address, session=self.prepared(), **sent(case.body))

    def checked(self, answer: Answered, path: str, method: str) -> None:
        """Raises AssertionError where the answer is not as the description says."""
        self.statuses[answer.status] += 1
        listed = self.document["paths"][path][method.lower()]["responses"]
        told = (method, path, answer.status, answer.text[:300])
        assert answer.status < 500, told
        assert str(answer.status) in listed or answer.status in {404, 405}, told
        content = listed.get(str(answer.status), {}).get("content")
        if not content or not answer.body:
            return
        kind = answer.headers["content-type"].partition(";")[0]
        assert kind in content, told
        if kind.endswith("json"):
            self.validator(content[kind]["schema"]).validate(answer.json)

    def validator(self, schema: Mapping[str, Any]) -> jsonschema.Draft202012Validator:
        """Holds an answer to a schema of the description."""
        key = repr(schema)
        if key not in self.validators:
            whole = {**schema, "components": self.document["components"]}
            self.validators[key] = jsonschema.Draft202012Validator(whole)
        return self.validators[key]


def sent(body: Any) -> dict[str, Any]:
    """A generated body as the house sends it."""
    if body is NOT_SET or body is None:
        return {}
    if isinstance(body, bytes):
        return {"raw": body, "headers": {"content-type": "application/json"}}
    return {"json_body": body}


@pytest.fixture(scope="module")
def caller(shared_house: House) -> Caller:
    """Whoever calls."""
    return Caller(shared_house)


def test_every_answer_is_as_the_description_says(caller: Caller) -> None:
    """For calls in their form, and for calls that break it in every way that the generator knows."""
    operations = [result.ok() for result in from_dict(caller.document).get_all_operations()]
    each = max(AT_LEAST, -(-CALLS // (len(operations) * len(MODES))))
    for operation in operations:
        for mode in MODES:
            try_out(caller, operation, mode, each)
    assert sum(caller.statuses.values()) >= CALLS * 0.9
    assert caller.statuses.keys() >= {200, 404, 422}, caller.statuses
    print(dict(sorted(caller.statuses.items())))


def try_out(caller: Caller, operation: Any, mode: GenerationMode, calls: int) -> None:
    """Makes so many calls of one operation."""
    if mode is GenerationMode.NEGATIVE and not (operation.path_parameters or operation.query or operation.body):
        return

    @settings(
        max_examples=calls,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode), st.booleans())
    def call(case: Any, real: bool) -> None:
        method = operation.method.upper()
        caller.checked(caller.asked(method, operation.path, case, real=real), operation.path, method)

    call()
