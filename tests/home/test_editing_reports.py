"""Reports of consents and facts, the panel on the dashboard, and the guide."""

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from PIL import Image as Drawing
from wagtail.models import ReferenceIndex, Site
from wagtail.users.models import UserProfile

from home.editing.guide import FOLDER, PICTURE
from home.models import StandardPage
from sosbca.core.models import CustomImage, Fact
from sosbca.users.groups import GROUPS
from tests import pages
from tests.home.parsing import Document
from tools import guide_pictures

CONSENTS, FACTS, GUIDE = "/admin/reports/consents/", "/admin/reports/stale-facts/", "/admin/guide/"
DAY = datetime.timedelta(days=1)
RIGHT = {
    CONSENTS: {"Communications", "Administrators"},
    FACTS: {"Communications", "Administrators"},
    GUIDE: {"Communications", "Administrators", "Reviewers"},
}


def sign_in(client: Client, group: str, language: str = "lv") -> Client:
    user = get_user_model().objects.create_user("somebody")
    user.groups.add(Group.objects.get(name=group))
    profile = UserProfile.get_for_user(user)
    profile.preferred_language = language
    profile.save()
    client.force_login(user)
    return client


def picture(title: str, days: int) -> CustomImage:
    return CustomImage.objects.create(
        title=title,
        file="house.jpg",
        width=8,
        height=8,
        shows_children=True,
        consent_reference="17",
        consent_until=timezone.localdate() + days * DAY,
    )


def fact(code: str, days: int | None) -> Fact:
    return Fact.objects.create(
        code=code,
        figure=5260,
        label_lv=f"bērni {code}",
        label_en=f"children {code}",
        as_of=timezone.localdate() - 90 * DAY,
        source_lv="Pārskats",
        source_en="Report",
        valid_until=None if days is None else timezone.localdate() + days * DAY,
    )


def page_with_facts(home: Any, slug: str, *facts: Fact) -> StandardPage:
    body = [("facts", {"heading": "", "facts": list(facts)})]
    page = pages.add(home, StandardPage, slug.title(), slug, body=body)
    ReferenceIndex.create_or_update_for_object(page)
    return page


@pytest.mark.parametrize("address", RIGHT)
@pytest.mark.parametrize("group", sorted(GROUPS))
def test_who_may_read_them(site: Site, client: Client, group: str, address: str) -> None:
    allowed = group in RIGHT[address]
    response = sign_in(client, group).get(address)
    assert (response.status_code == 200) is allowed
    menu = client.get("/admin/").content.decode()
    assert (address in menu) is allowed


@pytest.mark.parametrize("address", [*RIGHT, "/admin/guide/pictures/workflow-lv.png"])
def test_strangers_are_asked_to_sign_in(site: Site, client: Client, address: str) -> None:
    assert client.get(address)["Location"].startswith("/admin/login/")


# --- Consents -------------------------------------------------------------------------------------


def test_consents_that_have_run_out_or_soon_will(site: Site, client: Client) -> None:
    gone, soon = picture("Vasara", -1), picture("Rudens", 29)
    picture("Ziema", 30)
    page = pages.add(site.root_page, StandardPage, "Lauki", "lauki", picture=soon)
    ReferenceIndex.create_or_update_for_object(page)
    html = sign_in(client, "Communications").get(CONSENTS).content.decode()
    assert html.index("Vasara") < html.index("Rudens")
    assert "Ziema" not in html
    assert "Lauki (lv)" in html
    assert f"/admin/images/{gone.pk}/" in html


# --- Facts ----------------------------------------------------------------------------------------


def test_facts_that_nobody_has_looked_at(site: Site, client: Client) -> None:
    stale, fresh = fact("stale", -1), fact("fresh", 0)
    fact("lasting", None)
    page_with_facts(site.root_page, "pirma", stale, fresh)
    page_with_facts(site.root_page, "otra", stale)
    html = sign_in(client, "Communications", "en").get(FACTS).content.decode()
    assert "children stale" in html
    assert "children fresh" not in html
    assert "children lasting" not in html
    assert "Pirma (lv)" in html
    assert "Otra (lv)" in html


