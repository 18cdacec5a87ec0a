"""A donor's own page, from the question for a link to the erased data, as people go through it."""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from tests.browser.kinds import FOUR, as_each
from tests.browser.live_site import LiveSite, new_address
from tests.browser.visitors import DESK, PHONE, Kind, Visitor

pytestmark = pytest.mark.browser

AXE = Axe()
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}


@dataclass(frozen=True)
class Said:
    """Addresses and headings, as far as the journey looks at them."""

    start: str
    footer: str
    sent: str
    open: str
    hello: str
    expired: str
    changed: str
    paused: str
    resumed: str
    ended: str
    saved: str
    over: str
    logged_out: str
    erased: str


SAID = {
    "lv": Said(
        start="/mani-ziedojumi/",
        footer="Mani ziedojumi",
        sent="Lūdzu, ielūkojieties savā e-pastā",
        open="Laipni lūdzam!",
        hello="Labdien, Anna Bērziņa!",
        expired="Šī saite vairs nedarbojas",
        changed="Jūsu ziedojums ir mainīts. Paldies!",
        paused="Jūsu ziedojums ir apturēts uz laiku",
        resumed="Jūsu ziedojums turpinās. Paldies!",
        ended="Jūsu ziedojums ir izbeigts",
        saved="Saglabāts",
        over="Jūsu sesija ir beigusies",
        logged_out="Izrakstīšanās pabeigta",
        erased="Jūsu dati ir dzēsti",
    ),
    "en": Said(
        start="/en/my-giving/",
        footer="My giving",
        sent="Please look into your mailbox",
        open="Welcome!",
        hello="Good day, Anna Bērziņa!",
        expired="This link no longer works",
        changed="Your gift has been changed. Thank you!",
        paused="Your gift is paused",
        resumed="Your gift goes on. Thank you!",
        ended="Your gift has ended",
        saved="Saved",
        over="You have been logged out",
        logged_out="You are logged out",
        erased="Your data has been erased",
    ),
}


@pytest.fixture
def visitor(request: pytest.FixtureRequest, visit: Callable[..., Visitor]) -> Visitor:
    """Has a cookie while on the page, which no other visitor has."""
    return visit(request.param, signs_in=True, reduced_motion="reduce")


def examine(visitor: Visitor) -> None:
    """Nothing for axe to find, in light and dark, and nothing sticks out. Needs a script."""
    page = visitor.page
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = AXE.run(page, options=COLOURS) if scheme == "dark" else AXE.run(page)
        assert found.violations_count == 0, f"{page.url}, {scheme}\n{found.generate_report()}"
    page.emulate_media(color_scheme="light")


def look(visitor: Visitor) -> None:
    if visitor.has_script:
        examine(visitor)


def note(visitor: Visitor, heading: str) -> None:
    expect(visitor.page.locator(".notice h2").first).to_have_text(heading)
    look(visitor)


def follow(control: Locator) -> None:
    """Click a link or button, and wait until the page it leads to is there."""
    with control.page.expect_navigation():
        control.click()


def send(visitor: Visitor) -> None:
    follow(visitor.page.locator(".own-form button[type=submit]"))


def ask_for_link(visitor: Visitor, live: LiveSite, count: int) -> str:
    """By the footer of the first page; return the link out of the message."""
    page, said = visitor.page, SAID[visitor.words.language]
    visitor.open(visitor.words.home)
    follow(page.get_by_role("contentinfo").get_by_role("link", name=said.footer))
    page.wait_for_url(f"**{said.start}")
    page.fill("[name=email]", visitor.email)
    send(visitor)
    visitor.see(said.sent)
    message = live.mail_to(visitor.email, count)[-1]
    plain = message.get_body(("plain",))
    assert plain
    (link,) = [line for line in plain.get_content().splitlines() if said.start in line]
    return str(link).strip()


def give_monthly(visitor: Visitor, live: LiveSite) -> None:
    live.give(visitor.words.language, email=visitor.email, frequency="monthly", amount="25")
    # The welcome and the receipt.
    live.mail_to(visitor.email, 2)


def lose_and_regain_the_visit(visitor: Visitor) -> None:
    """The form is sent too late; after a new link it is there again as it was."""
    cookies: Any = visitor.context.cookies()
    visitor.context.clear_cookies()
    send(visitor)
    visitor.see(SAID[visitor.words.language].over)
    look(visitor)
    visitor.context.add_cookies(cookies)
    follow(visitor.page.locator(".steps li").last.locator("button"))
    expect(visitor.page.locator(".own-form .notice")).to_be_visible()
    look(visitor)


