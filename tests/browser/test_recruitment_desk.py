"""Recruitment at work in the admin: the board by mouse, by keyboard and by two people at once."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.browser.live_site import LiveSite, new_network_address
from tests.browser.test_finance_desk import COLOURS, HEIGHT, STANDS_STILL, STICKS_OUT
from tests.browser.test_staff import sign_in  # noqa: F401  a fixture
from tests.browser.visitors import DESK, PHONE, Kind, Visitor
from tests.fostering.enquiries import ANSWERS, NAME, address

pytestmark = pytest.mark.browser

AXE = Axe()
BOARD = "/admin/fostering/board/"
PAGES = (
    "/admin/",
    BOARD,
    "/admin/fostering/cases/",
    "/admin/fostering/figures/",
    "/admin/recruitment/sign-ups/",
    "/admin/recruitment-guide/",
    "/admin/settings/fostering/recruitmentsettings/",
)
# Made once; the demonstration's administrator is none.
SUPERUSER = """
from sosbca.users.models import User
User.objects.filter(username="{0}").exists() or User.objects.create_superuser("{0}", password="{0}")
"""
ROOT = "saknes"
SUSPECT = """
from fostering.models import Enquiry
Enquiry.objects.filter(reference="{}").update(is_suspect=True)
"""


def send_enquiry(page: Page, live: LiveSite) -> str:
    """Somebody's enquiry, as a browser without scripts sends it; return its number as staff read
    it."""
    browser = page.context.browser
    assert browser
    headers = {"Origin": live.address, "X-Forwarded-For": new_network_address()}
    person = browser.new_context(base_url=live.address, extra_http_headers=headers)

    def find(pattern: str, name: str, *arguments: int) -> str:
        found = re.search(pattern, person.request.get(path(name, *arguments)).text())
        assert found, name
        return found[1]

    for number, usual in enumerate(ANSWERS, start=1):
        data = {
            name: value[0] if isinstance(value, list) else value for name, value in usual.items()
        }
        if "centre" in data:
            data["centre"] = find(r'name="centre"[^>]* value="(\d+)"', "enquiry-question", number)
        assert person.request.post(path("enquiry-question", number), form=data).ok
    seen = find(r'name="seen" value="(\w+)"', "enquiry-check")
    assert person.request.post(path("enquiry-check"), form={"consent": "on", "seen": seen}).ok
    sent = find(r"\b([2-9A-Z]{4}-[2-9A-Z]{4})\b", "enquiry-sent")
    person.close()
    return sent


def path(name: str, *arguments: int) -> str:
    return address(name, *arguments, language="en")


def card(page: Page, number: str) -> Locator:
    return page.locator(".board-card", has=page.get_by_role("link", name=number))


def drag(page: Page, number: str, stage: str) -> None:
    """Draw a card to a column, also to one that comes into view only on the way."""
    start = card(page, number)
    start.hover()
    page.mouse.down()
    # The board scrolls sideways, and dragging begins with the first move.
    start.hover(position={"x": 5, "y": 5}, force=True)
    heading = page.locator(f"[data-stage={stage}] h2")
    for _move in range(3):
        heading.hover(force=True)
    page.mouse.up()


def column_of(page: Page, number: str) -> str:
    stage = page.locator("[data-stage]", has=card(page, number)).get_attribute("data-stage")
    assert stage
    return stage


def test_a_card_is_moved_by_mouse_and_by_keyboard(
    sign_in: Callable[[str], Page],  # noqa: F811
    live: LiveSite,
) -> None:
    page = sign_in("vaditaja")
    number = send_enquiry(page, live)
    page.goto(BOARD)
    assert column_of(page, number) == "new"

    drag(page, number, "visit")
    expect(page.locator(".messages")).to_contain_text(number)
    assert column_of(page, number) == "visit"

    # Nobody becomes new again: the column takes no such card, and nothing is sent.
    before = page.url
    drag(page, number, "new")
    assert column_of(page, number) == "visit"
    assert page.url == before

    summary = card(page, number).locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    # The next stage is chosen already.
    expect(card(page, number).locator("select")).to_be_focused()
    expect(card(page, number).locator("select")).to_have_value("application")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-stage=application]")).to_contain_text(number)


def test_closing_by_mouse_asks_why_and_two_people_do_not_overrule_each_other(
    sign_in: Callable[[str], Page],  # noqa: F811
    live: LiveSite,
) -> None:
    page, other = sign_in("vaditaja"), sign_in("vaditaja")
    number = send_enquiry(page, live)
    for each in (page, other):
        each.goto(BOARD)
    drag(page, number, "declined")
    page.fill("[name=text]", "Lives abroad")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("[data-stage=declined]")).to_contain_text(number)

    drag(other, number, "contacted")
    expect(other.locator(".messages")).to_contain_text("Vita")
    assert column_of(other, number) == "declined"
    expect(other.locator("[data-stage=declined]")).to_contain_text(number)


def test_axe_finds_nothing_at_the_desk_of_recruitment(
    sign_in: Callable[[str], Page],  # noqa: F811
    live: LiveSite,
) -> None:
    page = sign_in("vaditaja")
    numbers = [send_enquiry(page, live) for _twice in range(2)]
    page.goto(BOARD)
    drag(page, numbers[0], "contacted")
    expect(page.locator("[data-stage=contacted]")).to_contain_text(numbers[0])
    wrong = [fault for place in PAGES for fault in faults(page, place)]
    assert not wrong, "\n".join(wrong)


def faults(page: Page, place: str) -> list[str]:
    """What axe finds on a page, light and dark, and what sticks out of it on a phone."""
    page.goto(place)
    return faults_here(page)


def faults_here(page: Page) -> list[str]:
    wrong = []
    page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.evaluate(STANDS_STILL)
        found = AXE.run(page, options=COLOURS) if scheme == "dark" else AXE.run(page)
        if found.violations_count:
            wrong.append(f"{page.url}, {scheme}\n{found.generate_report()}")
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    try:
        page.wait_for_function(f"() => !({STICKS_OUT})().length", timeout=3000)
    except PlaywrightTimeout:
        wrong.append(f"{page.url}: {page.evaluate(STICKS_OUT)} stick out")
    page.set_viewport_size({"width": DESK, "height": HEIGHT})
    return wrong


def test_a_superuser_is_asked_why_on_a_page_without_faults(
    visit: Callable[..., Visitor],
    sign_in: Callable[[str], Page],  # noqa: F811
    live: LiveSite,
) -> None:
    lead = sign_in("vaditaja")
    number = send_enquiry(lead, live)
    lead.goto(BOARD)
    case = card(lead, number).get_by_role("link", name=number).get_attribute("href")
    assert case
    live.run(SUPERUSER.format(ROOT))
    page = visit(Kind("lv", True, DESK), signs_in=True).page
    page.goto("/admin/")
    for name in ("username", "password"):
        page.fill(f"[name={name}]", ROOT)
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")

    assert faults(page, case) == []
    expect(page.locator("main")).not_to_contain_text(NAME)
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main .error-message")).to_be_visible()
    assert faults_here(page) == []
    page.fill("[name=reason]", "The person cannot reach the centre")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main h2").first).to_have_text(NAME)
    expect(page.locator("main")).to_contain_text("The person cannot reach the centre")
    assert faults_here(page) == []


def test_the_question_whether_it_is_spam_can_be_read(
    sign_in: Callable[[str], Page],  # noqa: F811
    live: LiveSite,
) -> None:
    page = sign_in("vaditaja")
    number = send_enquiry(page, live)
    live.run(SUSPECT.format(number.replace("-", "")))
    page.goto("/admin/fostering/cases/?state=suspect")
    page.get_by_role("link", name=number).click()
    expect(page.locator("main .help-block form")).to_have_count(2)
    assert faults_here(page) == []
    page.locator("main .help-block button").last.click()
    expect(page.locator("main .help-block form")).to_have_count(1)
    assert faults_here(page) == []
