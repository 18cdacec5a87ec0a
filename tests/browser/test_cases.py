"""From an enquiry that was sent to the case that its support centre works on."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live_site import LiveSite
from tests.browser.test_enquiry import go_on
from tests.browser.test_finance_desk import AXE, COLOURS, STANDS_STILL, STICKS_OUT
from tests.browser.test_staff import sign_in  # noqa: F401  a fixture
from tests.browser.visitors import DESK, PHONE, Kind, Visitor
from tests.fostering.enquiries import address

pytestmark = pytest.mark.browser

NAME = "Zelma Zvaigzne"


def send_enquiry(visitor: Visitor) -> str:
    """All pages in a row; return the reference."""
    page = visitor.page
    visitor.open(address("enquiry-question", 1))
    page.locator("[name=way][value=host]").check()
    go_on(visitor)
    page.select_option("[name=municipality]", "valmiera")
    go_on(visitor)
    go_on(visitor)
    page.locator("[name=age_band][value='45_54']").check()
    go_on(visitor)
    page.locator("[name=household_size][value='2']").check()
    go_on(visitor)
    page.fill("[name=name]", NAME)
    page.fill("[name=email]", visitor.email)
    page.fill("[name=phone]", "2123 4567")
    go_on(visitor)
    go_on(visitor)
    page.fill("[name=message]", "Dzīvojam laukos.\nMums ir suns.")
    go_on(visitor)
    page.locator("[name=consent]").check()
    go_on(visitor)
    return page.locator("main .figure").inner_text()


def examine(page: Page) -> None:
    # A click waits until the next page is under way, not until it is there.
    page.wait_for_load_state()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(STANDS_STILL)
        found = AXE.run(page, options=COLOURS) if scheme == "dark" else AXE.run(page)
        assert found.violations_count == 0, f"{page.url}, {scheme}\n{found.generate_report()}"
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": PHONE, "height": 1000})
    page.evaluate("document.querySelectorAll('.case-step').forEach(step => step.open = true)")
    page.wait_for_function(f"() => !({STICKS_OUT})().length")
    page.evaluate("document.querySelectorAll('.case-step').forEach(step => step.open = false)")
    page.set_viewport_size({"width": DESK, "height": 1000})


def notice_with(live: LiveSite, path: str) -> str:
    """The text of the message to the centre that leads to this case; empty until it is there."""
    bodies = [message.get_body(("plain",)) for message in live.mail_to("airi.valmiera@example.org")]
    texts = [str(body.get_content()) for body in bodies if body]
    return next((text for text in texts if path in text), "")


def test_the_centre_works_on_the_case(
    visit: Callable[..., Visitor],
    sign_in: Callable[[str], Page],  # noqa: F811
    live: LiveSite,
) -> None:
    reference = send_enquiry(visit(Kind("lv", False, PHONE), signs_in=True))
    page = sign_in("piesaiste")
    page.goto("/admin/fostering/cases/")
    expect(page.locator("main")).to_contain_text(NAME)
    examine(page)
    path = page.get_by_role("link", name=reference).get_attribute("href")
    notice = live.wait(lambda: notice_with(live, f"{path}"), "the notice to the centre")
    (link,) = [line for line in notice.splitlines() if "/admin/" in line]
    assert NAME not in notice
    page.goto(link.strip())
    expect(page.locator("main h2").first).to_have_text(NAME)
    expect(page.locator("header").first).to_contain_text(reference)
    examine(page)

    page.locator("summary").first.click()
    page.locator("#note_text").fill("Piezvanīju, sarunājām vizīti.")
    page.locator("form[action$='/note/'] button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("Piezvanīju, sarunājām vizīti.")
    page.locator("details:has(form[action$='/move/']) summary").click()
    page.locator("#move_stage").select_option("visit")
    page.locator("form[action$='/move/'] button[type=submit]").click()
    # From where to where.
    expect(page.locator("main")).to_contain_text("→")
    # What is wrong stands open.
    page.locator("details:has(form[action$='/close/']) summary").click()
    page.locator("form[action$='/close/'] button[type=submit]").click()
    expect(page.locator("details[open] form[action$='/close/']")).to_be_visible()
    examine(page)

    communications = sign_in("komunikacija")
    answer = communications.goto(link.strip())
    assert answer
    assert NAME not in communications.content()