def test_a_fact_is_changed_in_one_place(site: Site, client: Client) -> None:
    figure = fact("children", None)
    paths = [
        page_with_facts(site.root_page, slug, figure).get_url() or "" for slug in ("pirma", "otra")
    ]
    Fact.objects.filter(pk=figure.pk).update(figure=6001)
    for path in paths:
        assert "6\N{NO-BREAK SPACE}001" in client.get(path).content.decode()


def test_the_reports_cost_the_same_for_few_and_many(site: Site, client: Client) -> None:
    sign_in(client, "Communications")

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    def fill(number: int) -> None:
        page_with_facts(site.root_page, f"lapa-{number}", fact(f"fact-{number}", -1))
        page = pages.add(
            site.root_page, StandardPage, "Lauki", f"lauki-{number}", picture=picture("Vasara", 3)
        )
        ReferenceIndex.create_or_update_for_object(page)

    fill(0)
    client.get("/admin/")
    few = {address: cost(address) for address in (CONSENTS, FACTS, "/admin/")}
    for number in range(1, 8):
        fill(number)
    assert {address: cost(address) for address in few} == few


# --- The dashboard --------------------------------------------------------------------------------


def test_the_dashboard_says_what_wants_attention(site: Site, client: Client) -> None:
    sign_in(client, "Communications", "en")
    before = client.get("/admin/").content.decode()
    assert "runs out within 30 days" not in before
    picture("Vasara", -1)
    picture("Rudens", 3)
    fact("stale", -1)
    words = Document(client.get("/admin/").content).one("ul", class_="editing-panel").text
    assert "The consent for 1 picture has run out" in words
    assert "The consent for 1 picture runs out within 30 days" in words
    assert "1 fact is stale" in words


# --- The guide ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["lv", "en"])
def test_the_guide_is_in_the_readers_language_with_contents_and_pictures(
    site: Site, client: Client, language: str
) -> None:
    sign_in(client, "Communications", language)
    document = Document(client.get(GUIDE).content)
    title = {"lv": "Piekļuve", "en": "Signing in"}[language]
    headings = [heading for heading in document.all("h2") if heading.attributes.get("id")]
    assert any(title in heading.text for heading in headings)
    anchors = {heading["id"] for heading in headings}
    assert document.one("nav", class_="editing-guide-contents").text
    linked = {
        link["href"].removeprefix("#")
        for link in document.all("a")
        if link.attributes.get("href", "").startswith("#") and link["href"] != "#main"
    }
    assert {anchor for anchor in anchors if not anchor.startswith(("title-", "guide-"))} <= linked
    shown = [image["src"] for image in document.all("img") if "/guide/" in image.attributes["src"]]
    assert len(shown) >= 8
    for source in shown:
        response = client.get(source)
        assert response.status_code == 200
        assert response["Content-Type"] == "image/png"


def test_both_guides_have_the_same_chapters_and_pictures() -> None:
    texts = {name: (FOLDER / f"{name}.md").read_text(encoding="utf-8") for name in ("lv", "en")}
    for pattern in (r"^## ", r"^### ", r"!\[[^\]]+\]\("):
        counts = {
            name: len(re.findall(pattern, text, re.MULTILINE)) for name, text in texts.items()
        }
        assert counts["lv"] == counts["en"], pattern
    used = set()
    for name, text in texts.items():
        for described, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", text):
            assert described.strip()
            assert target.endswith(f"-{name}.png"), f"{target} is in the other language"
            used.add(FOLDER / target)
    assert used == set((FOLDER / "pictures").iterdir())
    drawn = {draw.__name__.replace("_", "-") for draw in guide_pictures.PICTURES}
    assert {path.stem.rpartition("-")[0] for path in used} == drawn


def test_pictures_of_the_guide_are_small_and_named_plainly() -> None:
    files = sorted((FOLDER / "pictures").iterdir())
    assert files
    for path in files:
        assert PICTURE.fullmatch(path.name), path.name
        assert path.stat().st_size < 150_000, path.name
        with Drawing.open(path) as drawing:
            assert drawing.width >= 800


@pytest.mark.parametrize("name", ["../lv.md", "no.png", "..%2Flv.md", "lv.md"])
def test_nothing_else_is_given_away(site: Site, client: Client, name: str) -> None:
    assert Path(FOLDER / "lv.md").is_file()
    address = f"/admin/guide/pictures/{name}"
    response = sign_in(client, "Communications").get(address, follow=True)
    assert response.status_code == 404
