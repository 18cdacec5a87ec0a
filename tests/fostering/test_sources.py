"""How people came to the enquiry: told by page, campaign or website, and nothing closer."""

import pytest
from wagtail.models import Page, Site

from fostering.models import EnquiryDraft, LandingPage, SelfCheckPage
from fostering.models.choices import Source
from tests.fostering.enquiries import Person, address, centre

HERE = "http://testserver"


def came_from(query: str = "", referrer: str = "", language: str = "lv") -> str:
    """The source that the draft has after somebody came so and answered the first question."""
    person = Person(language)
    if referrer:
        person.client.defaults["HTTP_REFERER"] = referrer
    page = person.get("enquiry", query=query)
    begin = page.context["first_url"]
    person.client.defaults.pop("HTTP_REFERER", None)
    assert person.client.post(begin, {"way": "foster"}).status_code == 303
    source: str = EnquiryDraft.objects.latest("pk").source
    return source


@pytest.fixture
def pages(site: Site) -> dict[str, Page]:
    home = site.root_page
    landing = home.add_child(instance=LandingPage(title="Landing", slug="uznemt-bernu"))
    check = landing.add_child(instance=SelfCheckPage(title="Check", slug="parbaude"))
    return {"landing": landing, "check": check, "home": home}


@pytest.mark.parametrize(
    ("query", "referrer", "source"),
    [
        ("", "", Source.UNKNOWN),
        ("?source=print", "", Source.PRINT),
        ("?utm_source=Facebook&utm_medium=paid", "", Source.SOCIAL),
        ("?utm_source=anna@example.org", "", Source.CAMPAIGN),
        ("?utm_source=", "", Source.UNKNOWN),
        ("", f"{HERE}/?utm_source=newsletter", Source.NEWSLETTER),
        ("", "https://www.google.lv/", Source.SEARCH),
        ("", "https://mail.google.com/", Source.NEWSLETTER),
        ("", "https://l.facebook.com/", Source.SOCIAL),
        ("", "https://t.co/", Source.SOCIAL),
        ("", "https://box.example.org/", Source.ELSEWHERE),
        ("", "https://google.example.org.evil/", Source.SEARCH),
        ("", "nonsense", Source.UNKNOWN),
        ("", "http://[", Source.UNKNOWN),
        ("?" + "&".join(f"x{number}=1" for number in range(50)), "", Source.UNKNOWN),
    ],
)
def test_tags_and_websites_are_told_apart(
    site: Site, query: str, referrer: str, source: str
) -> None:
    assert came_from(query, referrer) == source


def test_pages_of_the_site_are_told_apart(pages: dict[str, Page]) -> None:
    for name, source in (
        ("landing", Source.FOSTERING),
        ("check", Source.SELF_CHECK),
        ("home", Source.SITE),
    ):
        assert came_from("", f"{HERE}{pages[name].url}") == source, name
        # Whoever reads on in the other language still comes from that page.
        assert came_from("", f"{HERE}{pages[name].url}", language="en") == source, name


def test_the_own_pages_of_the_enquiry_say_nothing(site: Site) -> None:
    assert came_from("", HERE + address("enquiry")) == Source.UNKNOWN
    assert came_from("", f"{HERE}/nowhere/") == Source.SITE


def test_an_unknown_source_in_the_address_is_not_kept(site: Site) -> None:
    person = Person()
    begin = person.path("enquiry-question", 1)
    person.client.post(f"{begin}?source=anna@example.org", {"way": "foster"})
    assert person.draft.source == Source.UNKNOWN


def test_the_source_reaches_the_enquiry(site: Site) -> None:
    centre()
    person = Person()
    person.client.post(person.path("enquiry-question", 1) + "?source=event", {"way": "foster"})
    for number in range(2, 9):
        assert person.answer(number).status_code == 303
    assert person.send().status_code == 303
    enquiry = person.draft.enquiry
    assert enquiry
    assert enquiry.source == Source.EVENT
