# SPDX-License-Identifier: Apache-2.0
"""The impact assessment says what is in force, what is missing, and nothing that a template could break."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from unit.access.world import SITE, World

from wayside.access import Binding, RefusalError, Thing, approvals, impact
from wayside.access.impact import cell, impact_assessment, risks
from wayside.domain import Purpose
from wayside.record import CameraPlace, learn_camera
from wayside.record.exchange import Order, Selection, export_to_file

ROOT = Path(__file__).parents[3]
STATED = """
name = "north"
[controller]
name = "Port of North | Authority"
contact = "privacy@north.example"
custodian = "Harbour <b>master</b>"
basis = "Harbour Act, section 12"
aim = "Finding vehicles that left without clearance."
[retention]
passages_days = 21
[[retention.rules]]
classes = ["diplomatic"]
passages_days = 7
pictures_days = 3
[purposes.reasons]
fraud = "Fraud that was reported"
[access]
ordinary_days = 14
bulk_rows = 250
"""


def page(world: World, by: str = "otto", binding: Binding | None = None) -> str:
    """The page, as Otto makes it."""
    return impact_assessment(world.store, world.actor(by), binding or Binding(), world.clock.now)


@pytest.fixture
def stated(tmp_path: Path) -> Iterator[World]:
    """A site that has said everything, and whose tasks are given."""
    folder = tmp_path / "record"
    folder.mkdir()
    (folder / "site.toml").write_text(STATED)
    world = World.opened(folder)
    for name, role in (("otto", "officer"), ("anna", "auditor"), ("paul", "approver"), ("mary", "investigator")):
        world.person(name, role)
    learn_camera(world.store, CameraPlace("gate", "Main | entrance", 1.0, 2.0, 92.4))
    yield world
    world.store.close()


def test_what_is_in_force_stands_on_the_page(stated: World) -> None:
    """Controller, cameras, purposes, periods, tiers and roles."""
    text = page(stated)
    for said in (
        "| Controller | Port of North \\| Authority |",
        "| Answers for the record | Harbour &lt;b>master&lt;/b> |",
        "| gate | Main \\| entrance | 92° true |",
        "| `fraud` | Fraud that was reported |",
        "| passages | 21 days |",
        "For diplomatic: passages 7 days, pictures 3 days.",
        "| people who search | 14 days |",
        "more than 250 records needs a second person",
        "| investigator | Looks for passages, for a purpose | 1 |",
        f"policy `{stated.store.site.digest()[:16]}`",
        "0 of 4 accounts have no second factor",
        "on 2026-11-22",
    ):
        assert said in text, said
    assert "To be completed" not in text
    assert "not stated**" not in text
    assert "No-hit mode" not in text


def test_what_is_missing_is_listed_first(world: World) -> None:
    """A fresh site cannot be signed for yet."""
    world.person("otto", "officer")
    text = page(world)
    points = re.findall(r"^- \[ \] (.*)$", text, flags=re.MULTILINE)
    assert len(points) == 7
    assert "the role auditor" in points[5]
    assert text.index("To be completed") < text.index("## 1. Description")
    assert "| Controller | **not stated** |" in text
    assert "None is set up." in text
    assert "gives roles alone until the first approver is there" in text


def test_how_the_checks_stand_is_said(stated: World, tmp_path: Path) -> None:
    """Exports of the year, requests by what became of them, roles that nobody signed for."""
    case = Purpose("fraud", "CR-2026/0123", "mary")
    export_to_file(stated.store, Order(Selection(site=SITE), case, "jsonl"), tmp_path / "out.jsonl")
    stated.person("lucy", "list-manager")
    lucy = stated.actor("lucy")
    with stated.store.writing() as transaction:
        thing = Thing("brief", SITE)
        asked = approvals.ask(transaction, lucy, "publish", thing, {"brief": 1}, "the evening of the concert")
        approvals.refuse(transaction, stated.actor("paul"), asked.id)
    stated.clock.forward(minutes=1)
    text = page(stated)
    assert "Exports made in the last twelve months: 1." in text
    assert "0 requests signed, 1 refused, 0 emergency entries, 0 done alone" in text
    assert "5 roles were given while the site was being founded" in text


def test_an_owner_alone_is_said_to_be_alone(world: World) -> None:
    """With the waiver of the second factor, where there is one."""
    world.person("olaf", "owner", second_factor=False)
    text = page(world, "olaf")
    assert "One owner works alone" in text
    assert "The second factor is waived for one person on this machine." in text
    away = page(world, "olaf", Binding("0.0.0.0", certificate="gate.pem"))
    assert "1 of 1 accounts have no second factor" in away


def test_who_else_learns_something_is_said(tmp_path: Path) -> None:
    """The issuer and the webhook where they are configured, and the bounds of watch lists; never a secret."""
    stated = """
[watch]
webhook = "https://desk.example/alerts/7"
longest_days = 30
[oidc]
issuer = "https://login.example/realm"
client_id = "wayside"
name = "Port login"
"""
    (tmp_path / "site.toml").write_text(f'name = "{SITE}"\n{stated}')
    world = World.opened(tmp_path)
    world.person("otto", "officer")
    text = page(world)
    assert "Of each hit of a watch list, desk.example is told, signed." in text
    assert "at Port login (https://login.example/realm), which learns who signs in" in text
    assert "30 days. Only what is at least 5 % probable" in text
    assert "alerts/7" not in text


def test_a_site_that_tells_nobody_says_so(world: World) -> None:
    """Neither an issuer nor a webhook."""
    world.person("otto", "officer")
    text = page(world)
    assert "Nothing is shared by itself. Exports" in text
    assert "no other service learns who works with the system" in text


def test_no_hit_mode_is_said(tmp_path: Path) -> None:
    """Where it is on."""
    (tmp_path / "kept.txt").write_text("AB12CDE\n")
    (tmp_path / "site.toml").write_text(f'name = "{SITE}"\n[no_hit]\non = true\nplates = "kept.txt"\n')
    world = World.opened(tmp_path)
    world.person("otto", "officer")
    assert "**No-hit mode is on:**" in page(world)
    world.store.close()


@pytest.mark.parametrize("name", ["mary", "paul"])
def test_only_the_officer_and_the_auditor_make_it(stated: World, name: str) -> None:
    """It is theirs to sign."""
    with pytest.raises(RefusalError):
        page(stated, name)


def test_tables_have_as_many_cells_as_their_heads(stated: World) -> None:
    """Whatever stands in them."""
    for block in re.findall(r"(?:^\|.*\n)+", page(stated), flags=re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(widths) == 1, block


@pytest.mark.parametrize(
    ("value", "said"), [("a|b", "a\\|b"), ("a\nb", "a b"), ("<script>", "&lt;script>"), ("R&D", "R&amp;D"), (3, "3")]
)
def test_no_value_leaves_its_cell(value: object, said: str) -> None:
    """Nor begins a tag."""
    assert cell(value) == said


def test_every_risk_names_its_measures_and_a_page_that_is_there() -> None:
    """What is promised there is documented."""
    assert len(risks()) >= 8
    for risk in risks():
        assert risk["what"] and risk["harm"] and risk["measures"]
        assert (ROOT / risk["page"]).is_file(), risk["page"]
    assert impact.PERIODS.keys() <= {"passages_days", "pictures_days", "hits_days", "sightings_days"}
