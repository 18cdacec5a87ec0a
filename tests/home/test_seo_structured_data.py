"""What a page is about, in the words of schema.org."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from home.metadata.structured import as_script
from home.models import EventPage, PlacePage
from sosbca.core.models import OrganisationSettings
from tests.home.parsing import Document
from tests.home.whole_site import ADDRESSES, ALL

pytestmark = pytest.mark.django_db
type Node = dict[str, Any]
ORIGIN = "https://www.example.lv"

# Per page: the type of its subject, and what schema.org and search engines ask of it.
REQUIRED: dict[str, tuple[str, set[str]]] = {
    "home": ("NGO", {"name", "legalName", "url", "logo", "taxID", "address", "contactPoint"}),
    "donation": ("DonateAction", {"name", "recipient", "target"}),
    "project": ("Project", {"name", "description", "funder", "foundingDate", "dissolutionDate"}),
    "article": (
        "NewsArticle",
        {"headline", "image", "datePublished", "dateModified", "author", "publisher"},
    ),
    "event": (
        "Event",
        {
            "name",
            "startDate",
            "endDate",
            "location",
            "eventStatus",
            "eventAttendanceMode",
            "maximumAttendeeCapacity",
            "organizer",
            "image",
        },
    ),
    "service": ("Service", {"name", "provider", "areaServed", "audience"}),
    "programme": ("Service", {"name", "provider", "areaServed", "audience", "description"}),
    "place": ("Place", {"name", "address"}),
    "village": ("Place", {"name", "address"}),
    "publication": (
        "Book",
        {"name", "author", "publisher", "isbn", "numberOfPages", "datePublished", "inLanguage"},
    ),
    "glossary": ("DefinedTermSet", {"name", "hasDefinedTerm"}),
    "questions": ("FAQPage", {"mainEntity"}),
    "form": ("ContactPage", {"name", "url"}),
    "news": ("CollectionPage", {"name", "url"}),
    "projects": ("CollectionPage", {"name", "url"}),
    "section": ("CollectionPage", {"name", "url"}),
}


@pytest.fixture(autouse=True)
def _site_url(settings: Any) -> None:
    settings.SITE_URL = ORIGIN


def graph(client: Client, path: str) -> list[Node]:
    response = client.get(path)
    assert response.status_code == 200, path
    script = Document(response.content).one("script", type="application/ld+json")
    # The element's text as it stands, not with its spaces collapsed.
    source = response.content.decode()
    text = source.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert " ".join(text.split()) == script.text
    content = json.loads(text)
    assert content["@context"] == "https://schema.org"
    nodes: list[Node] = content["@graph"]
    return nodes


def node(client: Client, path: str, kind: str) -> Node:
    (found,) = [node for node in graph(client, path) if node["@type"] == kind]
    return found


def values(data: Any) -> Iterator[Any]:
    """Every value in it, however deep."""
    if isinstance(data, dict):
        for value in data.values():
            yield from values(value)
    elif isinstance(data, list):
        for value in data:
            yield from values(value)
    else:
        yield data


def test_what_is_asked_of_each_kind_of_page(whole_site: Site, client: Client) -> None:
    for name, (kind, required) in REQUIRED.items():
        for path in ADDRESSES[name]:
            missing = required - node(client, path, kind).keys()
            assert not missing, (path, missing)


def test_every_page(whole_site: Site, client: Client) -> None:
    kinds_of_page = {"WebPage", "CollectionPage", "ContactPage"}
    for path in ALL:
        nodes = graph(client, path)
        (page,) = [node for node in nodes if node["@type"] in kinds_of_page]
        assert page["url"] == ORIGIN + path
        assert page["inLanguage"] == ("en" if path.startswith("/en/") else "lv")
        assert [node["@type"] for node in nodes].count("NGO") == 1
        identities = {node["@id"] for node in nodes}
        for node in nodes:
            for value in node.values():
                # What is only referred to is described somewhere in the graph.
                if isinstance(value, dict) and value.keys() == {"@id"}:
                    assert value["@id"] in identities, (path, value)
        for value in values(nodes):
            assert value not in (None, ""), path
            if isinstance(value, str) and "testserver" in value:
                pytest.fail(f"{path}: {value}")


def test_the_trail_leads_from_home_to_the_page(whole_site: Site, client: Client) -> None:
    for path in ALL:
        trails = [node for node in graph(client, path) if node["@type"] == "BreadcrumbList"]
        if path in ADDRESSES["home"]:
            assert trails == []
            continue
        (trail,) = trails
        items = trail["itemListElement"]
        assert [item["position"] for item in items] == list(range(1, len(items) + 1))
        home = "/en/" if path.startswith("/en/") else "/"
        assert items[0]["item"] == ORIGIN + home
        assert items[-1]["item"] == ORIGIN + path
        assert all(item["name"] for item in items)
    deep = node(client, "/en/news/book/", "BreadcrumbList")["itemListElement"]
    assert [item["name"] for item in deep] == ["Home", "News", "The book is out"]


class TestHome:
    def test_the_association(self, site: Site, client: Client) -> None:
        OrganisationSettings.objects.update(
            phone="+371 2000 0000", facebook_url="https://www.facebook.com/example"
        )
        about = node(client, "/en/", "NGO")
        assert about["name"] == "SOS Children’s Villages Latvia"
        assert about["legalName"] == "Latvijas SOS Bērnu ciematu asociācija"
        assert about["taxID"] == "40008000121"
        assert about["address"]["streetAddress"] == "Mākoņu iela 1, Rīga, LV-1000"
        assert about["contactPoint"]["telephone"] == "+371 2000 0000"
        assert about["contactPoint"]["email"] == "info@example.org"
        assert about["sameAs"] == ["https://www.facebook.com/example"]
        assert about["logo"]["url"].startswith(f"{ORIGIN}/static/")

    def test_how_to_search(self, site: Site, client: Client) -> None:
        action = node(client, "/en/", "WebSite")["potentialAction"]
        template = action["target"]["urlTemplate"]
        assert template.startswith(f"{ORIGIN}/en/")
        address = template.removeprefix(ORIGIN).replace("{search_term_string}", "about")
        assert client.get(address).status_code == 200
        assert action["query-input"] == "required name=search_term_string"


class TestEvent:
    def test_when(self, whole_site: Site, client: Client) -> None:
        event = node(client, "/notikumi/vasaras-skola/", "Event")
        assert event["startDate"] == "2031-07-03T10:30+03:00"
        assert event["endDate"] == "2031-07-03T15:30+03:00"
        assert event["maximumAttendeeCapacity"] == 40

    @pytest.mark.parametrize(
        ("is_online", "town", "mode", "kinds"),
        [
            (False, "jelgava", "Offline", ["Place"]),
            (True, "", "Online", ["VirtualLocation"]),
            (True, "jelgava", "Mixed", ["Place", "VirtualLocation"]),
        ],
    )
    def test_where(
        self,
        whole_site: Site,
        client: Client,
        is_online: bool,
        town: str,
        mode: str,
        kinds: list[str],
    ) -> None:
        EventPage.objects.filter(slug="vasaras-skola").update(
            is_online=is_online, town=town, venue=""
        )
        event = node(client, "/notikumi/vasaras-skola/", "Event")
        assert event["eventAttendanceMode"] == f"https://schema.org/{mode}EventAttendanceMode"
        location = event["location"]
        places = location if isinstance(location, list) else [location]
        assert [place["@type"] for place in places] == kinds
        if town:
            assert places[0]["name"] == places[0]["address"]["addressLocality"] == "Jelgava"


class TestPlace:
    def test_an_office_has_an_address(self, whole_site: Site, client: Client) -> None:
        address = node(client, "/vietas/birojs/", "Place")["address"]
        assert address["streetAddress"] == "Mākoņu iela 1"

    def test_never_one_where_children_live(
        self, whole_site: Site, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Not even if the database held one, which it refuses."""
        secret = "Slepenā iela 7"
        original = PlacePage.from_db.__func__  # type: ignore[attr-defined]

        def with_address(cls: type[PlacePage], *args: Any) -> PlacePage:
            page: PlacePage = original(cls, *args)
            page.address = secret
            return page

        monkeypatch.setattr(PlacePage, "from_db", classmethod(with_address))
        address = node(client, "/vietas/ciemats/", "Place")["address"]
        assert address["addressLocality"] == "Valmiera"
        assert "streetAddress" not in address
        assert secret not in json.dumps(graph(client, "/vietas/ciemats/"), ensure_ascii=False)
        # The test itself works: an office does show it.
        office = node(client, "/vietas/birojs/", "Place")["address"]
        assert office["streetAddress"] == secret


