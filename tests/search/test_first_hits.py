"""What people type, and the page that should come first. The same on every database."""

import pytest
from wagtail.models import Site

from tests.search.pages import add, index, titles

pytestmark = pytest.mark.django_db

LATVIAN = (
    ("Kļūt par audžuģimeni", "Audžuģimenē bērns aug kopā ar vecākiem, kuri viņu sagaida."),
    ("Audžuģimeņu atbalsts", "Padoms, grupas un atelpas brīži audžuģimenēm visā Latvijā."),
    ("Adopcija", "Kas jāzina pirms lēmuma uzņemt bērnu ģimenē uz visu mūžu."),
    ("Aizbildnība", "Aizbildnis pārstāv bērna tiesības un intereses. Bāriņtiesa palīdz."),
    ("Piedzimstot bērniņam", "Atbalsts ģimenēm ar jaundzimušo Rīgā un reģionos."),
    ("Vasaras skola", "Sociālo darbinieku mācības: 30 speciālisti trīs dienas mācījās kopā."),
    ("Austra, mākoņi un mazais putniņš", "Bērnu grāmata par dažādām ģimenēm."),
    (
        "Kapacitātes stiprināšana – 2022",
        "Projekts Rīgas, Kurzemes un Zemgales reģionā, 32 967,86 EUR.",
    ),
    ("Projekti", "Ko esam paveikuši un ko darām tagad."),
    ("Bērnu ciemats Īslīcē", "Mājas, kurās brāļi un māsas dzīvo kopā."),
    ("Jauniešu māja Jelgavā", "Patstāvīgās dzīves sākums jauniešiem līdz 24 gadu vecumam."),
    ("Ziedojuma apliecinājums", "Kā saņemt apliecinājumu un atgūt nodokli."),
    ("Privātums", "Kā apstrādājam personas datus. Sīkdatnes neizmantojam."),
    ("Kontakti", "Zvaniet vai rakstiet: info@example.org."),
    ("Ziedi dārzā", "Pavasarī kopā stādījām tulpes."),
)
ENGLISH = (
    ("Become a foster family", "A child grows up with parents who were waiting."),
    ("Support for foster carers", "Advice, groups and time to rest."),
    ("Adoption", "What to know before you welcome a child for life."),
    ("Summer school", "Social workers trained together for three days."),
    ("Your tax receipt", "How to get a certificate of your donation."),
    ("When a Baby Is Born", "Help for families with a newborn."),
)


@pytest.fixture
def pages(site: Site) -> None:
    for title, text in LATVIAN:
        add(title, text)
    for title, text in ENGLISH:
        add(title, text, language="en")
    index()


FIRST_HITS = {
    "lv": (
        ("audžuģimene", "Audžuģimeņu atbalsts"),
        ("audzugimene", "Audžuģimeņu atbalsts"),
        ("kļūt par audžuģimeni", "Kļūt par audžuģimeni"),
        ("klut par audzugimeni", "Kļūt par audžuģimeni"),
        ("ka klut par audzuvecakiem?", "Kļūt par audžuģimeni"),
        ("audžu ģimeņu atbalsts", "Audžuģimeņu atbalsts"),
        ("audžuģim", "Audžuģimeņu atbalsts"),
        ("adoptēt", "Adopcija"),
        ("adoptet bernu", "Adopcija"),
        ("aizbildnis", "Aizbildnība"),
        ("bāriņtiesas", "Aizbildnība"),
        ("jaundzimušie", "Piedzimstot bērniņam"),
        ("piedzimst bērns", "Piedzimstot bērniņam"),
        ("vasaras skolā", "Vasaras skola"),
        ("macibas", "Vasaras skola"),
        ("sociālie darbinieki", "Vasaras skola"),
        ("putns", "Austra, mākoņi un mazais putniņš"),
        ("gramatas", "Austra, mākoņi un mazais putniņš"),
        ("„Austra, mākoņi”", "Austra, mākoņi un mazais putniņš"),
        ("projekts 2022", "Kapacitātes stiprināšana – 2022"),
        ("32967,86", "Kapacitātes stiprināšana – 2022"),
        ("projektu", "Projekti"),
        ("Islice", "Bērnu ciemats Īslīcē"),
        ("brālis un māsa", "Bērnu ciemats Īslīcē"),
        ("jaunietis Jelgava", "Jauniešu māja Jelgavā"),
        ("ziedot", "Ziedot"),
        ("ziedošana", "Ziedot"),
        ("davinat", "Ziedot"),
        ("čeks", "Ziedojuma apliecinājums"),
        ("ziedojuma kvits", "Ziedojuma apliecinājums"),
        ("zieds", "Ziedi dārzā"),
        ("sīkdatne", "Privātums"),
        ("tālrunis", "Kontakti"),
        ("info@example.org", "Kontakti"),
        ("par mums", "Par mums"),
        ("SĀKUMS", "Sākums"),
    ),
    "en": (
        ("fostering", "Become a foster family"),
        ("foster parents", "Become a foster family"),
        ("foster carer support", "Support for foster carers"),
        ("becoming a foster carer", "Become a foster family"),
        ("adopting", "Adoption"),
        ("summer schools", "Summer school"),
        ("receipts", "Your tax receipt"),
        ("give", "Donate"),
        ("gifts", "Donate"),
        ("newborns", "When a Baby Is Born"),
        ("about us", "About us"),
    ),
}


@pytest.mark.parametrize("language", FIRST_HITS)
def test_first_hits(pages: None, language: str) -> None:
    expected = dict(FIRST_HITS[language])
    assert {asked: (titles(asked, language) or [""])[0] for asked in expected} == expected


def test_all_words_before_some(pages: None) -> None:
    assert titles("bērnu grāmata") == ["Austra, mākoņi un mazais putniņš"]
    assert titles("grāmata dinozaurs") == ["Austra, mākoņi un mazais putniņš"]
    assert titles("dinozaurs") == []


def test_a_language_finds_its_own_pages(pages: None) -> None:
    assert titles("adoption", "lv") == []
    assert titles("adopcija", "en") == []


def test_what_was_typed_comes_before_synonyms(pages: None) -> None:
    found = titles("ziedojums")
    assert found.index("Ziedot") < found.index("Audžuģimeņu atbalsts")