@as_each(*FOUR)
def test_from_the_link_to_the_end_of_the_gift(visitor: Visitor, live: LiveSite) -> None:
    page, said = visitor.page, SAID[visitor.words.language]
    give_monthly(visitor, live)

    visitor.open(said.start)
    look(visitor)
    page.fill("[name=email]", "anna")
    send(visitor)
    expect(page.locator(".error-summary")).to_be_visible()
    look(visitor)

    link = ask_for_link(visitor, live, 3)
    look(visitor)
    visitor.open(link)
    visitor.see(said.open)
    look(visitor)
    follow(page.locator("main button"))
    visitor.see(said.hello)
    look(visitor)
    cookies = visitor.context.cookies()
    assert {cookie["name"] for cookie in cookies} == {"giving-lv", "giving-en"}
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in cookies)

    # The first is “Change”.
    follow(page.locator(".pledges .buttons a").first)
    look(visitor)
    page.fill("[name=amount]", "1")
    send(visitor)
    expect(page.locator(".error-summary")).to_be_visible()
    look(visitor)
    page.fill("[name=amount]", "30")
    send(visitor)
    note(visitor, said.changed)
    expect(page.locator("h1")).to_contain_text("30")

    follow(page.locator('a[href$="/pause/"], a[href$="/pauze/"]').first)
    look(visitor)
    send(visitor)
    note(visitor, said.paused)
    follow(page.locator(".own-actions button.button"))
    note(visitor, said.resumed)

    # The page for the card is the payment company's.
    follow(page.locator('form[action*="card/"] button, form[action*="karte/"] button'))
    page.wait_for_url(f"{live.stripe}/p/session/*")
    page.fill("[name=number]", "5555 5555 5555 4444")
    for name, value in (("expiry", "12 / 40"), ("cvc", "123")):
        if page.locator(f"[name={name}]").count():
            page.fill(f"[name={name}]", value)
    follow(page.locator("button[name=action][value=save]"))
    page.wait_for_url(f"{live.address}{said.start}**")
    expect(page.locator(".notice")).to_contain_text("4444")
    look(visitor)

    # Two clicks from the overview.
    visitor.open(said.start)
    follow(page.locator(".pledges .buttons a").last)
    look(visitor)
    send(visitor)
    note(visitor, said.ended)

    for link_of_menu in range(1, 4):
        visitor.open(said.start)
        follow(page.locator(".own-menu a").nth(link_of_menu))
        look(visitor)
    follow(page.locator(".own-menu button"))
    visitor.see(said.logged_out)
    look(visitor)
    assert visitor.context.cookies() == []
    visitor.open(link)
    visitor.see(said.expired)
    look(visitor)


@pytest.mark.parametrize(
    "visitor", [Kind("lv", True, DESK), Kind("en", False, DESK)], indirect=True, ids=str
)
def test_documents_details_and_data(visitor: Visitor, live: LiveSite) -> None:
    page, said = visitor.page, SAID[visitor.words.language]
    give_monthly(visitor, live)
    visitor.open(ask_for_link(visitor, live, 3))
    follow(page.locator("main button"))
    visitor.see(said.hello)

    menu = page.locator(".own-menu a")
    follow(menu.nth(1))
    with page.expect_download() as waiting:
        page.locator(".gifts .file").first.click()
    assert waiting.value.path().read_bytes().startswith(b"%PDF")

    follow(menu.nth(2))
    follow(page.locator(".panel .buttons a").first)
    look(visitor)
    page.fill("[name=name]", "")
    send(visitor)
    expect(page.locator(".error-summary")).to_be_visible()
    look(visitor)
    page.fill("[name=name]", "Anna Kalniņa")
    lose_and_regain_the_visit(visitor)
    expect(page.locator("[name=name]")).to_have_value("Anna Kalniņa")
    send(visitor)
    note(visitor, said.saved)
    page.locator("[name=newsletter]").check()
    follow(page.locator('form:has([name="newsletter"]) button'))
    note(visitor, said.saved)

    follow(menu.nth(3))
    with page.expect_download() as waiting:
        page.locator(".panel button").first.click()
    names = zipfile.ZipFile(io.BytesIO(waiting.value.path().read_bytes())).namelist()
    assert [name for name in names if re.fullmatch(r"receipts/Z-\d{4}-\d{6}\.pdf", name)]
    follow(page.locator(".panel a.button"))
    look(visitor)
    send(visitor)
    expect(page.locator(".error-summary")).to_be_visible()
    look(visitor)
    page.locator("[name=sure]").check()
    send(visitor)
    visitor.see(said.erased)
    look(visitor)
    assert visitor.context.cookies() == []


def test_public_pages_stay_the_same_for_a_donor_on_a_visit(
    visit: Callable[..., Visitor], live: LiveSite
) -> None:
    """The cookie goes to the own page alone, so the page cache serves the donor like anybody."""
    visitor = visit(Kind("lv", True, DESK), signs_in=True)
    give_monthly(visitor, live)
    visitor.open(ask_for_link(visitor, live, 3))
    follow(visitor.page.locator("main button"))
    visitor.see(SAID["lv"].hello)

    def comes_from_memory() -> bool:
        answer = visitor.page.goto("/")
        assert answer
        assert answer.headers["x-cache"] != "PASS"
        return answer.headers["x-cache"] == "HIT"

    # What the worker still does for the gift may make pages anew.
    live.wait(comes_from_memory, "a page from memory")
    own = visitor.page.goto(SAID["lv"].start)
    assert own
    assert own.headers["x-cache"] == "PASS"
    assert {"private", "no-store"} <= set(own.headers["cache-control"].split(", "))


@pytest.mark.parametrize("visitor", [Kind("en", True, PHONE)], indirect=True, ids=str)
def test_another_e_mail_address(visitor: Visitor, live: LiveSite) -> None:
    """Wished on the page, confirmed in the new mailbox, told to the old one."""
    page, new = visitor.page, new_address()
    give_monthly(visitor, live)
    visitor.open(ask_for_link(visitor, live, 3))
    follow(page.locator("main button"))
    follow(page.locator(".own-menu a").nth(2))
    follow(page.locator(".panel .buttons a").first)
    page.fill("[name=email]", new)
    send(visitor)
    note(visitor, "Please look into the new mailbox")

    (message,) = live.mail_to(new)
    plain = message.get_body(("plain",))
    assert plain
    (link,) = re.findall(rf"{live.address}\S+/open/\S+", plain.get_content())
    visitor.open(link)
    visitor.see("Is this your address?")
    look(visitor)
    follow(page.locator("main button"))
    note(visitor, "Your new address is confirmed")
    expect(page.locator(".details").first).to_contain_text(new)
    subjects = [str(message["Subject"]) for message in live.mail_to(visitor.email, 4)]
    assert subjects[-1] == "Your details have been changed"
