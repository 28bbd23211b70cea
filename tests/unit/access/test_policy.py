# SPDX-License-Identifier: Apache-2.0
"""Who may do what: every role, deed, kind of thing, site, owner and age against a table written a second time."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.access.expected_permissions import EXPECTED, FOR_ACCOUNTS, FOR_ANYBODY, LOOKING, MOVEMENTS, TOGETHER

from wayside.access.permissions import Age, parse, permissions
from wayside.access.policy import STRANGER, Actor, Decision, Thing, Why, decide

TABLE = permissions()
HERE, AWAY = "north", "south"
ME, SOMEBODY = "me", "somebody"
ACTIONS = sorted({rule.action for rule in TABLE.rules})
OBJECTS = sorted(TABLE.objects)
AGES = [None, *Age]


def deed(pair: str) -> str:
    """The action of an ACTION OBJECT."""
    return pair.partition(" ")[0]


def kind_of(pair: str) -> str:
    """The object of an ACTION OBJECT."""
    return pair.partition(" ")[2]


def fit(role: str, site: str = HERE) -> Actor:
    """Somebody with one role, to whom nothing else is wanting."""
    return Actor(ME, {site: frozenset({role})}, None, second_factor=True, trained=True, purpose_at=site)


def holds(flags: str, thing: Thing) -> bool:
    """Whether a fit person's conditions, as the second table has them, hold for a thing."""
    if "o" in flags and thing.owner != ME:
        return False
    if "x" in flags and thing.owner != SOMEBODY:
        return False
    if "f" in flags:
        return thing.age is Age.FRESH
    if "a" in flags and thing.age not in {Age.FRESH, Age.ORDINARY, Age.OLD}:
        return False
    second_person = "2" in flags or ("a" in flags and thing.age is Age.OLD)
    return thing.approved or not second_person


def things(kind: str, site: str | None) -> Iterator[Thing]:
    """A thing of a kind in every state that matters."""
    for owner, age, approved in itertools.product((None, ME, SOMEBODY), AGES, (False, True)):
        yield Thing(kind, site, owner, age, approved)


def expected(role: str, pair: str, thing: Thing, *, at_home: bool) -> bool:
    """Whether the second table lets a fit person do it."""
    tables = [FOR_ANYBODY, FOR_ACCOUNTS, *([EXPECTED[role]] if at_home else [])]
    return any(pair in table and holds(table[pair], thing) for table in tables)


@pytest.mark.parametrize("site", [HERE, AWAY])
@pytest.mark.parametrize("role", sorted(EXPECTED))
def test_every_deed_on_every_thing_is_decided_as_the_second_table_says(role: str, site: str) -> None:
    """At the own site and at another, for things of one's own, of somebody else and of nobody, of every age."""
    actor = fit(role)
    for action, kind in itertools.product(ACTIONS, OBJECTS):
        for thing in things(kind, site):
            answer = decide(actor, action, thing)
            assert answer.allowed == expected(role, f"{action} {kind}", thing, at_home=site == HERE), (action, thing)


def test_the_second_table_names_every_role_and_every_rule() -> None:
    """So that neither table can grow alone; the owner, who acts as others, is looked at below."""
    assert EXPECTED.keys() | {"owner"} == TABLE.roles.keys()
    named = {(role, pair) for role, table in EXPECTED.items() for pair in table}
    assert named == {
        (role, rule.may) for rule in TABLE.rules for role in rule.roles if role not in {"anyone", "signed in"}
    }


def test_a_stranger_gets_the_page_for_signing_in_and_nothing_else() -> None:
    """With its assets and the sign of life."""
    open_to_all = {
        (action, kind)
        for action, kind in itertools.product(ACTIONS, OBJECTS)
        if any(decide(STRANGER, action, thing).allowed for site in (None, HERE) for thing in things(kind, site))
    }
    assert open_to_all == {("read", "sign-in"), ("use", "sign-in"), ("read", "asset"), ("read", "health")}


CONDITIONS = {
    "s": ("second_factor", False, Why.SECOND_FACTOR),
    "t": ("trained", False, Why.TRAINING),
    "p": ("purpose_at", None, Why.PURPOSE),
}


