"""The pages of the demonstration."""

from typing import Any

from wagtail.models import Locale, Page, Site

from donations.models import Fund
from home.models import DonationPage, DonationPreset, HomePage
from sosbca.core.models import OrganisationSettings

from .bilingual import Phrasebook
from .sections import add_about, add_book, add_foster, add_newborn, add_privacy, add_work
from .tree import Tree

# Valid in form, plainly invented.
ORGANISATION = {
    "name_lv": "Latvijas SOS Bērnu ciematu asociācija",
    "name_en": "SOS Children’s Villages Latvia",
    "registration_number": "40008000121",
    "legal_address": "Mākoņu iela 1, Rīga, LV‑1000",
    "phone": "+371 2000 0000",
    "email": "info@example.org",
    "status_lv": "Sabiedriskā labuma organizācija (paraugs)",
    "status_en": "Public-benefit organisation (sample)",
    "payee_name": "Latvijas SOS Bērnu ciematu asociācija",
    "iban": "LV85DEMO0000123456789",
    "bic": "DEMOLV22",
    "bank_name": "Paraugbanka",
    "facebook_url": "https://www.facebook.com/example",
    "instagram_url": "https://www.instagram.com/example",
}

FUNDS = (
    (
        "general",
        "Tur, kur visvairāk vajadzīgs",
        "Where it is needed most",
        "Asociācijas darbam ar bērniem un ģimenēm",
        "The association’s work with children and families",
    ),
    (
        "newborn",
        "Programmai „Piedzimstot bērniņam”",
        "“When a Baby Is Born”",
        "Palīdzībai ģimenēm ar jaundzimušo",
        "Support for families with a newborn",
    ),
    (
        "foster",
        "Audžuģimeņu atbalstam",
        "Support for foster families",
        "Mācībām, konsultācijām un atelpas brīžiem",
        "Training, advice and time to rest",
    ),
    (
        "youth",
        "Jauniešiem ceļā uz patstāvību",
        "Young people becoming independent",
        "Padomam un atbalstam līdz 24 gadu vecumam",
        "Advice and support up to the age of 24",
    ),
)


def load_funds() -> None:
    for position, (code, name_lv, name_en, purpose_lv, purpose_en) in enumerate(FUNDS):
        Fund.objects.update_or_create(
            code=code,
            defaults={
                "name_lv": name_lv,
                "name_en": name_en,
                "purpose_lv": purpose_lv,
                "purpose_en": purpose_en,
                "position": position,
            },
        )


def load() -> None:
    """Build the site in both languages."""
    load_funds()
    latvian = Locale.objects.get_or_create(language_code="lv")[0]
    Locale.objects.get_or_create(language_code="en")
    # Wagtail's own welcome page.
    Page.objects.filter(depth=2).delete()
    root = Page.objects.get(depth=1)

    tree = Tree()
    words = Phrasebook()
    home = HomePage(
        title=words("Sākums", "Home"),
        slug=words("sakums", "home"),
        locale=latvian,
        hero_heading=words(
            "Lai katram bērnam būtu mājas un savējie", "A home and a family for every child"
        ),
        introduction=words(
            "Atbalstām ģimenes, pirms grūtības izaugušas par lielām, un rūpējamies par bērniem, "
            "kuri nevar dzīvot kopā ar saviem vecākiem.",
            "We stand by families before trouble grows too big, and care for children who cannot "
            "live with their parents.",
        ),
    )
    tree.add(root, home, words)
    Site.objects.all().delete()
    Site.objects.create(
        hostname="localhost",
        site_name=ORGANISATION["name_lv"],
        root_page=home,
        is_default_site=True,
    )
    add_about(tree, home)
    work = add_work(tree, home)
    newborn = add_newborn(tree, work)
    book = add_book(tree, work)
    foster = add_foster(tree, home)
    privacy = add_privacy(tree, home)
    donation = add_donation(tree, home)
    fill_home(home, words, donation=donation, foster=foster, newborn=newborn, book=book)
    tree.publish()

    settings = OrganisationSettings.for_site(Site.objects.get(is_default_site=True))
    for name, value in ORGANISATION.items():
        setattr(settings, name, value)
    settings.donation_page = donation
    settings.privacy_page = privacy
    settings.save()


def link(words: Phrasebook, latvian: str, english: str, page: Page) -> dict[str, Any]:
    """A button's value."""
    return {"label": words(latvian, english), "page": page, "address": ""}


