# SPDX-License-Identifier: Apache-2.0
"""Every route, for every role, on things of the own and of another site, of every owner and age, with every lack.

What is expected is worked out from the table that the tests of access wrote down a second time
(`unit.access.expected_permissions`), and from what each address is about, which is said here: the routes' own
declarations are not believed.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from sighted import given_brief, reported
from sqlalchemy import insert
from unit.access.expected_permissions import EXPECTED, FOR_ACCOUNTS, FOR_ANYBODY, SCOPES
from unit.access.world import NOW, OTHER_SITE, SITE
from unit.web.house import AGES, PLATE, Answered, House, photograph
from unit.web.pairs import PAIRS
from watching import hits_of_passages, lists_at

from wayside.access import Actor, Thing, approvals, permissions
from wayside.access.signing import Order, tokens
from wayside.access.tables import role_grant
from wayside.record import Transaction
from wayside.record.retention import place_hold
from wayside.record.tables import export_file
from wayside.web.app import EVERYTHING

ROLES = sorted(EXPECTED)
"""The owner acts as several of them at once, which the tests of the policy look at; a device comes with a token."""
REFUSED = {
    "not-signed-in", "no-rule", "not-here", "role", "scope", "not-own", "own", "gone", "age-unknown", "too-old",
    "second-factor", "training", "purpose", "second-person",
}  # fmt: skip
LACKS = {"": "", "second factor": "s", "training": "t", "purpose": "p"}
SINCE = {age: (NOW - span).isoformat() for age, span in AGES.items()}


@dataclass(frozen=True)
class Call:
    """One address to be asked, and what it is about."""

    path: str
    thing: Thing
    body: Any = None
    form: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Route:
    """A route as it is known from outside: its address and the pair of the table that it stands under."""

    method: str
    path: str
    pair: str

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def routes() -> list[Route]:
    """All of the application's."""
    return [Route(one.method, one.path, one.deed.may) for some in EVERYTHING for one in some]


OF_NO_SITE = re.compile(
    r"/(healthz|static/.*|report/(worker\.js|manifest\.webmanifest)|sign-in.*|sign-out|first-run|welcome|account.*|permissions|api|"
    r"api/v1/(me|openapi\.json|permissions))?"
)
"""Pages about oneself, about signing in, and about the rules."""
ONE_S_OWN = {
    "/purpose", "/purpose/end", "/api/v1/purpose", "/api/v1/exports/own", "/api/v1/audit/searches/own",
    "/api/v1/requests", "/api/v1/tokens", "/approvals", "/find/ask", "/journeys/ask", "/exports/ask",
    "/passages/{passage_id}/ask", "/people/{account}/roles/ask", "/people/{account}/reset/ask", "/holds/ask",
    "/api/v1/briefs", "/briefs", "/api/v1/sightings", "/api/v1/sightings/plates", "/report", "/report/state",
}  # fmt: skip
"""Addresses that are about whoever asks; a token of one's own belongs to no site while it is only read."""


def test_every_route_needs_what_is_written_here() -> None:
    """So that no route, of the API or of the pages, can be added or put under a weaker pair unseen."""
    assert {str(one): one.pair for one in routes()} == PAIRS


def test_what_the_body_says_is_said_here_too() -> None:
    """A route that reads its object from the body is asked with a body that names one."""
    deferred = {f"{one.method} {one.path}" for some in EVERYTHING for one in some if one.deed.at is None}
    assert deferred <= OF_AGES.keys() | BODIES.keys() | FORMS.keys() | SPECIAL | {
        "GET /api/v1/requests",
        "GET /api/v1/audit/searches/own",
    }


def conditions(role: str, pair: str) -> Iterator[str]:
    """The conditions under which a role, or anybody, may do this, as the second table has them."""
    for table in (EXPECTED.get(role, {}), FOR_ACCOUNTS, FOR_ANYBODY):
        if pair in table:
            yield table[pair]


def holds(flags: str, thing: Thing, name: str, lack: str) -> bool:
    """Whether a person who lacks one thing, and has no approval, meets the conditions."""
    if lack and lack in flags:
        return False
    if ("o" in flags and thing.owner != name) or ("x" in flags and thing.owner in {None, name}):
        return False
    if "f" in flags or "a" in flags:
        return thing.age in ({"fresh"} if "f" in flags else {"fresh", "ordinary"}) and "2" not in flags
    return "2" not in flags


