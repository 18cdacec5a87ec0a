"""One page of every type and the search, in both languages: what has to be true of all of them."""

import gzip
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from justhtml import JustHTML
from playwright.sync_api import Page, Response
from wagtail.models import Page as WagtailPage

from tests.browser.live_site import LiveSite
from tests.browser.test_accessibility import COLOURS
from tests.browser.visitors import DESK, PHONE, Kind, Visitor

pytestmark = pytest.mark.browser

AXE = Axe()
NARROW = 320
# Those that an editor makes; their number grows with the site.
TYPES = sorted(
    model.__name__
    for model in apps.get_models()
    if issubclass(model, WagtailPage) and model is not WagtailPage
)
# No page of the tree, but open to everybody all the same: with results, without, not yet asked.
SEARCHES = {
    "search": {"lv": "/meklet/?q=b%C4%93rni", "en": "/en/search/?q=children"},
    "search in vain": {"lv": "/meklet/?q=xyzzy", "en": "/en/search/?q=xyzzy"},
    "search not begun": {"lv": "/meklet/", "en": "/en/search/"},
}
LOOKED_AT = [*TYPES, *SEARCHES]
# A first visit, in bytes over the wire and requests: the budgets of the design.
TEXT_BUDGET, SCRIPT_BUDGET, REQUEST_BUDGET = 60_000, 15_000, 15
BUDGETED = ("HomePage", "ArticlePage", "DonationPage")
# The browser's own controls inside a film's player take some steps of Tab, too.
INSIDE_A_FILM = 12


@pytest.fixture(scope="module")
def paths(running: LiveSite) -> dict[str, dict[str, str]]:
    """The demonstration has a page of every type in both languages."""
    found = running.pages_by_type()
    assert {name: sorted(found.get(name, {})) for name in TYPES} == {
        name: ["en", "lv"] for name in TYPES
    }
    return found | SEARCHES


