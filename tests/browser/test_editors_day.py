"""A day of an editor: a project from nothing to both languages, and the news about it."""

import io
import re
import uuid
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from home.demo.staff import DEMO_STAFF
from tests.browser.live_site import LiveSite
from tests.browser.visitors import DESK, Kind, Visitor

pytestmark = pytest.mark.browser

NAME = uuid.uuid4().hex[:8]
TITLE, TITLE_EN = f"Stiprā komanda {NAME}", f"A strong team {NAME}"
SLUG, SLUG_EN = f"stipra-komanda-{NAME}", f"strong-team-{NAME}"
NEWS, NEWS_EN = f"Sākusies stiprā komanda {NAME}", f"A strong team has begun {NAME}"
# Latvian → English, all that the project says.
WORDS = {
    TITLE: TITLE_EN,
    SLUG: SLUG_EN,
    "Mācāmies un augam.": "We learn and grow.",
    "Stiprināt biedrības kapacitāti.": "To strengthen the association.",
    "Atbalsts ģimenēm": "Support for families",
    "Padarīt pakalpojumu pieejamu.": "To bring the service nearer.",
    "Mammas un tēti": "Mothers and fathers",
    "Tiekamies reizi nedēļā.": "We meet once a week.",
    "Vasaras skola": "A summer school",
    "Apmācīt speciālistus.": "To train specialists.",
    "Trīsdesmit speciālisti": "Thirty specialists",
    "Mācāmies trīs dienas.": "We learn for three days.",
}
# All that the article about it says.
NEWS_WORDS = {
    NEWS: NEWS_EN,
    f"sakusies-stipra-komanda-{NAME}": f"strong-team-has-begun-{NAME}",
    "Pirmā tikšanās ir aiz muguras.": "The first meeting is over.",
}
ACTIVITIES = (
    ("Atbalsts ģimenēm", "Padarīt pakalpojumu pieejamu.", "Mammas un tēti"),
    ("Vasaras skola", "Apmācīt speciālistus.", "Trīsdesmit speciālisti"),
)
TEXTS = ("Tiekamies reizi nedēļā.", "Mācāmies trīs dienas.")


@pytest.fixture
def sign_in(visit: Callable[..., Visitor]) -> Callable[[str], Page]:
    def enter(username: str) -> Page:
        (member,) = [member for member in DEMO_STAFF if member.username == username]
        page = visit(Kind("lv", True, DESK), signs_in=True).page
        page.goto("/admin/")
        page.fill("[name=username]", member.username)
        page.fill("[name=password]", member.password)
        page.click("button[type=submit]")
        page.wait_for_url("**/admin/")
        return page

    return enter


def picture() -> bytes:
    """One that nobody has uploaded before."""
    data = io.BytesIO()
    colour = tuple(bytes.fromhex(NAME[:6]))
    Image.new("RGB", (1600, 1000), colour).save(data, "PNG")
    return data.getvalue()


def write_the_project(page: Page, index: str) -> None:
    page.goto(f"/admin/pages/add/projects/projectpage/{index}/")
    page.fill("[name=title]", TITLE)
    page.fill("[name=introduction]", "Mācāmies un augam.")
    page.fill("[name=aim]", "Stiprināt biedrības kapacitāti.")
    page.fill("[name=starts_on]", "2022-01-15")
    page.fill("[name=ends_on]", "2022-10-31")
    page.fill("[name=budget_cents]", "32967,86")
    for region in ("riga", "kurzeme", "vidzeme", "zemgale"):
        page.check(f"[name=regions][value={region}]")
    for number, ((title, aim, group), text) in enumerate(zip(ACTIVITIES, TEXTS, strict=True)):
        page.click("#id_activities-ADD")
        page.fill(f"[name=activities-{number}-title]", title)
        page.fill(f"[name=activities-{number}-aim]", aim)
        page.fill(f"[name=activities-{number}-target_group]", group)
        page.locator(f"#inline_child_activities-{number} [role=textbox]").last.click()
        page.keyboard.type(text)
    section = page.locator("section", has=page.locator("[name=picture]")).last
    toggle = section.locator("[data-panel-toggle]").first
    if toggle.get_attribute("aria-expanded") == "false":
        toggle.click()
    section.get_by_role("button", name="Izvēlēties attēlu").click()
    dialogue = page.locator(".modal-content")
    dialogue.get_by_role("tab", name="Augšupielādēt").click()
    field = "[name=image-chooser-upload-{}]"
    file = {"name": f"{NAME}.png", "mimeType": "image/png", "buffer": picture()}
    dialogue.locator(field.format("file")).set_input_files(file)  # type: ignore[arg-type]
    dialogue.locator(field.format("title")).fill(f"Komanda {NAME}")
    dialogue.locator(field.format("alternative_text_lv")).fill("Komanda pie galda")
    dialogue.locator(field.format("alternative_text_en")).fill("A team at a table")
    dialogue.locator("form[action*=upload], form[action*=create]").locator(
        "[type=submit]"
    ).last.click()
    dialogue.wait_for(state="detached")
    assert page.input_value("[name=picture]")


