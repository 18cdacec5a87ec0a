"""The enquiry in a browser: begun, saved, resumed on another device, and sent."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.kinds import FOUR, as_each
from tests.browser.live_site import LiveSite
from tests.browser.test_my_giving import examine
from tests.browser.visitors import PHONE, Kind, Visitor
from tests.fostering.enquiries import address

pytestmark = pytest.mark.browser

NARROW = 320


@pytest.fixture
def visitor(request: pytest.FixtureRequest, visit: Callable[..., Visitor]) -> Visitor:
    """Has a cookie while on these pages, which no other visitor has."""
    return visit(request.param, signs_in=True, reduced_motion="reduce")


def look(visitor: Visitor) -> None:
    if visitor.has_script:
        examine(visitor)


def go_on(visitor: Visitor, control: Locator | None = None) -> None:
    """Press the big button, or another, and wait for the page that it leads to."""
    button = control or visitor.page.locator("form .buttons button").first
    with visitor.page.expect_navigation():
        button.click()


def answer_half(visitor: Visitor) -> None:
    """The first five questions, with a look at each and at its error."""
    page = visitor.page
    for name, value in (
        ("way", "foster"),
        ("municipality", "valmiera"),
        ("centre", ""),
        ("age_band", "35_44"),
        ("household_size", "3"),
    ):
        look(visitor)
        if name == "municipality":
            page.select_option(f"[name={name}]", value)
        elif value:
            go_on(visitor)
            expect(page.locator(".error-summary")).to_be_visible()
            look(visitor)
            page.locator(f"[name={name}][value='{value}']").check()
        else:
            # The nearest one is chosen already.
            expect(page.locator("label:has([name=centre]:checked)")).to_contain_text("Valmier")
        go_on(visitor)


def open_link(visitor: Visitor, link: str) -> None:
    visitor.open(link)
    look(visitor)
    go_on(visitor, visitor.page.locator("main button"))


@as_each(*FOUR)
def test_begun_here_finished_there(
    visitor: Visitor, visit: Callable[..., Visitor], live: LiveSite
) -> None:
    page, language = visitor.page, visitor.words.language
    start = address("enquiry", language=language)
    visitor.open(start)
    look(visitor)
    go_on(visitor, page.locator("main .buttons a").first)
    answer_half(visitor)

    # Half-way: what is typed so far is kept, right or wrong.
    page.fill("[name=name]", "Anna Kļava")
    page.fill("[name=phone]", "21")
    page.fill("[name=email]", visitor.email)
    go_on(visitor, page.locator("button[name=later]"))
    look(visitor)
    expect(page.locator("[name=email]")).to_have_value(visitor.email)
    go_on(visitor)
    look(visitor)
    message = live.mail_to(visitor.email, 1)[-1].get_body(("plain",))
    assert message
    (link,) = [line for line in message.get_content().splitlines() if start in line]

    kind = Kind(language, visitor.has_script, NARROW)
    other = visit(kind, signs_in=True, reduced_motion="reduce")
    open_link(other, link.strip())
    expect(other.page.locator("[name=name]")).to_have_value("Anna Kļava")
    look(other)
    other.page.fill("[name=phone]", "2123 4567")
    go_on(other)
    look(other)
    go_on(other)
    # Back works.
    go_on(other, other.page.locator(".back a"))
    expect(other.page.locator("[name=contact_method][value=phone]")).to_be_checked()
    go_on(other)
    look(other)
    other.page.fill("[name=message]", "Dzīvojam laukos.")
    go_on(other)
    expect(other.page.locator("dl.answers")).to_contain_text("Anna Kļava")
    look(other)
    go_on(other)
    expect(other.page.locator(".error-summary")).to_be_visible()
    look(other)
    other.page.locator("[name=consent]").check()
    go_on(other)
    reference = other.page.locator("main .figure").inner_text()
    look(other)
    confirmation = live.mail_to(visitor.email, 2)[-1]
    assert reference in str(confirmation["subject"])
    # The first device knows that it was sent.
    visitor.open(start)
    look(visitor)


def test_the_language_can_change_half_way(visit: Callable[..., Visitor]) -> None:
    visitor = visit(Kind("lv", True, PHONE), signs_in=True, reduced_motion="reduce")
    visitor.open(address("enquiry-question", 1))
    visitor.page.locator("[name=way][value=host]").check()
    go_on(visitor)
    visitor.page.goto(address("enquiry-question", 1, language="en"))
    expect(visitor.page.locator("[name=way][value=host]")).to_be_checked()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "en")