def allowed_thing(pair: str, flags: str) -> Thing:
    """A thing on which a fit person may do this."""
    owner = ME if "o" in flags else SOMEBODY
    age = Age.FRESH if "f" in flags or "a" in flags else None
    return Thing(kind_of(pair), HERE, owner, age, approved="2" in flags)


@pytest.mark.parametrize(("role", "pair"), [(role, pair) for role, table in EXPECTED.items() for pair in table])
def test_each_condition_is_asked_for_where_it_is_named_and_nowhere_else(role: str, pair: str) -> None:
    """Taking away the second factor, the training or the purpose refuses, with that reason, what needs it."""
    flags = EXPECTED[role][pair]
    thing = allowed_thing(pair, flags)
    for flag, (field, without, why) in CONDITIONS.items():
        answer = decide(replace(fit(role), **{field: without}), deed(pair), thing)
        assert answer.why == (why if flag in flags else None)


@pytest.mark.parametrize(("role", "pair"), [(role, pair) for role, table in EXPECTED.items() for pair in table])
def test_masks_and_watermarks_are_as_the_second_table_says(role: str, pair: str) -> None:
    """They are part of the answer, so that nobody can forget them."""
    flags = EXPECTED[role][pair]
    answer = decide(fit(role), deed(pair), allowed_thing(pair, flags))
    assert answer == Decision(None, masked="m" in flags, watermarked="w" in flags)


@pytest.mark.parametrize("pair", [pair for table in EXPECTED.values() for pair, flags in table.items() if "2" in flags])
def test_only_the_approval_is_missing_where_that_is_what_is_said(pair: str) -> None:
    """So a request for approval can be offered exactly then."""
    role = next(role for role, table in EXPECTED.items() if "2" in table.get(pair, ""))
    thing = replace(allowed_thing(pair, EXPECTED[role][pair]), approved=False)
    assert decide(fit(role), deed(pair), thing).why is Why.SECOND_PERSON
    assert decide(fit(role), deed(pair), replace(thing, approved=True)).allowed


@pytest.mark.parametrize("role", ["administrator", "approver", "auditor", "officer", "list-manager", "device"])
def test_who_need_not_see_movements_sees_none(role: str) -> None:
    """Not the live view, not a search, not an export's contents; they can see that an export was made."""
    seen = {pair for pair in EXPECTED[role] if deed(pair) in LOOKING and kind_of(pair) in MOVEMENTS}
    assert seen <= {"read export"}


def test_a_purpose_at_another_site_is_none_here() -> None:
    """Sites are separate in this as in everything."""
    actor = replace(fit("investigator"), purpose_at=AWAY)
    assert decide(actor, "search", Thing("passage", HERE, age=Age.FRESH)).why is Why.PURPOSE


def test_a_role_elsewhere_shows_not_even_that_a_thing_is_there() -> None:
    """The answer is the same as for a site that does not exist."""
    for site in (AWAY, "nowhere"):
        assert decide(fit("investigator"), "read", Thing("passage", site, age=Age.FRESH)).why is Why.NOT_HERE


def test_an_unknown_deed_or_kind_is_refused_to_all() -> None:
    """A route without a rule is closed."""
    for role in TABLE.roles:
        assert decide(fit(role), "fly", Thing("passage", HERE, age=Age.FRESH)).why is Why.NO_RULE
        assert decide(fit(role), "read", Thing("kettle", HERE)).why is Why.NO_RULE


def test_the_owner_may_do_all_that_others_do_except_sign_and_hand_in() -> None:
    """Working alone means having every task but the second signature."""
    every = {pair for role, table in EXPECTED.items() if role not in {"approver", "device"} for pair in table}
    for pair in every:
        flags = next(table[pair] for table in EXPECTED.values() if pair in table)
        assert decide(fit("owner"), deed(pair), allowed_thing(pair, flags)).allowed, pair
    for pair in ("approve request", "refuse request", "add passage"):
        assert decide(fit("owner"), deed(pair), Thing(kind_of(pair), HERE, SOMEBODY)).why is Why.ROLE


