"""From "could we?" to a case that was matched, and to the day on which its person is forgotten."""

import re
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.kinds import as_each
from tests.browser.live_site import LiveSite
from tests.browser.test_cases import examine as examine_desk
from tests.browser.test_my_giving import examine, follow
from tests.browser.test_staff import sign_in  # noqa: F401  a fixture
from tests.browser.visitors import DESK, PHONE, Kind, Visitor

pytestmark = pytest.mark.browser

# axe looks with a script alone, so those are the ones with the narrow window.
KINDS = (
    Kind("lv", True, PHONE),
    Kind("lv", False, DESK),
    Kind("en", True, PHONE),
    Kind("en", False, DESK),
)
NAME, PHONE_NUMBER = "Zanda Zvirbulīte", "2612 3498"
MESSAGE, NOTE = "Dzīvojam laukos pie upes.", "Zvirbulītei patika saruna."
CENTRE = {
    "lv": "Atbalsta centrs „AIRI vecākiem” Valmierā",
    "en": "Support centre “AIRI vecākiem” in Valmiera",
}
MAILBOX = "airi.valmiera@example.org"
CASES, BOARD = "/admin/fostering/cases/", "/admin/fostering/board/"
FIGURES = "/admin/fostering/figures/"
# After the board's first move.
ON_THE_CASE = ("visit", "application", "training", "decision")
# Days after the end of a case; people are kept for twelve months.
STILL_KEPT, FORGOTTEN = 360, 370
EVERYTHING = """
from django.apps import apps
for model in apps.get_app_config("fostering").get_models():
    print(*model._base_manager.values(), sep="\\n")
"""


@pytest.fixture
def visitor(request: pytest.FixtureRequest, visit: Callable[..., Visitor]) -> Visitor:
    """Has a cookie while on the enquiry's pages, which no other visitor has."""
    return visit(request.param, signs_in=True, reduced_motion="reduce")


def look(visitor: Visitor) -> None:
    if visitor.has_script:
        examine(visitor)


def go_on(visitor: Visitor, control: Locator | None = None) -> None:
    """Press the page's big button, or another control, and look at what comes."""
    follow(control or visitor.page.locator("form .buttons button").first)
    look(visitor)