def permitted(role: str, home: str, pair: str, thing: Thing, name: str, lack: str) -> bool:
    """Whether the second table allows it; roles count at their own site only, and so does a purpose."""
    general = any(holds(table[pair], thing, name, lack) for table in (FOR_ACCOUNTS, FOR_ANYBODY) if pair in table)
    special = pair in EXPECTED[role] and thing.site == home and holds(EXPECTED[role][pair], thing, name, lack)
    return general or special


def refused(answer: Answered) -> bool:
    """Whether the policy said no, in the words of the API or of a page."""
    if answer.problem is not None:
        return answer.problem in REFUSED
    return answer.status in {401, 404, 410} or (answer.status == 403 and b"not sent from a page" not in answer.body)


class Things:
    """Finds or makes what an address can be about, as whoever asks calls it."""

    def __init__(self, house: House, name: str, made: Mapping[str, str]) -> None:
        self.house, self.name, self.made = house, name, made

    def calls(self, route: Route) -> list[Call]:
        """The addresses of a route with everything that they can name."""
        kind = route.pair.partition(" ")[2]
        if route.path in ONE_S_OWN and "{" in route.path:
            path = route.path.replace("{account}", "somebody").replace("{passage_id}", "0" * 32)
            return [Call(path, Thing(kind, SITE, owner=self.name))]
        if "{passage_id}" in route.path:
            return list(self.of_passages(route, kind))
        if "{hit}" in route.path:
            return list(self.of_hits(route))
        for part, of_owner in self.owned().items():
            if part in route.path:
                return [self.one(route, kind, part, *named) for named in of_owner()]
        return list(self.of_places(route, kind))

    def of_passages(self, route: Route, kind: str) -> Iterator[Call]:
        """Passages of both sites and every age."""
        for (site, age), passage_id in self.house.passages.items():
            path = route.path.replace("{passage_id}", passage_id).replace("{role}", "vehicle")
            yield Call(path, Thing(kind, site, age=age))  # type: ignore[arg-type]

    def of_hits(self, route: Route) -> Iterator[Call]:
        """Hits of both sites and every age."""
        for (site, age), passage_id in self.house.passages.items():
            path = route.path.replace("{hit}", self.made[f"hit {passage_id}"]).replace("{role}", "vehicle")
            yield Call(path, Thing("hit", site, age=age))  # type: ignore[arg-type]

    def owned(self) -> Mapping[str, Callable[[], list[tuple[str, str | None, str]]]]:
        """For each part of an address: its values, each with owner and site."""
        return {
            "{account}": lambda: [(self.name, self.name, SITE), (self.made["account"], self.made["account"], SITE)],
            "{export}": lambda: self.pair_of("export"),
            "{token_id}": lambda: self.pair_of("token"),
            "{request_id}": lambda: self.pair_of("request"),
            "{hold_id}": lambda: [(self.made[f"hold {site}"], None, site) for site in (SITE, OTHER_SITE)],
            "{list_id}": lambda: [(self.made[f"list {site}"], None, site) for site in (SITE, OTHER_SITE)],
            "{entry_id}": lambda: [(self.made[f"entry {site}"], None, site) for site in (SITE, OTHER_SITE)],
            "{brief_id}": lambda: self.pair_of("brief", None),
            "{sighting_id}": lambda: self.pair_of("sighting"),
        }

    def pair_of(self, kind: str, other: str | None = "somebody") -> list[tuple[str, str | None, str]]:
        """One's own and somebody else's; a brief that one was not given is nobody's own."""
        return [(self.made[f"own {kind}"], self.name, SITE), (self.made[kind], other, SITE)]

    @staticmethod
    def one(route: Route, kind: str, part: str, value: str, owner: str | None, site: str) -> Call:
        """An address that names one thing of one owner."""
        path = route.path.replace(part, value).replace("{role}", "observer")
        age = "fresh" if kind == "sighting" else None
        thing = Thing(kind, site, owner=owner, age=age)  # type: ignore[arg-type]
        return Call(path, thing, BODIES.get(str(route)), FORMS.get(str(route)))

    def of_places(self, route: Route, kind: str) -> Iterator[Call]:
        """What belongs to a site, to whoever asks, or to neither."""
        path = (
            route.path.replace("{path:path}", "wayside.css").replace("{entry}", "0").replace("{region}", "town.pmtiles")
        )
        owner = self.name if route.path in ONE_S_OWN else None
        if str(route) == "POST /account/tokens":
            yield Call(path, Thing(kind, SITE, owner=self.name))
            return
        if OF_NO_SITE.fullmatch(route.path) or str(route) == "GET /api/v1/tokens":
            yield Call(path, Thing(kind, None, owner=self.name), BODIES.get(str(route)))
            return
        for site in (SITE, OTHER_SITE) if route.path.startswith("/api/") else (SITE,):
            for body, age in OF_AGES.get(str(route), [(BODIES.get(str(route)), "fresh")]):
                thing = Thing(kind, site, owner, age)  # type: ignore[arg-type]
                if path.startswith("/api/"):
                    yield Call(f"{path.replace('{camera}', f'gate-{site}')}?site={site}", thing, body)
                else:
                    yield Call(path, thing, form=body)


