"""Reading and moving about: keyboard, small windows, copying, no script, dark and calm screens."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.kinds import LANGUAGES, TWO, as_each
from tests.browser.visitors import DESK, PHONE, Kind, Visitor

pytestmark = pytest.mark.browser

PAGES = {
    "lv": ("/", "/ziedot/", "/par-mums/", "/ko-mes-daram/", "/klut-par-audzugimeni/", "/nav/"),
    "en": ("/en/", "/en/donate/", "/en/about-us/", "/en/what-we-do/", "/en/privacy/", "/en/no/"),
}
# What a person can come to with the keyboard: of radios with one name, the one that is chosen.
REACHABLE = """() => {
  const seen = [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), textarea, select, summary, [tabindex="0"]')];
  return seen.filter((element) => element.checkVisibility({ visibilityProperty: true })
    && element.tabIndex >= 0 && !element.disabled
    && !(element.type === 'radio' && !element.checked)).length;
}"""
FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  // Radios and cards show the focus on what stands around them.
  const shown = [element, element.nextElementSibling, element.closest('.card')].filter(Boolean);
  const box = element.getBoundingClientRect();
  return {
    name: element.outerHTML.slice(0, 120),
    isOutlined: shown.some((one) => getComputedStyle(one).outlineStyle !== 'none'
      && parseFloat(getComputedStyle(one).outlineWidth) >= 2),
    isInWindow: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };
}"""
TOO_SMALL = """() => [...document.querySelectorAll('a[href], button, input, textarea, summary')]
  .filter((element) => element.checkVisibility({ visibilityProperty: true }))
  .filter((element) => !element.closest('.trap, p, .card h3, .prose li:not(.documents li), .skip'))
  .map((element) => [element, element.type === 'checkbox' ? element.closest('.tick') : element])
  .filter(([, target]) => target.getBoundingClientRect().height < 43.5)
  .map(([element]) => element.outerHTML.slice(0, 120))"""


def widest(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth"))


def tab_through(page: Page) -> list[str]:
    """Press Tab until the end of the page; every stop is seen and marked. Returns the stops."""
    stops: list[str] = []
    for _ in range(100):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            return stops
        assert focused["isOutlined"], focused["name"]
        assert focused["isInWindow"], focused["name"]
        stops.append(focused["name"])
    raise AssertionError(f"No way out: {stops[-6:]}")


@as_each(*LANGUAGES)
def test_the_keyboard_reaches_everything(visitor: Visitor) -> None:
    page, words = visitor.page, visitor.words
    for path in (words.home, words.form):
        visitor.open(path)
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name=words.skip)
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("#content")).to_be_focused()
        visitor.open(path)
        assert len(tab_through(page)) == page.evaluate(REACHABLE)


def test_giving_with_the_keyboard_alone(visit: Callable[..., Visitor]) -> None:
    visitor = visit(Kind("lv", True, DESK))
    page = visitor.page
    visitor.open("/ziedot/")
    page.locator("[name=amount]:checked").focus()
    page.keyboard.press("ArrowDown")
    assert visitor.value("amount") == "50"
    # Past the last preset comes the amount of one's own, which keeps the focus in the group.
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert visitor.value("amount") == "other"
    page.keyboard.press("Tab")
    page.keyboard.type("7,25")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.is_checked("[name=cover_fee]")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert visitor.value("fund") == "newborn"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Anna Bērziņa")
    page.keyboard.press("Tab")
    page.keyboard.type(visitor.email)
    page.keyboard.press("Enter")
    visitor.arrive_at_checkout()
    expect(page.locator(".sum")).to_contain_text("7,25")


