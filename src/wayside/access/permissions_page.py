# SPDX-License-Identifier: Apache-2.0
"""Writes the table of permissions as the page of the reference: `python -m wayside.access.permissions_page`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from wayside.access.permissions import ANYONE, SIGNED_IN, Age, Permissions, Rule, permissions

HEAD = """# Permissions

Who may do what. This page is written from the table that the program itself decides by
(`src/wayside/access/data/permissions.toml`), and a test holds the two together. **What stands in no rule is refused to
everybody.** Why it is as it is: [Who may look](../explanation/who-may-look.md).

A person holds roles at a site; at another site they are nobody. Several roles add up, as far as they may be held
together. An API token has at most what its person has, at one site, within its scopes.

Conditions:

| word | the rule holds only |
|---|---|
| second factor | in a session begun with a passkey or a code, or through a token that was issued in one |
| training | while the person's training is in date |
| purpose | while the person works under a reason and a reference at that site |
| second person | with somebody else's approval of exactly this, which is used up |
| own | for what belongs to the person |
| others' | for what belongs to somebody else |
| masked | with plates shown as `AB•• •23` |
| watermarked | with the person, the time and a number on the copy |
| a day | for what is no older than the site's fresh period |
| old too | without a second person up to the ordinary period, with one up to the longest, and never beyond |
"""
REACH = {Age.FRESH: "a day", Age.ORDINARY: "the ordinary period", Age.OLD: "old too"}


def conditions(rule: Rule) -> list[str]:
    """The conditions of a rule in the words of the page."""
    stated = [need.value for need in sorted(rule.needs)]
    flags = {"own": rule.own, "others'": rule.others, "masked": rule.masked, "watermarked": rule.watermarked}
    stated += [word for word, holds in flags.items() if holds]
    return stated + ([REACH[rule.reach]] if rule.reach else [])


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table of Markdown."""
    yield f"| {' | '.join(head)} |"
    yield "|" + "---|" * len(head)
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def rules_of(known: Permissions, role: str) -> Iterator[Sequence[str]]:
    """The rows of one role."""
    for rule in known.rules:
        if role in rule.roles:
            yield f"`{rule.may}`", rule.says, ", ".join(conditions(rule))


def conflicts(known: Permissions) -> Iterator[Sequence[str]]:
    """Which roles exclude each other, and why."""
    for one in known.conflicts:
        yield one.role, ", ".join(sorted(one.others)), one.why


def page(known: Permissions) -> str:
    """The whole page."""
    lines = [*HEAD.splitlines(), "", "## Roles", ""]
    lines += table(("role", "task"), ((f"`{name}`", task) for name, task in known.roles.items()))
    for role, others in known.acts_as.items():
        lines += [f"The `{role}` has the rules of: {', '.join(sorted(others))}.", ""]
    lines += ["One person cannot hold together at one site:", ""]
    lines += table(("role", "and", "because"), conflicts(known))
    for role, title in [(ANYONE, "Anyone, a stranger too"), (SIGNED_IN, "Everybody with an account")]:
        lines += [f"## {title}", "", *table(("may", "meaning", "conditions"), rules_of(known, role))]
    for role in known.roles:
        if rows := list(rules_of(known, role)):
            lines += [f"## {role}", "", *table(("may", "meaning", "conditions"), rows)]
    lines += ["## Objects", "", *table(("object", "what it is"), ((f"`{n}`", s) for n, s in known.objects.items()))]
    scopes = ((f"`{name}`", ", ".join(f"`{may}`" for may in sorted(may))) for name, may in known.scopes.items())
    lines += ["## Scopes of API tokens", "", "What is named in no scope can never be done with a token.", ""]
    lines += table(("scope", "allows"), scopes)
    lines += ["## Refusals", "", *table(("code", "what is said"), ((f"`{n}`", s) for n, s in known.why.items()))]
    return "\n".join(lines).rstrip("\n") + "\n"


if __name__ == "__main__":
    print(page(permissions()), end="")