BODIES: dict[str, Any] = {
    "POST /api/v1/people/{account}/roles": {"role": "monitor"},
    "POST /api/v1/requests": {"action": "fly", "object": "kite", "subject": {}, "because": "The wind is good today"},
    "GET /api/v1/statistics/passages": None,
    "POST /api/v1/briefs/{brief_id}/publish": {"observers": ["somebody"]},
}
"""For routes that need to read what is asked before they can tell what it is about; all others get none."""
FORMS: dict[str, dict[str, str]] = {"POST /people/{account}/roles": {"role": "monitor"}}
OF_AGES: dict[str, list[tuple[Any, str]]] = {
    "POST /api/v1/passages/search": [
        ({"criteria": {"plate": {"text": "LD52XYZ"}, "since": SINCE[age]}}, age) for age in AGES
    ],
    "POST /api/v1/exports": [({"selection": {"since": SINCE[age]}, "format": "csv"}, age) for age in AGES],
}
WHOLE = {"site": SITE, "plate": {"text": "LD52XYZ", "match": "exact"}}
OF_AGES |= {
    "POST /api/v1/journeys": [({"plate": PLATE, "since": SINCE[age]}, age) for age in AGES],
    "POST /journeys": [({"plate": PLATE, "since": SINCE[age][:16]}, age) for age in AGES],
    "POST /api/v1/sightings/search": [({"since": SINCE[age]}, age) for age in AGES],
    "POST /sightings": [({"since": SINCE[age][:16]}, age) for age in AGES],
    "POST /find": [({"since": SINCE[age][:16], "q": "LD52XYZ"}, age) for age in AGES],
    "POST /exports": [({"since": SINCE[age][:16], "form": "csv"}, age) for age in AGES],
    "POST /exports/make": [({"selection": json.dumps({"since": SINCE[age]}), "form": "csv"}, age) for age in AGES],
    "POST /journeys/again": [({"criteria": json.dumps({**WHOLE, "since": SINCE[age]})}, age) for age in AGES],
    "POST /find/again": [({"criteria": json.dumps({**WHOLE, "since": SINCE[age]})}, age) for age in AGES],
    "POST /find/more": [({"criteria": json.dumps({**WHOLE, "since": SINCE[age]}), "cursor": "x"}, age) for age in AGES],
}
SPECIAL = {"POST /api/v1/audit/reviews/{review_id}"}
"""Looked at by itself below: what a review is of stands in the journal."""
EFFECTS = re.compile(
    r"POST .*/(disable|reset|approve|acknowledge|refuse|withdraw|release|end|sign-out|remove|generator)|"
    r"DELETE .*|POST /sign-out"
)
"""Routes that change something without a body: each call gets a person and things of its own."""