@pytest.mark.parametrize("language", ["lv", "en"])
@pytest.mark.parametrize("name", LOOKED_AT)
def test_with_script(
    name: str, language: str, paths: dict[str, dict[str, str]], visit: Callable[..., Visitor]
) -> None:
    """Usable with the keyboard alone, no axe violation in light and dark, no sideways scrolling at
    320 px; and, as every visitor notices by itself, no cookie, no other host, nothing on the
    console."""
    visitor = visit(Kind(language, True, DESK), reduced_motion="reduce")
    visitor.open(paths[name][language])
    page = visitor.page
    _walk_by_tab(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found = AXE.run(page, options=COLOURS) if scheme == "dark" else AXE.run(page)
        assert found.violations_count == 0, f"{page.url}, {scheme}\n{found.generate_report()}"
    page.set_viewport_size({"width": NARROW, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW


def _walk_by_tab(page: Page) -> None:
    """Tab reaches every link and field of the page in its order, visibly, and never gets caught."""
    expected = page.evaluate(REACHABLE)
    reached = []
    for _step in range(len(expected) + INSIDE_A_FILM):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus is None:
            break
        assert focus["shown"], f"{page.url}: the focus can’t be seen on {focus['what']}"
        reached.append(focus["number"])
    assert sorted(set(reached)) == list(range(len(expected))), [
        what for number, what in enumerate(expected) if number not in reached
    ]
    assert reached == sorted(reached), f"{page.url}: the order of the focus jumps"


# How an element looks in all that may show the focus: the outline of itself, of what stands next
# to it (the label of a hidden field) and of what it is in (a card), the strokes of what is drawn
# in it (a region of the map).
LOOK = """const look = (element) => {
  const around = [element, element.nextElementSibling];
  for (let part = element.parentElement; part && part.localName !== "main";) {
    around.push(part);
    part = part.parentElement;
  }
  const outline = (part) => {
    const {outlineStyle, outlineWidth, outlineColor} = getComputedStyle(part);
    return outlineStyle === "none" || outlineWidth === "0px" ? "" : outlineWidth + outlineColor;
  };
  const stroke = (part) => {
    const {stroke, strokeWidth} = getComputedStyle(part);
    return stroke === "none" ? "" : strokeWidth + stroke;
  };
  const drawn = element.querySelectorAll(":scope > :is(.shape, .body)");
  return [...around.filter(Boolean).map(outline), ...[...drawn].map(stroke)].join("|");
};"""
# Numbers what can be focused by Tab (of a group of radio buttons only one), and remembers how it
# looks without the focus.
REACHABLE = f"""() => {{
  {LOOK}
  const groups = new Set();
  const wanted = "a[href], button, input, select, textarea, summary, video[controls], " +
    "[tabindex='0']";
  const found = [...document.querySelectorAll(wanted)].filter((element) => {{
    if (element.disabled || element.tabIndex < 0) return false;
    if (!element.checkVisibility({{visibilityProperty: true}})) return false;
    if (element.closest("details:not([open])") && !element.matches("summary")) return false;
    if (element.type === "radio") {{
      const group = [...document.getElementsByName(element.name)];
      const chosen = group.find((radio) => radio.checked);
      if (chosen ? chosen !== element : groups.has(element.name)) return false;
      groups.add(element.name);
    }}
    return true;
  }});
  found.forEach((element, number) => {{
    element.dataset.number = number;
    element.dataset.look = look(element);
  }});
  return found.map((element) => element.outerHTML.slice(0, 120));
}}"""
FOCUS = f"""() => {{
  {LOOK}
  const element = document.activeElement;
  if (!element || element === document.body || !element.dataset.number) return null;
  return {{
    number: Number(element.dataset.number),
    what: element.outerHTML.slice(0, 120),
    // Inside a player the browser shows the focus on its own controls.
    shown: element.localName === "video" || look(element) !== element.dataset.look,
  }};
}}"""


def test_a_hidden_focus_would_be_noticed(
    paths: dict[str, dict[str, str]], visit: Callable[..., Visitor]
) -> None:
    """The check above can fail."""
    visitor = visit(Kind("lv", True, DESK), reduced_motion="reduce")
    visitor.open(paths["HomePage"]["lv"])
    visitor.page.evaluate(HIDE_FOCUS)
    with pytest.raises(AssertionError, match="the focus can’t be seen"):
        _walk_by_tab(visitor.page)


HIDE_FOCUS = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { outline: none !important; }");
  document.adoptedStyleSheets.push(sheet);
}"""


@pytest.mark.parametrize("language", ["lv", "en"])
@pytest.mark.parametrize("name", LOOKED_AT)
def test_without_script(
    name: str, language: str, paths: dict[str, dict[str, str]], visit: Callable[..., Visitor]
) -> None:
    """The page says the same without JavaScript, and its HTML has no error in it."""
    path = paths[name][language]
    plain = visit(Kind(language, False, PHONE))
    answer = plain.page.goto(path)
    assert answer
    assert answer.status == 200
    assert _errors(answer) == []
    assert plain.page.locator("h1").count() == 1
    with_script = visit(Kind(language, True, PHONE))
    with_script.open(path)
    assert _words(plain.page) <= _words(with_script.page)


def _errors(answer: Response) -> list[str]:
    """Where the HTML breaks the standard's rules of parsing."""
    found = JustHTML(answer.text(), collect_errors=True).errors
    return [f"{error.line}:{error.column} {error.code}" for error in found]


def _words(page: Page) -> set[str]:
    """What is written on the page, script or none. Words that only a script makes true, such as
    those of a copy button, stand hidden in the page as well."""
    return set(str(page.locator("main").evaluate(WRITTEN)).split())


# But for the words that a script replaces by those of the chosen amount.
WRITTEN = """(main) => {
  const copy = main.cloneNode(true);
  copy.querySelectorAll("[data-label], [data-summary]").forEach((part) => part.remove());
  return copy.textContent;
}"""


@pytest.mark.parametrize("language", ["lv", "en"])
@pytest.mark.parametrize("name", BUDGETED)
def test_first_visit_is_light(
    name: str, language: str, paths: dict[str, dict[str, str]], visit: Callable[..., Visitor]
) -> None:
    """HTML, CSS and JavaScript as they are with the weaker of the two compressions."""
    visitor = visit(Kind(language, True, PHONE), reduced_motion="reduce")
    answers: list[Response] = []

    # A function of Python's own: Playwright can't note anything on those that are built in.
    def note(answer: Response) -> None:
        answers.append(answer)

    visitor.context.on("response", note)
    visitor.page.goto(paths[name][language], wait_until="networkidle")
    text = script = 0
    for answer in answers:
        kind = answer.headers.get("content-type", "")
        if not re.search("html|css|javascript", kind):
            continue
        size = len(gzip.compress(answer.body()))
        text += size
        script += size if "javascript" in kind else 0
    addresses = {urlsplit(answer.url).path for answer in answers}
    shift = visitor.page.evaluate(SHIFT)
    assert text <= TEXT_BUDGET
    assert script <= SCRIPT_BUDGET
    assert len(answers) <= REQUEST_BUDGET, sorted(addresses)
    assert shift < 0.01, f"the layout shifts by {shift}"


# The layout shift since the page was opened.
SHIFT = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(sum), 300);
})"""