def test_who_paid_for_a_project(whole_site: Site, client: Client) -> None:
    project = node(client, "/en/projects/capacity-2022/", "Project")
    names = [funder["name"] for funder in project["funder"]]
    assert names == ["Society Integration Foundation", "Ministry of Culture"]
    (grant,) = project["funding"]
    assert grant["amount"] == {"@type": "MonetaryAmount", "currency": "EUR", "value": "32967.86"}
    assert project["foundingDate"] == "2022-01-15"
    regions = [region["name"] for region in project["areaServed"]]
    assert len(regions) == 4


def test_a_book(whole_site: Site, client: Client) -> None:
    book = node(client, "/izdevumi/austra/", "Book")
    assert [author["name"] for author in book["author"]] == ["Anna Bērziņa", "Jānis Kalniņš"]
    assert book["isbn"] == "9789934000003"
    assert book["numberOfPages"] == 48


def test_questions_with_their_answers(whole_site: Site, client: Client) -> None:
    (question,) = node(client, "/jautajumi/", "FAQPage")["mainEntity"]
    assert question["name"] == "Vai drīkstu?"
    assert question["acceptedAnswer"] == {"@type": "Answer", "text": "Jā. Droši."}


def test_questions_that_only_open_text_are_no_page_of_questions(site: Site, client: Client) -> None:
    page = Page.objects.get(slug="par-mums").specific
    items = [{"question": "Bērniem?", "answer": "<p>Jā</p>"}]
    page.body = [("accordion", {"items": items})]
    page.save()
    assert "FAQPage" not in {node["@type"] for node in graph(client, "/par-mums/")}


