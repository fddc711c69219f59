"""From a list to one record and back, by the keyboard; by its address; and not for those outside its scope."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Enter
from tests.journeys.screen import OTHER_SGT, PATIENCE_MS, go, heading, settled

LIST = "/stl?unit=watford-intervention-c&metric=stl_due_28&bar=watford-intervention-c"


def overflow(page: Page) -> int:
    script = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    found: int = page.evaluate(script)
    return found


def test_a_record_is_reached_from_the_list_and_left_again(sergeant: Page, enter: Enter) -> None:
    go(sergeant, LIST)
    first = sergeant.locator("#records tbody th a").first
    ref = first.text_content() or ""
    first.focus()
    sergeant.keyboard.press("Enter")
    expect(heading(sergeant)).to_have_text(f"Investigation {ref}", timeout=PATIENCE_MS)
    settled(sergeant)
    limit = sergeant.locator("#clocks tbody tr").first
    expect(limit).to_contain_text("end at midnight on")
    expect(limit).to_contain_text("left, no proceedings started")
    assert overflow(sergeant) <= 0
    grave = [
        each["id"] for each in Axe().run(sergeant).response["violations"] if each["impact"] in ("serious", "critical")
    ]
    assert grave == []

    address = sergeant.url
    assert "/record/investigation/" in address
    sergeant.get_by_role("link", name="Back to the records").click()
    expect(sergeant.locator("#records tbody th a").first).to_have_text(ref, timeout=PATIENCE_MS)
    go(sergeant, address)  # the address by itself
    expect(heading(sergeant)).to_have_text(f"Investigation {ref}", timeout=PATIENCE_MS)

    other = enter(OTHER_SGT)
    for wish in (address, re.sub(r"\?.*", "", address)):
        other.goto(wish)
        settled(other)
        expect(heading(other)).not_to_contain_text(ref)
        expect(other.locator("#main")).to_contain_text("There is no such record, or your role does not cover it.")
    other.set_viewport_size({"width": 1920, "height": 1080})
    assert overflow(other) <= 0