@as_each(Kind("lv", True, PHONE), Kind("en", False, PHONE))
def test_phone_menu(visitor: Visitor) -> None:
    page, words = visitor.page, visitor.words
    visitor.open(words.home)
    menu = page.locator("#site-menu")
    button = page.get_by_role("button", name=words.menu)
    expect(menu).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    page.keyboard.press("Tab")
    expect(menu.locator("a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    link = menu.locator("a").nth(1)
    title = link.inner_text()
    link.click()
    visitor.see(title)
    expect(menu).to_be_hidden()


@as_each(*LANGUAGES)
def test_copying_the_bank_details(visitor: Visitor) -> None:
    page, words = visitor.page, visitor.words
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.open(words.form)
    expect(page.locator("[data-copy-status]")).to_be_empty()
    page.locator("[data-copy='#bank-iban']").click()
    expect(page.get_by_role("status")).to_have_text(words.copied)
    # Without the spaces that are there to be read.
    assert page.evaluate("navigator.clipboard.readText()") == "LV85DEMO0000123456789"
    page.locator("[data-copy='#bank-payee']").click()
    expect(page.locator("[data-copy='#bank-payee']")).to_have_class("copy only-js done")
    payee = "Latvijas SOS Bērnu ciematu asociācija"
    assert page.evaluate("navigator.clipboard.readText()") == payee


@as_each(*TWO)
def test_language_switch_leads_to_the_counterpart(visitor: Visitor) -> None:
    page = visitor.page
    is_latvian = visitor.words.language == "lv"
    here, there = ("/par-mums/", "/en/about-us/") if is_latvian else ("/en/privacy/", "/privatums/")
    visitor.open(here)
    alternate = page.locator(f'link[hreflang="{"en" if is_latvian else "lv"}"]')
    address = str(alternate.get_attribute("href"))
    assert address.endswith(there)
    visitor.open(address)
    assert page.locator("html").get_attribute("lang") == ("en" if is_latvian else "lv")


@as_each(Kind("lv", True, 320), Kind("en", False, 320))
def test_nothing_is_wider_than_a_small_window(visitor: Visitor) -> None:
    page = visitor.page
    for path in PAGES[visitor.words.language]:
        visitor.open(path)
        assert widest(page) <= 320, path
    # All fields, with their errors.
    visitor.open(visitor.words.form)
    visitor.fill_form(amount="other", wants_tax_receipt=True)
    visitor.send()
    expect(page.locator(".error-summary")).to_be_visible()
    assert widest(page) <= 320
    visitor.fill_form(donor_type="company")
    assert widest(page) <= 320


@as_each(Kind("lv", True, PHONE))
def test_targets_are_large_enough_for_a_thumb(visitor: Visitor) -> None:
    for path in PAGES["lv"]:
        visitor.open(path)
        assert visitor.page.evaluate(TOO_SMALL) == [], path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colour_scheme_and_reduced_motion(visit: Callable[..., Visitor], scheme: str) -> None:
    visitor = visit(Kind("lv", True, DESK), color_scheme=scheme, reduced_motion="reduce")
    page = visitor.page
    visitor.open("/")
    background, text = page.evaluate(
        "() => [getComputedStyle(document.body).backgroundColor,"
        " getComputedStyle(document.body).color]"
    )
    is_dark = sum(map(int, background[4:-1].split(","))) < sum(map(int, text[4:-1].split(",")))
    assert is_dark == (scheme == "dark")
    moving = (
        "() => [...document.querySelectorAll('*')].filter((element) =>"
        " parseFloat(getComputedStyle(element).transitionDuration) > 0).length"
    )
    assert page.evaluate(moving) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving) > 0
    # More than one colour was painted.
    assert len(page.screenshot()) > 30_000


def test_visitors_notice_what_must_not_happen(visit: Callable[..., Visitor]) -> None:
    """The checks that every other test makes can fail."""
    visitor = visit(Kind("lv", True, DESK))
    visitor.open("/")
    visitor.page.evaluate(
        """() => {
          document.body.insertAdjacentHTML("beforeend", "<p style='color: red'>!</p>");
          document.body.append(new Image());
          document.querySelector("body > img").src = "https://stripe.invalid/pixel.png";
        }"""
    )
    visitor.page.goto("/static/nothing.css")
    noticed = "\n".join(visitor.complaints)
    assert "style-src" in noticed
    assert "img-src" in noticed
    visitor.complaints.clear()