class People:
    """Makes whoever is to ask, with one role at one site and perhaps without something needed, and their things."""

    def __init__(self, house: House) -> None:
        self.house, self.numbers = house, itertools.count()
        self.known: dict[tuple[str, str, str], tuple[str, str]] = {}
        house.world.person("somebody")
        for site in (SITE, OTHER_SITE):  # so that neither is still being founded, when one signature is enough
            house.world.person(f"signer-{site}", "approver", site=site)
        self.listed = self.lists()
        self.hits = hits_of_passages(house.world.store, house.passages.values(), self.listed[f"entry {SITE}"])

    def of(self, role: str, home: str, lack: str) -> tuple[str, str]:
        """Name and key of the session of such a person."""
        key = (role, home, lack)
        if key not in self.known:
            self.known[key] = self.made(role, home, lack)
        return self.known[key]

    def made(self, role: str, home: str, lack: str) -> tuple[str, str]:
        """A new person."""
        world, name = self.house.world, f"person{next(self.numbers)}"
        world.person(name, trained=lack != "training")
        row = {"id": name, "person": name, "site": home, "role": role, "granted_by": "adam", "granted_ms": 0}
        with world.store.writing() as transaction:
            transaction.connection.execute(insert(role_grant), [row])
        if lack != "purpose":
            world.under_purpose(name, site=home)
        return name, world.session(name, second_factor=lack != "second factor")

    def asked_anew(self, route: Route, number: int, role: str, home: str, lack: str) -> Answered:
        """The answer to a call that changes something: of a new person, about things that no other call has met."""
        name, key = self.made(role, home, lack)
        call = Things(self.house, name, self.made_for(name, route)).calls(route)[number]
        return self.house.call(route.method, call.path, session=key, json_body=call.body, form=call.form)

    def made_for(self, name: str, route: Route) -> dict[str, str]:
        """Things of a person and of somebody else, as the routes name them."""
        if "{list_id}" in route.path or "{entry_id}" in route.path:
            return self.lists() if EFFECTS.fullmatch(str(route)) else self.listed
        if "{hit}" in route.path:
            return self.hits
        if "{hold_id}" in route.path:
            return self.holds()
        if "{account}" in route.path:
            return {"account": self.house.world.person(f"other{next(self.numbers)}", "observer")}
        for part, make in {
            "{token_id}": self.token,
            "{request_id}": self.request,
            "{export}": self.export,
            "{brief_id}": given_brief,
            "{sighting_id}": self.sighting,
        }.items():
            if part in route.path:
                kind = part.strip("{}").removesuffix("_id")
                with self.house.world.store.writing() as transaction:
                    return {f"own {kind}": make(transaction, name), kind: make(transaction, "somebody")}
        return {}

    def holds(self) -> dict[str, str]:
        """A hold of a passage of each site."""
        store, until = self.house.world.store, NOW.replace(year=2027)
        return {
            f"hold {site}": place_hold(
                store, [self.house.passages[site, "fresh"]], reference="CR-2026/0123", person="ivy", expires_at=until
            )
            for site in (SITE, OTHER_SITE)
        }

    def lists(self) -> dict[str, str]:
        """A list of each site, with an entry in force."""
        return lists_at(self.house.world.store, (SITE, OTHER_SITE), str(next(self.numbers)))

    @staticmethod
    def token(transaction: Transaction, owner: str) -> str:
        """The id of a token."""
        order = Order(SITE, "program", frozenset({"statistics:read"}), NOW.replace(year=2027))
        return tokens.enter(transaction, owner, order, by=owner)[0].id

    def request(self, transaction: Transaction, owner: str) -> str:
        """The id of a request that waits for a signature."""
        subject, because = {"number": next(self.numbers)}, "The court has asked for all of March"
        thing, state = Thing("bulk-export", SITE), approvals.State.OPEN
        actor = Actor(person=owner)
        return approvals.write(
            transaction, actor, "make bulk-export", thing, subject, because, state, approvals.LIFE
        ).id

    def sighting(self, transaction: Transaction, owner: str) -> str:
        """The id of a report of somebody, with a photo, of something seen an hour ago."""
        sighting_id, seen_at = f"{next(self.numbers):032x}", NOW - AGES["fresh"]
        return reported(self.house.world.store, transaction, owner, sighting_id, seen_at, photograph(1))

    def export(self, transaction: Transaction, owner: str) -> str:
        """The name of a kept export."""
        name = f"export{next(self.numbers)}.csv"
        row = {"name": name, "made_ms": 0, "person": owner, "ranges": "[]"}
        transaction.connection.execute(insert(export_file), [row])
        folder = self.house.world.store.data_dir / "exports"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text("id\n")
        (folder / f"{name}.manifest.json").write_text("{}")
        return name


@pytest.fixture(scope="module")
def people(shared_house: House) -> People:
    """People of the shared house."""
    return People(shared_house)


@pytest.mark.parametrize("route", [one for one in routes() if str(one) not in SPECIAL], ids=str)
def test_every_role_gets_through_every_route_exactly_where_the_second_table_lets_it(
    people: People, route: Route
) -> None:
    """On things of both sites, of oneself and of others, of every age; and with each thing wanting that is needed."""
    house, effects = people.house, bool(EFFECTS.fullmatch(str(route)))
    for role, home, (lack, flag) in itertools.product(ROLES, (SITE, OTHER_SITE), LACKS.items()):
        if lack and not (home == SITE and any(flag in one for one in conditions(role, route.pair))):
            continue
        if home == OTHER_SITE and route.pair not in EXPECTED[role]:
            continue  # whoever may not do it at home is met there, with things of both sites
        name, key = people.of(role, home, lack)
        made = people.made_for(name, route)
        for number, call in enumerate(Things(house, name, made).calls(route)):
            expected = permitted(role, home, route.pair, call.thing, name, flag)
            if effects and expected:
                answer = people.asked_anew(route, number, role, home, lack)
            else:
                answer = house.call(route.method, call.path, session=key, json_body=call.body, form=call.form)
            assert answer.status < 500, (role, home, call, answer.text)
            assert refused(answer) == (not expected), (role, home, lack, call, answer.status, answer.text)