def translate(page: Page, number: str, words: dict[str, str]) -> None:
    """Open the side-by-side editor of a page, fill in every text, tab by tab, and publish."""
    page.goto(f"/admin/localize/submit/page/{number}/")
    page.locator("main [name=locales]").first.check()
    page.get_by_role("button", name="Iesniegt").click()
    page.wait_for_url(re.compile(rf"/pages/(?!{number}/)\d+/edit/"))
    page.locator("main li.incomplete").first.wait_for()
    waiting = page.locator("main li.incomplete:visible")
    left = set(words)
    for tab in page.locator("main").get_by_role("tab").all():
        tab.click()
        while before := waiting.count():
            item = waiting.first
            source = item.locator("p").first.inner_text().strip()
            left.remove(source)
            item.get_by_role("button", name="Tulkot", exact=True).click()
            item.locator("textarea").fill(words[source])
            item.get_by_role("button", name="Saglabāt", exact=True).click()
            expect(waiting).to_have_count(before - 1)
    assert left == set()
    expect(page.locator("main li.incomplete")).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Publicēt")).first.click()
    expect(page.locator(".messages")).to_be_visible()


def test_from_nothing_to_both_languages(
    sign_in: Callable[[str], Page], visit: Callable[..., Visitor], live: LiveSite
) -> None:
    editor = sign_in("komunikacija")
    write_the_project(editor, live.number_of_page("ProjectIndexPage", "lv"))

    editor.locator("[data-side-panel-toggle=preview]").first.click()
    preview = editor.frame_locator("iframe").first
    expect(preview.locator("h1")).to_have_text(TITLE)
    expect(preview.locator("main")).to_contain_text("32\u00a0967,86\u00a0€")

    editor.get_by_role("button", name="Citas darbības").click()
    editor.get_by_role("button", name=re.compile("Iesniegt darbplūsmā")).click()
    expect(editor.locator(".messages")).to_contain_text(TITLE)
    path = f"/projekti/{SLUG}/"
    reader = visit(Kind("lv", True, DESK))
    reader.open(path)
    reader.see(reader.words.lost)

    # The reviewer finds it on the dashboard, reads it and lets it out.
    reviewer = sign_in("recenzija")
    reviewer.locator("main").get_by_role("link", name=re.compile(TITLE)).first.click()
    reviewer.wait_for_url(re.compile(r"/pages/\d+/edit/"))
    number = re.findall(r"\d+", reviewer.url)[-1]
    reviewer.get_by_role("button", name="Citas darbības").click()
    reviewer.get_by_role("button", name="Apstiprināt un publicēt", exact=True).click()
    expect(reviewer.locator(".messages")).to_contain_text(TITLE)

    def appears(address: str, heading: str) -> bool:
        reader.open(address)
        return str(reader.page.locator("h1").text_content()).strip() == heading

    live.wait(lambda: appears(path, TITLE), "the project in Latvian")
    main = reader.page.locator("main")
    expect(main).to_contain_text("32\u00a0967,86\u00a0€")
    expect(main).to_contain_text("Pabeigts")
    expect(main.get_by_role("img", name="Komanda pie galda").first).to_be_visible()

    # Side by side into English.
    translate(editor, number, WORDS)
    path_en = f"/en/projects/{SLUG_EN}/"
    live.wait(lambda: appears(path_en, TITLE_EN), "the project in English")
    expect(main).to_contain_text("€32,967.86")
    words = str(main.text_content())
    assert [text for text in WORDS.values() if text != SLUG_EN and text not in words] == []
    expect(main.get_by_role("img", name="A team at a table").first).to_be_visible()
    counterpart = reader.page.locator("header a[hreflang=lv]").first
    assert counterpart.get_attribute("href") == path

    # News, at once in the feed of each language.
    editor.goto(f"/admin/pages/add/blog/articlepage/{live.number_of_page('NewsIndexPage', 'lv')}/")
    editor.fill("[name=title]", NEWS)
    editor.fill("[name=introduction]", "Pirmā tikšanās ir aiz muguras.")
    editor.get_by_role("button", name="Citas darbības").click()
    editor.get_by_role("button", name="Publicēt", exact=True).click()
    expect(editor.locator(".messages")).to_contain_text(NEWS)
    live.wait(lambda: NEWS in live.text_of("/jaunumi/feed.atom"), "the news in the feed")
    assert NEWS in live.text_of("/jaunumi/feed.rss")
    edit = str(editor.locator(".messages a[href*='/edit/']").first.get_attribute("href"))
    translate(editor, re.findall(r"\d+", edit)[-1], NEWS_WORDS)
    live.wait(lambda: NEWS_EN in live.text_of("/en/news/feed.atom"), "the news in English")
    assert NEWS_EN in live.text_of("/en/news/feed.rss")

    # Everything is found: by searching, by search engines.
    for address, found in (
        (f"/meklet/?q={NAME}", path),
        (f"/en/search/?q={NAME}", path_en),
    ):
        live.wait(lambda at=address, link=found: link in live.text_of(at), f"{found} in {address}")  # type: ignore[misc]
    sitemap = live.text_of("/sitemap.xml")
    assert f"{live.address}{path}<" in sitemap
    assert f"{live.address}{path_en}<" in sitemap
