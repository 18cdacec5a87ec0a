"""Recruitment with the list of one event: every page opens without faults and does what it says."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live_site import LiveSite
from tests.browser.test_my_giving import follow
from tests.browser.test_recruitment_desk import faults, faults_here
from tests.browser.test_staff import sign_in  # noqa: F401  a fixture

pytestmark = pytest.mark.browser

# One evening to come, with a sign-up of each state, one of today, and one long over.
EVENINGS = """
import json
from datetime import timedelta
from django.utils import timezone
from fostering.models import SignUpList
from fostering.services import sign_ups
from tests.fostering import events
found = []
for _each in range(3):
    evening = events.event(capacity=3)
    for name, persons in (("anna", 1), ("bruno", 2), ("dace", 1), ("elza", 1)):
        events.sign_up(evening, name, persons)
    sign_ups.cancel(events.of(evening, "elza").pk)
    found.append(evening.pk)
begun = timezone.now() - timedelta(minutes=1)
SignUpList.objects.filter(pk=found[1]).update(starts_at=begun, ends_at=begun + timedelta(hours=2))
SignUpList.objects.filter(pk=found[2]).update(starts_at=begun, ends_at=begun, erased_at=begun)
print(json.dumps(found))
"""


def test_axe_finds_nothing_at_the_list_of_an_event(
    sign_in: Callable[[str], Page],  # noqa: F811
    live: LiveSite,
) -> None:
    coming, begun, over = (
        f"/admin/recruitment/sign-ups/{pk}/" for pk in json.loads(live.run(EVENINGS))
    )
    page = sign_in("piesaiste")
    wrong = [fault for path in (coming, begun, over) for fault in faults(page, path)]

    def press(path: str, link: str, *words: str) -> None:
        """From the list to an action's page, do it, and back on the list."""
        page.goto(path)
        follow(page.locator(f"main a[href*='/{link}/']").first)
        wrong.extend(faults_here(page))
        follow(page.locator("main form button[type=submit]"))
        wrong.extend(faults_here(page))
        assert page.url == live.address + path
        for each in words:
            expect(page.locator("main")).to_contain_text(each)

    press(coming, "cancel", "Anna")
    expect(page.locator(f"main a[href^='{coming}cancel/']")).to_have_count(2)
    press(coming, "erase", "Dace")
    press(coming, "call_off", "Dace")
    expect(page.locator("main a[href*='/cancel/']")).to_have_count(0)

    page.goto(begun)
    follow(page.locator("main a[href$='/attendance/']"))
    page.locator("main [name=came]").first.check()
    wrong.extend(faults_here(page))
    follow(page.locator("main form button[type=submit]"))
    wrong.extend(faults_here(page))
    follow(page.locator("main a[href$='/attendance/']"))
    expect(page.locator("main [name=came]").first).to_be_checked()
    assert not wrong, "\n".join(wrong)