HOSTILE = [
    '</script><script>alert("x")</script>',
    "<!-- <script>",
    "]]>--><img src=x onerror=alert(1)>",
    "Tom & 'Jerry' \\ \u2028 „pēdiņas” 🎉",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_no_title_ends_the_script(site: Site, client: Client, title: str) -> None:
    Page.objects.filter(slug="par-mums").update(title=title, seo_title="")
    plain = client.get("/par-mums/").content.decode()
    assert title not in plain or "<" not in title
    trail = node(client, "/par-mums/", "BreadcrumbList")
    assert trail["itemListElement"][-1]["name"] == title


def test_as_script_leaves_nothing_that_looks_like_markup() -> None:
    text = as_script({"name": "</SCRIPT><!--&\u2028"})
    inside = text.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not set("<>&\u2028") & set(inside)
    assert json.loads(inside) == {"name": "</SCRIPT><!--&\u2028"}


def test_costs_the_page_no_query(
    whole_site: Site, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With and without the graph a page asks the database as often."""

    def count(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    paths = [pair[0] for pair in ADDRESSES.values()]
    with_graph = {path: count(path) for path in paths}
    assert all(with_graph.values())
    monkeypatch.setattr("home.metadata.head.graph", lambda shown: {})
    assert {path: count(path) for path in paths} == with_graph
