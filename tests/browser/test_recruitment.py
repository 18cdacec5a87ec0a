"""From "could we?" to a place at an information evening, with and without JavaScript."""

import json
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.kinds import FOUR, as_each
from tests.browser.live_site import LiveSite, new_address
from tests.browser.test_my_giving import examine
from tests.browser.visitors import Visitor

pytestmark = pytest.mark.browser

# Gives the first information evening that takes sign-ups a time to come, in both languages,
# whatever the day of the test is; prints its addresses by language.
COMING = """
import json
from datetime import timedelta
from django.utils import timezone
from home.models import EventPage
evenings = EventPage.objects.live().filter(kind="information-evening", takes_sign_ups=True)
key = evenings.order_by("path")[0].translation_key
starts_at = timezone.now() + timedelta(days=30)
found = {}
for event in EventPage.objects.live().filter(translation_key=key).order_by("locale_id"):
    event.starts_at, event.ends_at = starts_at, starts_at + timedelta(hours=2)
    event.sign_up_until = None
    event.save_revision().publish()
    found[event.locale.language_code] = event.get_url()
print(json.dumps(found))
"""


@pytest.fixture
def visitor(request: pytest.FixtureRequest, visit: Callable[..., Visitor]) -> Visitor:
    return visit(request.param, reduced_motion="reduce")


@pytest.fixture(scope="module")
def coming(running: LiveSite) -> dict[str, str]:
    """The addresses of an event that takes sign-ups."""
    found: dict[str, str] = json.loads(running.run(COMING))
    return found


def look(visitor: Visitor) -> None:
    if visitor.has_script:
        examine(visitor)


def press(visitor: Visitor, button: str) -> None:
    with visitor.page.expect_navigation():
        visitor.page.locator(button).click()


@as_each(*FOUR)
def test_self_check(visitor: Visitor, live: LiveSite) -> None:
    page, language = visitor.page, visitor.words.language
    path = live.pages_by_type()["SelfCheckPage"][language]
    visitor.open(path)
    press(visitor, ".self-check button")
    expect(page.locator(".error-summary")).to_be_visible()
    look(visitor)

    page.check("#q0-0")
    page.check("#q0-4")
    page.check("#q2-0")
    page.select_option("#municipality", "cesis")
    press(visitor, ".self-check button")
    result = page.locator("#result")
    # A way that fits, one that something stands in the way of, and the nearest centre.
    expect(result.locator(".verdicts .good")).to_have_count(1)
    expect(result.locator(".verdicts .warn").first).to_be_visible()
    expect(result).to_contain_text("Valmier")
    expect(page.locator("#q0-4")).to_be_checked()
    look(visitor)
    # The answers stand in no address; that there is no cookie, every visitor notices.
    assert urlsplit(page.url).path == path
    assert urlsplit(page.url).query == ""


@as_each(*FOUR)
def test_a_place_at_an_evening_and_back(
    visitor: Visitor, live: LiveSite, coming: dict[str, str]
) -> None:
    page, language = visitor.page, visitor.words.language
    visitor.open(coming[language])
    look(visitor)
    press(visitor, ".sign-up form button")
    expect(page.locator(".error-summary")).to_be_visible()
    look(visitor)

    address = new_address()
    page.fill("#sign_up_name", "Anna Kļava")
    page.fill("#sign_up_email", address)
    page.check("#sign_up_persons_1")
    page.check("#sign_up_consent")
    press(visitor, ".sign-up form button")
    expect(page.locator("#sign-up .notice.good")).to_be_visible()
    look(visitor)

    [message] = live.mail_to(address)
    assert [part.get_content_type() for part in message.iter_attachments()] == ["text/calendar"]
    body = message.get_body(("plain",))
    assert body is not None
    links = re.findall(r"http\S+", body.get_content())
    [own] = [urlsplit(link).path for link in links if ":" in urlsplit(link).path]
    visitor.open(own)
    look(visitor)
    press(visitor, "main form button")
    expect(page.locator("main form button")).to_have_count(0)
    look(visitor)
    assert len(live.mail_to(address, 2)) == 2
