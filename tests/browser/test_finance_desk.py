"""Everything that finance can open in the admin: nothing for axe to find, nothing sticks out."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from donations.admin.viewsets import GivingGroup
from tests.browser.live_site import LiveSite, new_address
from tests.browser.test_staff import sign_in  # noqa: F401  a fixture
from tests.browser.visitors import DESK, PHONE

pytestmark = pytest.mark.browser

AXE = Axe()
HEIGHT = 1000
# Another colour scheme changes nothing but colours.
COLOURS = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
# Buttons change their colours slowly, and the sidebar its width: they are there at once.
STANDS_STILL = """() => document.getAnimations()
    .filter(one => one.effect.getComputedTiming().iterations !== Infinity)
    .forEach(one => one.finish())"""
# Of a button the words as well, which it hides where they have no room.
STICKS_OUT = """() => [
    ...document.querySelectorAll('main form :is(input, select, textarea, button)')
]   .filter(field => field.getBoundingClientRect().right > window.innerWidth
        || field.matches('button') && field.scrollWidth > field.clientWidth + 1)
    .map(field => field.name || field.textContent.trim())"""


def addresses(page: Page, selector: str) -> list[str]:
    found = page.locator(selector).evaluate_all("links => links.map(link => link.pathname)")
    return [path for path in dict.fromkeys(found) if not path.endswith("/download/")]


def walk(page: Page) -> Iterator[str]:
    """Each listing, the first row's page, and what can be done from both, as they open."""
    for item in GivingGroup.items:
        open_now = [f"/admin/{item.url_prefix}/"]
        seen: set[str] = set()
        while open_now:
            path = open_now.pop()
            if path in seen:
                continue
            seen.add(path)
            page.goto(path)
            yield path
            open_now += addresses(page, ".giving-actions a[href^='/admin/giving/']")
            if path == f"/admin/{item.url_prefix}/":
                open_now += addresses(page, "main .title a[href^='/admin/giving/']")[:1]
                open_now += addresses(page, "header a[href^='/admin/giving/'][href$='enter/']")
                open_now += addresses(page, "header a[href^='/admin/giving/'][href$='start/']")


def test_axe_finds_nothing_at_the_desk(
    sign_in: Callable[[str], Page],  # noqa: F811
    live: LiveSite,
) -> None:
    address = new_address()
    live.control("refund", payment=live.give(email=address))
    live.mail_to(address, 2)
    live.control("dispute", payment=live.give())
    live.give(email=address, frequency="monthly")
    live.open_checkout()
    page = sign_in("finanses")
    opened, wrong = [], []
    for path in walk(page):
        opened.append(path)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.evaluate(STANDS_STILL)
            found = AXE.run(page, options=COLOURS) if scheme == "dark" else AXE.run(page)
            if found.violations_count:
                wrong.append(f"{path}, {scheme}\n{found.generate_report()}")
        page.set_viewport_size({"width": PHONE, "height": HEIGHT})
        try:
            page.wait_for_function(f"() => !({STICKS_OUT})().length", timeout=3000)
        except PlaywrightTimeout:
            wrong.append(f"{path}: {page.evaluate(STICKS_OUT)} stick out")
        page.set_viewport_size({"width": DESK, "height": HEIGHT})
    assert not wrong, "\n".join(wrong)
    for name in ("overview/", "donations/enter/", "/refund/", "/merge/", "/pause/", "start/"):
        assert any(path.endswith(name) for path in opened), name
