# SPDX-License-Identifier: Apache-2.0
"""The one function that decides who may do what; whatever it is not told of, it refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from wayside.access.permissions import ANYONE, SIGNED_IN, Age, Need, Permissions, Rule, permissions


class Why(StrEnum):
    """Why something is refused; the later ones are nearer to being allowed, and `[why]` has a sentence for each."""

    NOT_SIGNED_IN = "not_signed_in"
    NO_RULE = "no_rule"
    NOT_HERE = "not_here"
    ROLE = "role"
    SCOPE = "scope"
    NOT_OWN = "not_own"
    OWN = "own"
    GONE = "gone"
    AGE_UNKNOWN = "age_unknown"
    TOO_OLD = "too_old"
    SECOND_FACTOR = "second_factor"
    TRAINING = "training"
    PURPOSE = "purpose"
    SECOND_PERSON = "second_person"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, as the database has it at this moment."""

    person: str | None = None
    """Id of the account; None for a stranger."""
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The roles granted at each site."""
    scopes: frozenset[str] | None = None
    """What the token may be used for, as `ACTION OBJECT`; None for a session, which narrows nothing."""
    second_factor: bool = False
    trained: bool = False
    purpose_at: str | None = None
    """The site of the purpose that the person works under."""


STRANGER = Actor()


@dataclass(frozen=True, slots=True)
class Thing:
    """What is to be seen or changed, as far as the decision needs to know it."""

    kind: str
    """An object of the table."""
    site: str | None = None
    """None only for what belongs to no site: a person's own session, the table of permissions."""
    owner: str | None = None
    """The person whose it is: who asked for an approval, made an export, was granted a role."""
    age: Age | None = None
    """Of the oldest part, for kinds that have an age."""
    approved: bool = False
    """Whether an unused approval of a second person for exactly this was presented."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer; `why` is None where it is yes."""

    why: Why | None
    masked: bool = False
    """Plates are to be shown masked."""
    watermarked: bool = False
    """The copy is to name who took it."""

    @property
    def allowed(self) -> bool:
        """Whether it may be done."""
        return self.why is None

    @property
    def reason(self) -> str:
        """The sentence for the person, with the mend; empty where it is allowed."""
        return "" if self.why is None else permissions().why[self.why]


def decide(actor: Actor, action: str, thing: Thing, table: Permissions | None = None) -> Decision:
    """Whether the actor may do this to the thing.

    Allowed is what one of the actor's roles at the thing's site has a rule for, all of whose conditions hold. Where
    several roles allow it, the one that masks nothing wins; where none does, the reason nearest to a yes is given, and
    it is `SECOND_PERSON` only where nothing but the approval is missing.
    """
    table = table or permissions()
    of_pair = table.by_pair.get((action, thing.kind))
    if of_pair is None:
        return Decision(Why.NO_RULE)
    answers = [judge(rule, actor, thing) for rule in rules_for(of_pair, actor, thing, table)]
    if not answers:
        return Decision(absent(of_pair, actor, thing))
    return min(answers, key=preference)


def preference(answer: Decision) -> tuple[int, bool]:
    """Sorts answers: a yes before a no, unmasked before masked, the nearest no before others."""
    order = list(Why)
    return (-len(order) if answer.why is None else -order.index(answer.why), answer.masked)


def rules_for(of_pair: Mapping[str, Rule], actor: Actor, thing: Thing, table: Permissions) -> Iterator[Rule]:
    """The rules that the actor's roles at the site of the thing bring into play."""
    roles = {ANYONE}
    if actor.person is not None:
        roles.add(SIGNED_IN)
    if actor.person is not None and thing.site is not None:
        roles |= table.held(actor.roles.get(thing.site, frozenset()))
    return (rule for role, rule in of_pair.items() if role in roles)


def absent(of_pair: Mapping[str, Rule], actor: Actor, thing: Thing) -> Why:
    """Why no rule is in play; who has no role at a site does not learn what is there."""
    if actor.person is None:
        return Why.NOT_SIGNED_IN
    return Why.ROLE if thing.site in actor.roles else Why.NOT_HERE


def judge(rule: Rule, actor: Actor, thing: Thing) -> Decision:
    """The answer of one rule."""
    for why in objections(rule, actor, thing):
        return Decision(why)
    return Decision(None, rule.masked, rule.watermarked)


def objections(rule: Rule, actor: Actor, thing: Thing) -> Iterator[Why]:
    """The conditions of a rule that do not hold, in the order of `Why`."""
    if actor.scopes is not None and rule.may not in actor.scopes:
        yield Why.SCOPE
    if rule.own and (thing.owner is None or thing.owner != actor.person):
        yield Why.NOT_OWN
    if rule.others and (thing.owner is None or thing.owner == actor.person):
        yield Why.OWN
    if rule.reach is not None:
        yield from age_objections(rule.reach, thing.age)
    if Need.SECOND_FACTOR in rule.needs and not actor.second_factor:
        yield Why.SECOND_FACTOR
    if Need.TRAINING in rule.needs and not actor.trained:
        yield Why.TRAINING
    if Need.PURPOSE in rule.needs and (actor.purpose_at is None or actor.purpose_at != thing.site):
        yield Why.PURPOSE
    if needs_second_person(rule, thing) and not thing.approved:
        yield Why.SECOND_PERSON


def needs_second_person(rule: Rule, thing: Thing) -> bool:
    """By the rule itself, or for the age of what it reaches."""
    return Need.SECOND_PERSON in rule.needs or (rule.reach is Age.OLD and thing.age is Age.OLD)


def age_objections(reach: Age, age: Age | None) -> Iterator[Why]:
    """What a rule that reaches so far says of a thing of that age."""
    if age is Age.GONE:
        yield Why.GONE
    elif age is None:
        yield Why.AGE_UNKNOWN
    elif age.rank > reach.rank:
        yield Why.TOO_OLD
