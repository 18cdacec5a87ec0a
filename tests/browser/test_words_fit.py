"""Words stay whole and within their boxes, on a page of every type, at the usual widths."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.live_site import LiveSite
from tests.browser.visitors import DESK, Kind, Visitor

pytestmark = pytest.mark.browser

WIDTHS = (390, 820, 1024, 1280)

# Words of which a part stands on the next line (addresses of mail may break anywhere), and boxes
# with an edge or a ground of their own whose content sticks out at their side.
FAULTS = """() => {
  const found = [];
  const left_out = "script, style, noscript, svg, select, [aria-hidden=true]";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode()); ) {
    const holder = node.parentElement;
    if (!holder.checkVisibility({visibilityProperty: true})) continue;
    if (holder.closest(left_out) || node.data.includes("@")) continue;
    for (const word of node.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const tops = [...range.getClientRects()].map((rect) => Math.round(rect.top));
      if (new Set(tops).size > 1) found.push(`torn: ${word[0]}`);
    }
  }
  for (const box of document.querySelectorAll("body *")) {
    const {overflowX, display, borderRightWidth, backgroundColor} = getComputedStyle(box);
    if (overflowX !== "visible" || display === "inline" || !box.clientWidth) continue;
    if (borderRightWidth === "0px" && backgroundColor === "rgba(0, 0, 0, 0)") continue;
    if (box.closest("svg") || box.scrollWidth <= box.clientWidth + 1) continue;
    found.push(`sticks out: ${box.textContent.trim().slice(0, 40)}`);
  }
  return found;
}"""


def _faults(page: Page) -> list[str]:
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"{page.url} at {width}: {fault}" for fault in page.evaluate(FAULTS)]
    return found


@pytest.mark.parametrize("language", ["lv", "en"])
def test_on_every_type_of_page(
    language: str, running: LiveSite, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(Kind(language, True, DESK), reduced_motion="reduce")
    found = []
    for paths in running.pages_by_type().values():
        visitor.open(paths[language])
        found += _faults(visitor.page)
    assert found == []


def test_a_torn_word_and_a_full_box_would_be_noticed(
    running: LiveSite, visit: Callable[..., Visitor]
) -> None:
    """The check above can fail."""
    visitor = visit(Kind("lv", True, DESK), reduced_motion="reduce")
    visitor.open(running.pages_by_type()["GlossaryPage"]["lv"])
    visitor.page.evaluate(SPOIL)
    faults = {fault.split(": ")[1] for fault in _faults(visitor.page)}
    assert faults == {"torn", "sticks out"}


SPOIL = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("h1 { width: 3ch; } .tag { width: 1px; white-space: nowrap; padding: 0; }");
  document.adoptedStyleSheets.push(sheet);
}"""
