"""axe finds nothing, on any page, in any state, language and colour scheme."""

import json
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.live_site import LiveSite, new_address
from tests.browser.visitors import DESK, PHONE, Kind, Visitor

pytestmark = pytest.mark.browser

AXE = Axe()
NARROW = 320
# Another colour scheme changes nothing but colours.
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"], "resultTypes": ["violations"]}
# A message is no page: its reader brings the landmarks.
MESSAGE = {"rules": {name: {"enabled": False} for name in ("landmark-one-main", "region")}}


def examine(visitor: Visitor, heading: str = "") -> None:
    """The page that is open, in light and dark."""
    page = visitor.page
    if heading:
        visitor.see(heading)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = AXE.run(page, options=COLOURS) if scheme == "dark" else AXE.run(page)
        assert found.violations_count == 0, f"{page.url}, {scheme}\n{found.generate_report()}"


@pytest.fixture(params=["lv", "en"])
def reader(request: pytest.FixtureRequest, visit: Callable[..., Visitor]) -> Visitor:
    width = {"lv": DESK, "en": PHONE}[request.param]
    return visit(Kind(request.param, True, width), reduced_motion="reduce")


def test_pages(reader: Visitor) -> None:
    words = reader.words
    paths = {
        "lv": ("/", "/ko-mes-daram/", "/ko-mes-daram/piedzimstot-berninam/", "/privatums/"),
        "en": ("/en/", "/en/what-we-do/", "/en/become-a-foster-family/", "/en/privacy/"),
    }
    for path in paths[words.language]:
        reader.open(path)
        examine(reader)
    reader.open(f"{words.home}nowhere/")
    examine(reader, words.lost)


def test_open_menu(visit: Callable[..., Visitor]) -> None:
    visitor = visit(Kind("lv", True, PHONE), reduced_motion="reduce")
    visitor.open("/")
    visitor.page.get_by_role("button", name=visitor.words.menu).click()
    examine(visitor)


def test_donation_form(reader: Visitor, live: LiveSite) -> None:
    reader.open(reader.words.form)
    examine(reader)
    reader.fill_form(amount="other", wants_tax_receipt=True)
    reader.send()
    reader.page.locator(".error-summary").wait_for()
    examine(reader)
    reader.fill_form(donor_type="company")
    reader.send()
    reader.page.locator("#error_company_name").wait_for()
    examine(reader)
    reader.fill_as_person(donor_type="person", amount="25", wants_tax_receipt=False)
    with live.stripe_is_away():
        reader.send()
        reader.page.locator(".notice.warn").wait_for()
        examine(reader)


def test_after_the_checkout(reader: Visitor, live: LiveSite) -> None:
    words = reader.words
    language = words.language
    states = {
        words.paid: live.give(language),
        words.processing: live.give(language, "sepa"),
        words.open: live.open_checkout(language),
        words.expired: live.open_checkout(language),
        words.failed: live.give(language, "sepa_fail"),
    }
    live.control("expire", session=states[words.expired])
    live.control("settle", payment=states[words.failed])
    for heading, session in states.items():
        reader.open(live.thanks(session, language))
        examine(reader, heading)


def test_receipts(reader: Visitor, live: LiveSite) -> None:
    """The check of a receipt and the message that brought it."""
    page, language = reader.page, reader.words.language
    address = new_address()
    session = live.give(language, email=address)
    (message,) = live.mail_to(address)
    plain = message.get_body(("plain",))
    assert plain
    (link,) = [line for line in plain.get_content().splitlines() if line.startswith(live.address)]
    reader.open(link)
    examine(reader)
    live.control("refund", payment=session)
    live.mail_to(address, 2)
    page.reload()
    examine(reader)
    reader.open("/dev/mail/")
    examine(reader)
    page.locator("tbody a").first.click()
    examine(reader)
    page.locator("main a", has_text="text/html").click()
    page.locator("h1").wait_for()
    found = AXE.run(page, options=MESSAGE)
    assert found.violations_count == 0, found.generate_report()


def test_announced_transfer(reader: Visitor, live: LiveSite) -> None:
    reader.open(reader.words.form)
    reader.fill_as_person(amount="25")
    reader.page.locator("[name=pay_by]").click()
    reader.page.locator(".qr svg").wait_for()
    examine(reader)
    _has_room(reader)


def test_tribute_card(reader: Visitor, live: LiveSite) -> None:
    """From the page that thanks for the gift to the card that is printed."""
    page, language = reader.page, reader.words.language
    session = live.give(
        language,
        tribute_kind="memory",
        tribute_name="Vecmāmiņa Milda",
        tribute_message="Ar mīlestību.",
    )
    reader.open(live.thanks(session, language))
    page.locator('main a[href*="/card/"], main a[href*="/kartite/"]').click()
    reader.see("Vecmāmiņa Milda")
    examine(reader)
    _has_room(reader)
    page.emulate_media(media="print")
    assert page.locator("main button").is_hidden()


def _has_room(visitor: Visitor) -> None:
    """Nothing sticks out of the narrowest window."""
    visitor.page.set_viewport_size({"width": NARROW, "height": 800})
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= NARROW


def test_axe_would_find_something(visit: Callable[..., Visitor]) -> None:
    """The checks above can fail."""
    visitor = visit(Kind("lv", True, DESK))
    visitor.open("/")
    visitor.page.evaluate("document.querySelector('.cards p').style.color = '#c6e3f5'")
    visitor.page.evaluate("document.querySelector('[name=amount_other]').id = 'unlabelled'")
    found = json.dumps(AXE.run(visitor.page).response["violations"])
    assert "color-contrast" in found
    assert '"label"' in found
