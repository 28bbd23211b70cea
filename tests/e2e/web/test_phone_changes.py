# SPDX-License-Identifier: Apache-2.0
"""The phone page opens a report that was sent: changed within ten minutes, corrected with a reason after that."""

from __future__ import annotations

from datetime import datetime, timedelta

from e2e.web.test_phone import API, Phone, go_on, phone, site, type_plate
from e2e.web.test_phone import pytestmark as needs_browser
from playwright.sync_api import Page, Route, expect

pytestmark = needs_browser
__all__ = ["phone", "site"]


def sent_report(phone: Phone, page: Page, plate: str) -> None:
    """A report with people, vehicle, class and note that the site has taken; the outbox is open."""
    type_plate(page, plate)
    page.locator('[data-pick="certainty.plate"][data-value="guess"]').tap()
    go_on(page, 2)
    page.locator('[data-pick="best"][data-value="2"]').tap()
    go_on(page)
    page.locator('[data-pick="kind"][data-value="car"]').tap()
    page.select_option("#plate_class", "diplomatic")
    page.fill("#note", "a pennant")
    go_on(page)
    page.locator("#locate").tap()
    expect(page.locator("#position")).to_contain_text("12 m")
    go_on(page, 2)
    expect(page.locator("#told")).to_contain_text("Kept")
    expect(page.locator("#count")).to_have_text("0")
    page.locator("#show-outbox").tap()


def test_a_report_that_was_sent_is_changed_in_every_field(phone: Phone) -> None:
    """Each is filled in as it was sent; both versions stay, and what was being written meanwhile comes back."""
    page = phone.opened()
    sent_report(phone, page, "CHG1")
    page.locator("#show-outbox").tap()
    type_plate(page, "NEXT")
    page.locator("#show-outbox").tap()
    page.locator('#reports [data-state="sent"]').first.get_by_role("button", name="Change it").tap()
    expect(page.locator("#changing")).to_contain_text("You change the report")
    expect(page.locator("#plate")).to_have_text("CHG1")
    expect(page.locator('label[for="photo"]')).to_be_hidden()
    type_plate(page, "2")
    page.locator('[data-pick="certainty.plate"][data-value="sure"]').tap()
    go_on(page)
    page.locator('[data-pick="travel"][data-value="left"]').tap()
    go_on(page)
    expect(page.locator('[data-pick="best"][data-value="2"]')).to_have_attribute("aria-pressed", "true")
    page.locator('[data-pick="best"][data-value="3"]').tap()
    go_on(page)
    expect(page.locator("#note")).to_have_value("a pennant")
    page.fill("#note", "a flag")
    go_on(page, 2)
    expect(page.locator("#why-field")).to_be_hidden()
    page.locator("#next", has_text="Send the change").tap()
    expect(page.locator("#told")).to_contain_text("Changed")
    expect(page.locator("#plate")).to_have_text("NEXT")
    told = next(one for one in phone.reported() if one["plate"] == "CHG12")
    assert (told["note"], told["plate_class"], told["kind"], told["certainty"]) == (
        "a flag", "diplomatic", "car", {"plate": "sure"},
    )  # fmt: skip
    assert (told["direction"]["travel"], told["occupants"]["best"], told["place"]["accuracy_m"]) == ("left", 3, 12.0)
    versions = phone.context.request.get(f"{phone.base}{API}/{told['id']}").json()["versions"]
    assert [(one["what"], one["sighting"]["plate"]) for one in versions] == [("report", "CHG1"), ("edit", "CHG12")]
    assert not [address for address in phone.addresses if "CHG1" in address]


def test_after_ten_minutes_a_report_is_corrected_with_a_reason(phone: Phone) -> None:
    """By the clock of the site, not of the phone; without a connection nothing is changed, and nothing is lost."""
    page = phone.opened()
    sent_report(phone, page, "COR1")
    told = next(one for one in phone.reported() if one["plate"] == "COR1")

    def later(route: Route) -> None:
        state = route.fetch().json()
        state["now"] = (datetime.fromisoformat(state["now"]) + timedelta(minutes=11)).isoformat()
        route.fulfill(json=state)

    page.route("**/report/state", later)
    page.goto(f"{phone.base}/sightings/{told['id']}")
    page.get_by_role("link", name="Change every field").tap()
    expect(page.locator("#changing")).to_contain_text("You correct the report")
    type_plate(page, "2")
    go_on(page, 6)
    expect(page.locator("#told")).to_contain_text("say why")
    page.fill("#why", "the last digit came back to me")
    phone.context.set_offline(True)
    go_on(page)
    expect(page.locator("#told")).to_contain_text("needs a connection")
    phone.context.set_offline(False)
    go_on(page)
    expect(page.locator("#told")).to_contain_text("Changed")
    versions = phone.context.request.get(f"{phone.base}{API}/{told['id']}").json()["versions"]
    assert [one["sighting"]["plate"] for one in versions] == ["COR1", "COR12"]
    assert versions[-1]["reason"] == "the last digit came back to me"


def test_a_change_that_is_left_changes_nothing(phone: Phone) -> None:
    """Nor does one of a report that is not there."""
    page = phone.opened()
    sent_report(phone, page, "LEFT1")
    page.locator('#reports [data-state="sent"]').first.get_by_role("button", name="Change it").tap()
    expect(page.locator("#plate")).to_have_text("LEFT1")
    page.locator("#leave-change").tap()
    expect(page.locator("#changing")).to_be_hidden()
    expect(page.locator("#plate")).to_have_text("no plate")
    page.goto(f"{phone.base}/briefs")
    page.goto(f"{phone.base}/report#change={'0' * 32}")
    expect(page.locator("#told")).to_contain_text("cannot be opened")
    assert [one["plate"] for one in phone.reported()].count("LEFT1") == 1