def plain(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body
    return str(body.get_content())


def link_in(message: EmailMessage, address: str) -> str:
    (link,) = [line for line in plain(message).splitlines() if line.startswith(address)]
    return link.strip()


def find_a_way(visitor: Visitor, live: LiveSite) -> None:
    """The self-check, and from its result over the page of the way that fits to the enquiry."""
    page = visitor.page
    visitor.open(live.pages_by_type()["SelfCheckPage"][visitor.words.language])
    look(visitor)
    page.check("#q0-0")
    page.select_option("#municipality", "cesis")
    go_on(visitor, page.locator(".self-check button"))
    expect(page.locator("#result")).to_contain_text(CENTRE[visitor.words.language])
    fitting = page.locator("#result .verdicts .good a")
    title = fitting.inner_text()
    go_on(visitor, fitting)
    visitor.see(title)
    go_on(visitor, page.locator(".cta a.big"))


def answer_half(visitor: Visitor) -> str:
    """From the first page of the enquiry to half an answer; return the first page's address."""
    page = visitor.page
    start = page.url
    # The figures will say that a page on fostering led here.
    begin = page.locator("main .buttons a").first
    expect(begin).to_have_attribute("href", re.compile(r"\?source=fostering$"))
    go_on(visitor, begin)
    page.locator("[name=way][value=host]").check()
    go_on(visitor)
    page.select_option("[name=municipality]", "cesis")
    go_on(visitor)
    # The nearest one is chosen already.
    nearest = page.locator("label:has([name=centre]:checked)")
    expect(nearest).to_contain_text(CENTRE[visitor.words.language])
    go_on(visitor)
    page.locator("[name=age_band][value='35_44']").check()
    go_on(visitor)
    page.locator("[name=household_size][value='3']").check()
    go_on(visitor)
    page.fill("[name=name]", NAME)
    go_on(visitor, page.locator("button[name=later]"))
    page.fill("[name=email]", visitor.email)
    go_on(visitor)
    return start


def resume_elsewhere(
    visitor: Visitor, start: str, visit: Callable[..., Visitor], live: LiveSite
) -> Visitor:
    """On another device by the link, which leads nowhere on a third."""
    link = link_in(live.mail_to(visitor.email)[-1], start)
    width = DESK if visitor.has_script else PHONE
    kind = Kind(visitor.words.language, visitor.has_script, width)
    other, third = (visit(kind, signs_in=True, reduced_motion="reduce") for _device in range(2))
    other.open(link)
    look(other)
    go_on(other, other.page.locator("main button"))
    expect(other.page.locator("[name=name]")).to_have_value(NAME)

    answer = third.page.goto(link)
    assert answer
    assert answer.status == 410
    look(third)
    assert third.context.cookies() == []
    return other


def finish(visitor: Visitor, email: str) -> str:
    """The other answers, one of them changed after a look at all; return the number."""
    page = visitor.page
    page.fill("[name=phone]", PHONE_NUMBER)
    page.fill("[name=email]", email)
    go_on(visitor)
    page.locator("[name=contact_method][value=email]").check()
    go_on(visitor)
    page.fill("[name=message]", MESSAGE)
    go_on(visitor)
    for written in (NAME, MESSAGE, CENTRE[visitor.words.language]):
        expect(page.locator("dl.answers")).to_contain_text(written)
    go_on(visitor, page.locator("dl.answers .change").first)
    page.locator("[name=way][value=foster]").check()
    go_on(visitor)
    page.locator("[name=consent]").check()
    go_on(visitor)
    return page.locator("main .figure").inner_text()


def read_mails(visitor: Visitor, reference: str, live: LiveSite) -> str:
    """What the person and the centre are told; return the link to the case."""
    confirmation = live.mail_to(visitor.email, 2)[-1]
    assert reference in confirmation["subject"]
    assert CENTRE[visitor.words.language] in plain(confirmation)
    html = confirmation.get_body(("html",))
    assert html
    assert f'<html lang="{visitor.words.language}">' in html.get_content()

    notice = live.mail_to(MAILBOX)[-1]
    said = "".join(str(part.get_content()) for part in notice.walk() if not part.is_multipart())
    for personal in (NAME, *NAME.split(), PHONE_NUMBER, visitor.email, MESSAGE):
        assert personal not in said + str(notice["subject"])
    return link_in(notice, live.address + CASES)


def send_step(page: Page, name: str, **fields: str) -> None:
    """Open one of the case's steps, fill it in and send it."""
    step = page.locator(f".case-step:has(form[action$='/{name}/'])")
    step.locator("summary").click()
    for field, value in fields.items():
        control = step.locator(f"[name={field}]")
        if control.evaluate("control => control.localName") == "select":
            control.select_option(value)
        else:
            control.fill(value)
    follow(step.locator("button[type=submit]"))


def moves(page: Page) -> Locator:
    """The lines of the timeline that lead from one stage to another."""
    return page.locator(".giving-table tbody tr", has_text=re.compile("→"))


def bring_to_a_match(page: Page, reference: str, case: str) -> None:
    """List, board and case page, from the new enquiry to the family that has a child."""
    page.goto(CASES)
    expect(page.get_by_role("row").filter(has_text=reference)).to_contain_text(NAME)
    page.goto(BOARD)
    card = page.locator("[data-stage=new] [data-card]", has_text=reference)
    expect(card).to_contain_text(NAME)
    card.locator("summary").click()
    # The next stage is chosen already.
    expect(card.locator("select")).to_have_value("contacted")
    follow(card.locator("form button"))
    expect(page.locator("[data-stage=contacted]")).to_contain_text(reference)

    page.goto(case)
    expect(page.locator("main h2").first).to_have_text(NAME)
    expect(page.locator("main")).to_contain_text(MESSAGE)
    send_step(page, "note", text=NOTE)
    expect(page.locator("main")).to_contain_text(NOTE)
    for number, stage in enumerate(ON_THE_CASE, start=2):
        send_step(page, "move", stage=stage)
        expect(moves(page)).to_have_count(number)
    send_step(page, "close", outcome="matched", text=NOTE)
    expect(moves(page)).to_have_count(6)
    # It goes nowhere any more, unless it is taken up again.
    expect(page.locator("form[action$='/move/']")).to_have_count(0)
    expect(page.locator("form[action$='/reopen/']")).to_have_count(1)


def figures(page: Page) -> tuple[list[str], str]:
    """The numbers of the tiles, and everything that the page of figures shows."""
    page.goto(FIGURES)
    tiles = page.locator(".giving-tiles dd strong").all_inner_texts()
    return tiles, page.locator("main").text_content() or ""


def forget(live: LiveSite, days: int) -> None:
    live.work_later("fostering.tasks", "forget_people", days)


@as_each(*KINDS)
def test_from_could_we_to_a_name_that_is_forgotten(
    visitor: Visitor,
    visit: Callable[..., Visitor],
    sign_in: Callable[[str], Page],  # noqa: F811
    live: LiveSite,
) -> None:
    find_a_way(visitor, live)
    start = answer_half(visitor)
    other = resume_elsewhere(visitor, start, visit, live)
    reference = finish(other, visitor.email)
    case = read_mails(visitor, reference, live)

    # By somebody of the centre.
    page = sign_in("piesaiste")
    before, _text = figures(page)
    bring_to_a_match(page, reference, case)
    if visitor.has_script:
        examine_desk(page)
    matched, text = figures(page)
    # As many enquiries, one more match, one open case less.
    assert matched[0] == before[0]
    assert [int(number) for number in matched[2:]] == [int(before[2]) + 1, int(before[3]) - 1]

    forget(live, STILL_KEPT)
    page.goto(case)
    expect(page.locator("main h2").first).to_have_text(NAME)
    personal = (NAME, visitor.email, PHONE_NUMBER, MESSAGE, NOTE)
    kept = live.run(EVERYTHING)
    assert [each for each in personal if each not in kept] == []

    forget(live, FORGOTTEN)
    kept = live.run(EVERYTHING)
    assert [each for each in personal if each in kept] == []
    for address in (case, f"{CASES}?state=matched", f"{BOARD}?q={NAME}"):
        page.goto(address)
        assert NAME not in page.content()
    page.goto(case)
    expect(page.locator("header").first).to_contain_text(reference)
    expect(moves(page)).to_have_count(6)
    if visitor.has_script:
        examine_desk(page)
    assert figures(page) == (matched, text)
    # Nothing leads back from the devices either.
    other.page.reload()
    expect(other.page.locator("main")).not_to_contain_text(reference)
    assert other.page.url == start