def test_whoever_has_no_role_gets_only_what_is_their_own(people: People) -> None:
    """An account by itself opens nothing of the record."""
    house = people.house
    name = house.world.person("roleless")
    key = house.world.session(name)
    for route in (one for one in routes() if str(one) not in SPECIAL and not EFFECTS.fullmatch(str(one))):
        made = people.made_for(name, route)
        for call in Things(house, name, made).calls(route):
            answer = house.call(route.method, call.path, session=key, json_body=call.body, form=call.form)
            tables = [table for table in (FOR_ACCOUNTS, FOR_ANYBODY) if route.pair in table]
            allowed = any(holds(table[route.pair], call.thing, name, "") for table in tables)
            assert refused(answer) == (not allowed), (call, answer.text)


def test_every_scope_is_written_down_a_second_time() -> None:
    """So that none can be widened unseen."""
    assert {name: set(pairs) for name, pairs in permissions().scopes.items()} == SCOPES


@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_a_token_opens_what_its_scope_names_and_nothing_else(people: People, scope: str) -> None:
    """Even for a person who may do everything; pages about oneself and all changes of accounts stay shut."""
    house = people.house
    name = f"owner{next(people.numbers)}"
    house.world.person(name, "owner")
    house.world.under_purpose(name)
    order = Order(SITE, "program", frozenset({scope}), NOW.replace(year=2027), None)
    with house.world.store.writing() as transaction:
        token, key = tokens.enter(transaction, name, order, by=name)
    pairs = {pair for stated, named in SCOPES.items() if stated == scope for pair in named}
    for route in (one for one in routes() if str(one) not in SPECIAL):
        if route.pair in FOR_ANYBODY or "{request_id}" in route.path:
            continue
        mine = {"own token": token.id, "token": token.id}
        made = {"account": "somebody", "own export": "x", "export": "y", **mine, **people.listed, **people.hits}
        made |= {f"{whose}{kind}": "0" * 32 for kind in ("brief", "sighting") for whose in ("own ", "")}
        made |= {f"hold {site}": "0" * 12 for site in (SITE, OTHER_SITE)}
        for call in Things(house, name, made).calls(route):
            answer = house.call(route.method, call.path, token=key, json_body=call.body, own_page=False)
            if route.pair not in pairs:
                assert refused(answer), (scope, call, answer.text)
            assert answer.status < 500


def test_a_token_of_one_site_does_nothing_at_another(house: House) -> None:
    """Though its person has roles at both."""
    name = house.world.person("ivy", "investigator")
    row = {"id": "x", "person": name, "site": OTHER_SITE, "role": "investigator", "granted_by": "a", "granted_ms": 0}
    order = Order(SITE, "program", frozenset({"passages:watch"}), NOW.replace(year=2027))
    with house.world.store.writing() as transaction:
        transaction.connection.execute(insert(role_grant), [row])
        key = tokens.enter(transaction, name, order, by=name)[1]
    assert house.call("GET", f"/api/v1/passages?site={SITE}", token=key).status == 200
    assert house.call("GET", f"/api/v1/passages?site={OTHER_SITE}", token=key).problem == "not-here"
    session = house.world.session(name)
    assert house.call("GET", f"/api/v1/passages?site={OTHER_SITE}", session=session).status == 200


def test_a_review_is_for_an_auditor_who_did_not_look(house: House) -> None:
    """What it is of stands in the journal, and so does who looked."""
    world = house.world
    world.person("ivy", "investigator")
    world.under_purpose("ivy")
    world.person("olga", "auditor")
    body = {"criteria": {"cameras": ["gate"], "since": SINCE["fresh"]}}
    assert house.call("POST", "/api/v1/passages/search", session=world.session("ivy"), json_body=body).status == 200
    span = {"since": (NOW - AGES["ordinary"]).isoformat(), "until": NOW.replace(hour=23).isoformat()}
    drawn = house.call("POST", "/api/v1/audit/reviews", session=world.session("olga"), json_body=span).json["reviews"]
    path = f"/api/v1/audit/reviews/{drawn[0]['id']}"
    outcome = {"outcome": "justified", "note": "the case has that number"}
    for role in [one for one in ROLES if one not in {"auditor", "device"}]:
        other = world.person(f"other-{role}", role)
        assert refused(house.call("POST", path, session=world.session(other), json_body=outcome)), role
    assert house.call("POST", path, session=world.session("olga"), json_body=outcome).status == 204
    assert house.call("POST", path, session=world.session("olga"), json_body=outcome).problem == "approval"
