"""A published page of every type in both languages, at known addresses."""

import datetime

from django.utils import timezone
from wagtail.models import Page, Site

from home.models import FaqItem, FaqPage, FormPage
from tests import pages

# Latvian and English address of one page of each type.
ADDRESSES = {
    "home": ("/", "/en/"),
    "standard": ("/par-mums/", "/en/about-us/"),
    "donation": ("/ziedot/", "/en/donate/"),
    "section": ("/ko-mes-daram/", "/en/what-we-do/"),
    "projects": ("/projekti/", "/en/projects/"),
    "project": ("/projekti/kapacitate-2022/", "/en/projects/capacity-2022/"),
    "news": ("/jaunumi/", "/en/news/"),
    "article": ("/jaunumi/gramata/", "/en/news/book/"),
    "events": ("/notikumi/", "/en/events/"),
    "event": ("/notikumi/vasaras-skola/", "/en/events/summer-school/"),
    "services": ("/pakalpojumi/", "/en/services/"),
    "service": ("/pakalpojumi/krizes/", "/en/services/crisis/"),
    "programme": ("/pakalpojumi/piedzimstot-berninam/", "/en/services/when-a-baby-is-born/"),
    "places": ("/vietas/", "/en/places/"),
    "place": ("/vietas/birojs/", "/en/places/office/"),
    "village": ("/vietas/ciemats/", "/en/places/village/"),
    "publications": ("/izdevumi/", "/en/publications/"),
    "publication": ("/izdevumi/austra/", "/en/publications/austra/"),
    "glossary": ("/vardnica/", "/en/glossary/"),
    "transparency": ("/atklatiba/", "/en/transparency/"),
    "questions": ("/jautajumi/", "/en/questions/"),
    "form": ("/kontakti/", "/en/contact/"),
}
ALL = [address for pair in ADDRESSES.values() for address in pair]
COMING = timezone.make_aware(datetime.datetime(2031, 7, 3, 10, 30))  # noqa: DTZ001


def build(site: Site) -> None:
    home = site.root_page.specific
    pages.section(home)
    pages.project_of_2022(pages.project_index(home))
    article = pages.article(
        pages.news_index(home),
        "Iznākusi grāmata",
        "gramata",
        introduction="Pirmā latviešu grāmata.",
        published_on=datetime.date(2022, 9, 30),
    )
    pages.english(article, "The book is out", "book", introduction="The first Latvian book.")
    event = pages.event(
        pages.events(home),
        "Vasaras skola",
        "vasaras-skola",
        starts_at=COMING,
        ends_at=COMING + datetime.timedelta(hours=5),
        capacity=40,
        venue="Kultūras nams",
    )
    pages.english(event, "Summer school", "summer-school")
    services = pages.services(home)
    service = pages.service(services, "Krīzes palīdzība", "krizes", regions=["kurzeme"])
    pages.english(service, "Crisis support", "crisis", audience="Families")
    pages.programme(services)
    _places(home)
    publication = pages.publication(
        pages.publications(home),
        "Austra, mākoņi un mazais putniņš",
        "austra",
        authors="Anna Bērziņa, Jānis Kalniņš",
        isbn="9789934000003",
        number_of_pages=48,
    )
    pages.english(publication, "Austra", "austra")
    pages.glossary(home)
    pages.transparency(home)
    _questions(home)
    form = pages.add(home, FormPage, "Kontakti", "kontakti", thanks_heading="Paldies!")
    pages.english(form, "Contact", "contact")


def _places(home: Page) -> None:
    index = pages.places(home)
    office = pages.place(index, "Birojs", "birojs", kind="office", address="Mākoņu iela 1")
    pages.english(office, "Office", "office")
    pages.english(pages.place(index, "Ciemats", "ciemats", kind="village"), "Village", "village")


def _questions(home: Page) -> None:
    page = FaqPage(title="Jautājumi", slug="jautajumi", locale=home.locale)
    page.questions = [  # type: ignore[misc]
        FaqItem(question="Vai drīkstu?", answer="<p>Jā.</p><p>Droši.</p>", locale=home.locale)
    ]
    home.add_child(instance=page)
    pages.english(page, "Questions", "questions")
