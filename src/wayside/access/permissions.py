# SPDX-License-Identifier: Apache-2.0
"""The table of permissions as frozen types, read once from `data/permissions.toml` and held to its own words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from wayside.domain import UsageError

ANYONE = "anyone"
"""Holds for strangers too."""
SIGNED_IN = "signed in"
"""Holds for everybody with an account, at no site in particular."""


class Need(StrEnum):
    """What must be true of a person, beside the role, before a rule allows."""

    SECOND_FACTOR = "second factor"
    TRAINING = "training"
    PURPOSE = "purpose"
    SECOND_PERSON = "second person"


class Age(StrEnum):
    """How old a thing is, against the periods of its site; in order."""

    FRESH = "fresh"
    ORDINARY = "ordinary"
    OLD = "old"
    GONE = "gone"

    @property
    def rank(self) -> int:
        """0 for the youngest."""
        return list(Age).index(self)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: who may do something, and on which conditions."""

    action: str
    object: str
    roles: tuple[str, ...]
    says: str
    needs: frozenset[Need] = frozenset()
    own: bool = False
    others: bool = False
    masked: bool = False
    watermarked: bool = False
    reach: Age | None = None

    @property
    def may(self) -> str:
        """Action and object in two words, as scopes and approvals name them."""
        return f"{self.action} {self.object}"


@dataclass(frozen=True, slots=True)
class Conflict:
    """A role and those that the same person may not hold beside it at one site."""

    role: str
    others: frozenset[str]
    why: str


@dataclass(frozen=True, slots=True)
class Permissions:
    """The whole table; `roles`, `objects` and `why` map each name to its sentence."""

    roles: Mapping[str, str]
    acts_as: Mapping[str, frozenset[str]]
    objects: Mapping[str, str]
    conflicts: tuple[Conflict, ...]
    rules: tuple[Rule, ...]
    scopes: Mapping[str, frozenset[str]]
    why: Mapping[str, str]
    by_pair: Mapping[tuple[str, str], Mapping[str, Rule]]
    """For each (action, object): the rule of each role that has one; a role never has two."""

    def clash(self, first: str, second: str) -> str | None:
        """Why one person may not hold both roles at one site, or None where they may."""
        for conflict in self.conflicts:
            if (conflict.role == first and second in conflict.others) or (
                conflict.role == second and first in conflict.others
            ):
                return conflict.why
        return None

    def held(self, roles: Iterable[str]) -> frozenset[str]:
        """The roles whose rules count for somebody who was given these."""
        given = frozenset(roles)
        return given.union(*(self.acts_as.get(role, frozenset()) for role in given))

    def pairs_of(self, scopes: Iterable[str]) -> frozenset[str]:
        """What a token with these scopes may be used for, as `ACTION OBJECT`; raises UsageError for an unknown one."""
        named = list(scopes)
        for scope in named:
            if scope not in self.scopes:
                raise UsageError(f"{scope!r} is no scope; use {', '.join(sorted(self.scopes))}")
        return frozenset[str]().union(*(self.scopes[scope] for scope in named))


def read_rule(table: Mapping[str, Any]) -> Rule:
    """One `[[rule]]`."""
    stated = dict(table)
    action, thing = stated.pop("may").split(" ")
    roles, needs, reach = stated.pop("roles"), stated.pop("needs", []), stated.pop("reach", None)
    return Rule(
        action=action,
        object=thing,
        roles=tuple(roles),
        needs=frozenset(map(Need, needs)),
        reach=None if reach is None else Age(reach),
        **stated,
    )


def index(rules: Iterable[Rule]) -> dict[tuple[str, str], dict[str, Rule]]:
    """The rules by pair and role; raises ValueError where a role has two for one pair."""
    found: dict[tuple[str, str], dict[str, Rule]] = {}
    for rule in rules:
        of_pair = found.setdefault((rule.action, rule.object), {})
        for role in rule.roles:
            if role in of_pair:
                raise ValueError(f"{role} has two rules for {rule.may!r}; leave one")
            of_pair[role] = rule
    return found


def parse(text: str) -> Permissions:
    """The table from TOML; raises ValueError that names what is wrong with it."""
    stated = tomllib.loads(text)
    rules = tuple(map(read_rule, stated["rule"]))
    conflicts = (Conflict(one["role"], frozenset(one["with"]), one["why"]) for one in stated["conflict"])
    table = Permissions(
        roles=stated["role"],
        acts_as={role: frozenset(others) for role, others in stated["acts_as"].items()},
        objects=stated["object"],
        conflicts=tuple(conflicts),
        rules=rules,
        scopes={name: frozenset(pairs) for name, pairs in stated["scope"].items()},
        why=stated["why"],
        by_pair=index(rules),
    )
    for fault in faults(table):
        raise ValueError(fault)
    return table


def faults(table: Permissions) -> Iterator[str]:
    """Words that the table uses without having said what they are."""
    known = table.roles.keys() | {ANYONE, SIGNED_IN}
    pairs = {rule.may for rule in table.rules}
    for rule in table.rules:
        for role in set(rule.roles) - known:
            yield f"the rule {rule.may!r} names the unknown role {role!r}"
        if rule.object not in table.objects:
            yield f"the rule {rule.may!r} names an unknown object"
    for conflict in table.conflicts:
        for role in {conflict.role, *conflict.others} - table.roles.keys():
            yield f"a conflict names the unknown role {role!r}"
    for scope, allowed in table.scopes.items():
        for pair in allowed - pairs:
            yield f"the scope {scope!r} names {pair!r}, which no rule knows"


@cache
def permissions() -> Permissions:
    """The table that is in force."""
    return parse((files("wayside.access") / "data" / "permissions.toml").read_text("utf-8"))