ROLES = st.sampled_from(sorted(TABLE.roles))
ACTORS = st.builds(
    Actor,
    person=st.just(ME),
    roles=st.dictionaries(st.sampled_from([HERE, AWAY]), st.frozensets(ROLES, min_size=1)),
    scopes=st.none() | st.frozensets(st.sampled_from(sorted(TABLE.scopes))).map(TABLE.pairs_of),
    second_factor=st.booleans(),
    trained=st.booleans(),
    purpose_at=st.sampled_from([None, HERE, AWAY]),
)
PAIRS = st.sampled_from([(rule.action, rule.object) for rule in TABLE.rules])
STATES = st.builds(
    Thing,
    kind=st.just(""),
    site=st.sampled_from([None, HERE, AWAY]),
    owner=st.sampled_from([None, ME, SOMEBODY]),
    age=st.sampled_from(AGES),
    approved=st.booleans(),
)


@given(ACTORS, PAIRS, STATES)
def test_a_token_can_do_nothing_that_its_person_cannot(actor: Actor, pair: tuple[str, str], state: Thing) -> None:
    """Scopes only narrow."""
    thing = replace(state, kind=pair[1])
    if decide(actor, pair[0], thing).allowed:
        assert decide(replace(actor, scopes=None), pair[0], thing).allowed


@given(ACTORS, PAIRS, STATES, ROLES)
def test_a_further_role_takes_nothing_away(actor: Actor, pair: tuple[str, str], state: Thing, role: str) -> None:
    """What one role allows, no other forbids; and no plate gets masked by it."""
    thing = replace(state, kind=pair[1])
    more = replace(actor, roles={**actor.roles, HERE: actor.roles.get(HERE, frozenset()) | {role}})
    before, after = decide(actor, pair[0], thing), decide(more, pair[0], thing)
    if before.allowed:
        assert after.allowed
        assert after.masked <= before.masked


@given(PAIRS, STATES, st.sampled_from(sorted(TABLE.scopes)))
def test_an_empty_token_does_nothing_but_what_strangers_may(pair: tuple[str, str], state: Thing, scope: str) -> None:
    """And one with a scope only what that names."""
    thing = replace(state, kind=pair[1])
    for scopes in (frozenset[str](), TABLE.pairs_of([scope])):
        actor = replace(fit("owner"), scopes=scopes)
        if decide(actor, pair[0], thing).allowed:
            assert " ".join(pair) in scopes


def test_a_token_never_signs_grants_or_issues() -> None:
    """What is named in no scope needs a person at a page."""
    named = frozenset[str]().union(*TABLE.scopes.values())
    deeds = {"approve", "refuse", "grant", "revoke", "issue", "issue-device", "reset", "disable", "erase", "extend"}
    assert not {pair for pair in named if deed(pair) in deeds}


def test_conflicts_hold_both_ways_and_for_all_but_the_pairs_named() -> None:
    """Every other pair of roles is refused, with a sentence that says why."""
    together = {frozenset(line.split()) for line in TOGETHER.strip().splitlines()}
    for first, second in itertools.combinations(TABLE.roles, 2):
        assert TABLE.clash(first, second) == TABLE.clash(second, first)
        assert (TABLE.clash(first, second) is None) == (frozenset({first, second}) in together), (first, second)
        assert TABLE.clash(first, first) is None


def test_every_refusal_has_its_sentence() -> None:
    """With the mend after a semicolon."""
    assert TABLE.why.keys() == {why.value for why in Why}
    for why in Why:
        assert ";" in Decision(why).reason
    assert Decision(None).reason == ""


BROKEN = {
    "an unknown role": ('roles = ["monitor", "investigator"]', 'roles = ["monitor", "spy"]', "unknown role 'spy'"),
    "an unknown object": ('may = "read journey"', 'may = "read diary"', "unknown object"),
    "two rules": ('may = "read health"', 'may = "read asset"', "two rules"),
    "a conflict": ('role = "auditor"\nwith', 'role = "nobody"\nwith', "conflict names the unknown role"),
    "a scope": ('"passages:add" = ["add passage"]', '"passages:add" = ["fly passage"]', "which no rule knows"),
    "a need": ('needs = ["second factor"]', 'needs = ["luck"]', "luck"),
}


@pytest.mark.parametrize("fault", sorted(BROKEN))
def test_a_broken_table_is_refused_and_the_fault_named(fault: str) -> None:
    """A slip of the pen opens nothing."""
    old, new, message = BROKEN[fault]
    text = (files("wayside.access") / "data" / "permissions.toml").read_text("utf-8")
    assert old in text
    with pytest.raises(ValueError, match=message):
        parse(text.replace(old, new, 1))
