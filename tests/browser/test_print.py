"""What a page is on paper."""

from collections.abc import Callable

import pytest

from tests.browser.live_site import LiveSite
from tests.browser.visitors import DESK, Kind, Visitor

pytestmark = pytest.mark.browser

# Browsers print no backgrounds unless asked to: light words on a dark ground would be lost.
LOST = """() => {
  const found = [];
  for (const part of document.querySelectorAll("body *")) {
    if (!part.checkVisibility({visibilityProperty: true}) || part.closest("svg, select")) continue;
    const words = [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!words || part.closest("[aria-hidden=true]")) continue;
    const [red, green, blue] = getComputedStyle(part).color.match(/[0-9.]+/g).map(Number);
    if (Math.min(red, green, blue) > 120) found.push(part.textContent.trim().slice(0, 40));
  }
  return found;
}"""
LAID_UPON = """() => [...document.querySelectorAll(".section")].filter((part) =>
  ["::before", "::after"].some((name) => {
    const {content, position} = getComputedStyle(part, name);
    return content !== "none" && position === "absolute";
  })
).map((part) => part.textContent.trim().slice(0, 40))"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read(
    scheme: str, running: LiveSite, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(Kind("lv", True, DESK), color_scheme=scheme, reduced_motion="reduce")
    page = visitor.page
    found = []
    for paths in running.pages_by_type().values():
        visitor.open(paths["lv"])
        page.emulate_media(media="print")
        for script in (LOST, LAID_UPON):
            found += [f"{page.url}: {words}" for words in page.evaluate(script)]
        page.emulate_media(media="screen")
    assert found == []