def fill_home(
    home: HomePage,
    words: Phrasebook,
    *,
    donation: Page,
    foster: Page,
    newborn: Page,
    book: Page,
) -> None:
    home.hero_links = [
        ("link", link(words, "Ziedot", "Donate", donation)),
        ("link", link(words, "Kļūt par audžuģimeni", "Become a foster family", foster)),
    ]
    home.body = [
        (
            "figures",
            {
                "heading": "",
                "items": [
                    {
                        "figure": words("25 gadi", "25 years"),
                        "label": words(
                            "pieredzes darbā ar bērniem un ģimenēm Latvijā (aptuveni)",
                            "of work with children and families in Latvia (approximately)",
                        ),
                    },
                    {
                        "figure": words("1 300+", "1,300+"),
                        "label": words(
                            "bērnu, jauniešu un ģimeņu, kam gada laikā palīdz mūsu apmācītie speciālisti",
                            "children, young people and families a year, "
                            "helped by the specialists we train",
                        ),
                    },
                    {
                        "figure": words("30", "30"),
                        "label": words(
                            "sociālā darba speciālistu vasaras skolā",
                            "social work specialists at our summer school",
                        ),
                    },
                    {
                        "figure": words("135", "135"),
                        "label": words(
                            "valstis, kurās bērniem palīdz SOS Bērnu ciemati",
                            "countries where SOS Children’s Villages help children",
                        ),
                    },
                ],
                "source": words(
                    "Dati: asociācijas projekta pārskats, 2022. gads",
                    "Source: the association’s project report, 2022",
                ),
            },
        ),
        (
            "donation_form",
            {
                "heading": words("Ko paveic Jūsu ziedojums", "What your gift does"),
                "text": "",
                "page": donation,
            },
        ),
        (
            "cards",
            {
                "heading": words("Palīdzēt var dažādi", "There are many ways to help"),
                "items": [
                    {
                        "heading": words("Kļūstiet par audžuģimeni", "Become a foster family"),
                        "text": words(
                            "Vajadzīga vieta mājās un sirdī. Sagatavoties palīdzēsim mēs, "
                            "un arī vēlāk neatstāsim Jūs vienus.",
                            "It takes room at home and in the heart. We help you prepare, "
                            "and we stay beside you afterwards.",
                        ),
                        "link": link(words, "Uzzināt, kā tas notiek", "Find out how", foster),
                        "illustration": "house",
                    },
                    {
                        "heading": words("Atbalsts jaunajām ģimenēm", "Support for new families"),
                        "text": words(
                            "Programma „Piedzimstot bērniņam” ir blakus māmiņām un tētiem "
                            "pirmajos mēnešos – arī reģionos.",
                            "The programme “When a Baby Is Born” is there for mothers and fathers "
                            "in the first months, in the regions too.",
                        ),
                        "link": link(words, "Par programmu", "About the programme", newborn),
                        "illustration": "clouds",
                    },
                    {
                        "heading": words(
                            "„Austra, mākoņi un mazais putniņš”",
                            "“Austra, the Clouds and the Little Bird”",
                        ),
                        "text": words(
                            "Latviešu autoru bērnu grāmata par to, cik dažādas mēdz būt ģimenes. "
                            "Tā palīdz atklāti parunāt par bērna pagātni.",
                            "A Latvian children’s book about how different families can be, "
                            "and a reason to talk openly about a child’s past.",
                        ),
                        "link": link(words, "Iepazīt grāmatu", "Meet the book", book),
                        "illustration": "bird",
                    },
                ],
            },
        ),
    ]


PRESETS = (
    (
        1000,
        "grāmata „Austra, mākoņi un mazais putniņš” bērnam audžuģimenē",
        "the book “Austra, the Clouds and the Little Bird” for a child in foster care",
    ),
    (
        2500,
        "atbalsta personas apciemojums māmiņai ar jaundzimušo",
        "a support person’s visit to a mother with a newborn",
    ),
    (
        5000,
        "psihologa konsultācija ģimenei, kurā ienācis bērns",
        "a talk with a psychologist for a family that has taken in a child",
    ),
    (
        10000,
        "mācību diena topošajiem audžuvecākiem",
        "a day of training for future foster parents",
    ),
)


def add_donation(tree: Tree, home: Page) -> Page:
    words = Phrasebook()
    page = DonationPage(
        title=words("Ziedot", "Donate"),
        slug=words("ziedot", "donate"),
        introduction=words(
            "Paldies, ka domājat par bērniem. Ziedošana aizņem aptuveni divas minūtes.",
            "Thank you for thinking of the children. Giving takes about two minutes.",
        ),
        text=words.bullets(
            (
                "Apliecinājumu par ziedojumu saņemsiet e-pastā uzreiz pēc maksājuma.",
                "You get a receipt for your gift by e-mail at once.",
            ),
            (
                "Par saņemtajiem un izlietotajiem ziedojumiem pārskatu publicējam katru gadu.",
                "Every year we publish a report on the gifts received and used.",
            ),
        ),
    )
    page.presets = [  # type: ignore[misc]
        DonationPreset(
            amount_cents=cents,
            meaning=words(latvian, english),
            is_default=cents == 2500,
            sort_order=order,
            locale=home.locale,
        )
        for order, (cents, latvian, english) in enumerate(PRESETS)
    ]
    return tree.add(home, page, words)
