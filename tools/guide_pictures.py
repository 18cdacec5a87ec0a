"""Makes the pictures of the editors' guide anew, in both languages.

    make serve PORT=8001
    .venv/bin/python tools/guide_pictures.py http://127.0.0.1:8001

Run it with a site that holds the demonstration and nothing else: it signs in with the public
account of Communications, changes the language of that account, and leaves a draft behind.
"""

import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "editors" / "pictures"
ACCOUNT = ("komunikacija", "demo-komunikacija")
SIZE = (1200, 760)
COLOURS = 128
# Milliseconds until nothing moves any more.
SETTLED = 800
EDIT = {"lv": "Labot", "en": "Edit"}
TABLE = {"lv": "Tabula", "en": "Table"}
DRAFT = {
    "lv": ("Pavasara talka", "Sakopsim ciemata dārzu kopā ar brīvprātīgajiem."),
    "en": ("Spring clean-up", "We tidy the garden of the village together with volunteers."),
}
CONSENT = {"lv": "Mape 4, Nr. 17", "en": "Folder 4, no. 17"}


class Desk:
    """The admin as the communications group sees it in one language."""

    def __init__(self, page: Page, language: str) -> None:
        self.page = page
        self.language = language

    def number(self, slug: str) -> int:
        """By which the admin knows a page."""
        answer = self.page.request.get("/admin/api/main/pages/", params={"slug": slug})
        (found,) = answer.json()["items"]
        return int(found["id"])

    def open(self, address: str, height: int = SIZE[1]) -> None:
        self.page.set_viewport_size({"width": SIZE[0], "height": height})
        self.page.goto(address, wait_until="networkidle")

    def edit(self, slug: str, height: int = SIZE[1]) -> None:
        self.open(f"/admin/pages/{self.number(slug)}/edit/", height)

    def panel(self, name: str) -> None:
        """Open a panel at the side. The browser remembers which one was open."""
        toggle = self.page.locator(f"[data-side-panel-toggle={name}]:visible").first
        if toggle.get_attribute("aria-expanded") != "true":
            toggle.click()

    def to_the_top(self, part: Locator) -> None:
        """Below the header and the label, which stay in the picture."""
        part.evaluate(TO_THE_TOP)


def dashboard(desk: Desk) -> None:
    desk.open("/admin/")


def page_tree(desk: Desk) -> None:
    desk.open(f"/admin/pages/{desk.number('sakums')}/")


def editor(desk: Desk) -> None:
    desk.edit("vertibas")


def blocks(desk: Desk) -> None:
    desk.edit("vertibas")
    plus = desk.page.locator(".c-sf-add-button:visible").first
    desk.to_the_top(plus)
    plus.click()


def checks(desk: Desk) -> None:
    """A draft with a table that says nothing of itself."""
    title, introduction = DRAFT[desk.language]
    desk.open(f"/admin/pages/add/home/standardpage/{desk.number('sakums')}/", 900)
    page = desk.page
    page.fill("[name=title]", title)
    page.fill("[name=introduction]", introduction)
    page.locator(".c-sf-add-button:visible").first.click()
    page.get_by_role("option", name=TABLE[desk.language], exact=True).click()
    page.select_option("#body-0-value-table-header-choice", "neither")
    page.locator(".handsontable td").first.click()
    page.keyboard.type("8–12")
    page.keyboard.press("Enter")
    # Another address than that of the draft of the last time, or nothing could be previewed.
    page.locator("[name=slug]").evaluate("(field, value) => { field.value = value; }", uuid4().hex)
    desk.panel("checks")
    page.locator("[data-checks-panel] [data-content-checker-row]").first.wait_for()
    page.locator("[name=title]").scroll_into_view_if_needed()


def picture(desk: Desk) -> None:
    answer = desk.page.request.get("/admin/api/main/images/", params={"limit": 20})
    numbers = {item["title"]: item["id"] for item in answer.json()["items"]}
    desk.open(f"/admin/images/{numbers['Vasaras skola']}/", 1100)
    page = desk.page
    page.check("[name=shows_children]")
    page.fill("[name=consent_reference]", CONSENT[desk.language])
    page.fill("[name=consent_until]", "2027-12-31")
    page.keyboard.press("Escape")
    desk.to_the_top(page.locator("[name=is_decorative]"))


def project(desk: Desk) -> None:
    desk.edit("drosa-pieaugsana")
    desk.to_the_top(desk.page.locator("#inline_child_activities-0-panel-section"))


def translation(desk: Desk) -> None:
    desk.edit("values")
    button = desk.page.get_by_role("button", name=EDIT[desk.language], exact=True)
    button.first.click()


def report(desk: Desk) -> None:
    desk.open("/admin/reports/translation-states/")


def workflow(desk: Desk) -> None:
    desk.edit("vertibas", 500)
    desk.page.locator("footer [data-w-dropdown-target=toggle]:visible").first.click()


def schedule(desk: Desk) -> None:
    desk.edit("vertibas")
    desk.panel("status")
    desk.page.locator("[data-a11y-dialog-show=schedule-publishing-dialog]:visible").first.click()


# The last two open a panel at the side.
PICTURES: tuple[Callable[[Desk], None], ...] = (
    dashboard, page_tree, editor, blocks, picture, project, translation, report, workflow, checks,
    schedule,
)  # fmt: skip


# The admin scrolls slowly, unless asked otherwise.
TO_THE_TOP = """part => {
  part.style.scrollMarginTop = "9rem";
  part.scrollIntoView({behavior: "instant"});
}"""
# The browser may have scrolled sideways to what was pressed.
STRAIGHT = "() => document.querySelectorAll('*').forEach((part) => { part.scrollLeft = 0; })"


def sign_in(page: Page) -> None:
    page.goto("/admin/login/")
    page.fill("[name=username]", ACCOUNT[0])
    page.fill("[name=password]", ACCOUNT[1])
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")


def choose_language(page: Page, language: str) -> None:
    page.goto("/admin/account/")
    page.select_option("[name=locale-preferred_language]", language)
    page.locator("form:has([name=locale-preferred_language]) [type=submit]").last.click()
    page.wait_for_load_state("networkidle")


def keep(content: bytes, path: Path) -> None:
    """With few colours: a screen has not many, and the guide loads faster."""
    image = Image.open(io.BytesIO(content)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def main(address: str, *names: str) -> int:
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(
            executable_path=own if own.exists() else shutil.which("chromium"),
            args=["--no-sandbox"],
        )
        for language in ("lv", "en"):
            page = browser.new_page(base_url=address, reduced_motion="reduce")
            # A form that was only filled in for the picture is left without asking.
            page.on("dialog", lambda dialog: dialog.accept())
            sign_in(page)
            choose_language(page, language)
            desk = Desk(page, language)
            for draw in PICTURES:
                name = draw.__name__.replace("_", "-")
                if names and name not in names:
                    continue
                draw(desk)
                page.mouse.move(0, 0)
                page.evaluate(STRAIGHT)
                page.wait_for_timeout(SETTLED)
                keep(page.screenshot(), FOLDER / f"{name}-{language}.png")
                print(name, language)
            page.close()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
