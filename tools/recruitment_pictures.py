"""Makes the pictures of recruitment's guide anew, in both languages.

    make serve PORT=8001
    .venv/bin/python tools/recruitment_pictures.py http://127.0.0.1:8001

Run it with a site that holds the demonstration and nothing else: it signs in with the public
account of Recruitment and changes the language of that account. Nothing is sent.
"""

import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "recruitment" / "pictures"
ACCOUNT = ("piesaiste", "demo-piesaiste")
WIDTH = 1200
COLOURS = 128
# Invented ones with an e-mail address, a task and notes.
FAMILIES = {"lv": "Santa Izdomāta", "en": "Emma Sample"}


def show(page: Page, address: str, height: int = 760) -> None:
    page.set_viewport_size({"width": WIDTH, "height": height})
    page.goto(address, wait_until="networkidle")


def start(page: Page) -> None:
    show(page, "/admin/", 620)


def board(page: Page) -> None:
    show(page, "/admin/fostering/board/")


def case(page: Page) -> None:
    show(page, "/admin/fostering/cases/", 1000)
    language = page.locator("html").get_attribute("lang") or "lv"
    row = page.get_by_role("row").filter(has_text=FAMILIES[language[:2]])
    row.get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")


def email(page: Page) -> None:
    case(page)
    page.locator("main a[href$='/email/']").click()
    page.locator("[name=template]").select_option(index=1)
    page.locator("form[method=get] button[type=submit]").click()
    page.locator("[name=look]").click()
    page.locator(".giving-pre").wait_for()


def figures(page: Page) -> None:
    show(page, "/admin/fostering/figures/", 900)


def sign_ups(page: Page) -> None:
    """Of an event that is full, so that somebody waits."""
    show(page, "/admin/recruitment/sign-ups/", 1000)
    rows = page.locator("main tbody tr")
    full = rows.filter(has_text="14").first
    full.get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")


PICTURES: tuple[Callable[[Page], None], ...] = (start, board, case, email, figures, sign_ups)


def sign_in(page: Page) -> None:
    page.goto("/admin/login/")
    for name, value in zip(("username", "password"), ACCOUNT, strict=True):
        page.fill(f"[name={name}]", value)
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
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(
            executable_path=own if own.exists() else shutil.which("chromium"),
            args=["--no-sandbox"],
        )
        page = browser.new_context(base_url=address, reduced_motion="reduce").new_page()
        sign_in(page)
        for language in ("lv", "en"):
            choose_language(page, language)
            for draw in PICTURES:
                name = draw.__name__.replace("_", "-")
                if names and name not in names:
                    continue
                draw(page)
                page.wait_for_timeout(800)
                keep(page.screenshot(), FOLDER / f"{name}-{language}.png")
                print(name, language)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
