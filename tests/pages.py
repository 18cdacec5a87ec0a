"""Pages of every type in both languages, with everything filled in."""

import datetime
import io
from copy import deepcopy
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.db import connection
from django.utils import timezone
from PIL import Image as Drawing
from wagtail.models import Locale, Page, PageViewRestriction

from blog.models import ArticlePage, ArticleProject, ArticleTopic, NewsIndexPage, RelatedPage
from home.models import (
    EventIndexPage,
    EventPage,
    GlossaryPage,
    PlaceIndexPage,
    PlacePage,
    PlaceService,
    ProgrammePage,
    PublicationIndexPage,
    PublicationPage,
    SectionPage,
    ServiceIndexPage,
    ServicePage,
    TeamRole,
    TransparencyPage,
)
from projects.models import (
    Funder,
    ProjectActivity,
    ProjectDocument,
    ProjectEntry,
    ProjectFunding,
    ProjectIndexPage,
    ProjectPage,
)
from sosbca.core.models import CustomDocument, CustomImage, GlossaryTerm, Person, Topic

DAY = datetime.timedelta(days=1)


def at(*moment: int) -> datetime.datetime:
    """A moment on the clock of Latvia."""
    return timezone.make_aware(datetime.datetime(*moment))  # type: ignore[arg-type]  # noqa: DTZ001


def add[T: Page](parent: Page, model: type[T], title: str, slug: str, /, **fields: Any) -> T:
    """A published page in the language of its parent."""
    page = model(title=title, slug=slug, locale=parent.locale, **fields)
    parent.add_child(instance=page)
    return page


def above(page: Page) -> Page:
    parent = page.get_parent()
    assert parent
    return parent


def english[T: Page](page: T, title: str, slug: str, **fields: Any) -> T:
    """The published English version of a Latvian page."""
    version: Any = page.copy_for_translation(Locale.objects.get(language_code="en"))
    for name, value in {"title": title, "slug": slug, "live": True, **fields}.items():
        setattr(version, name, value)
    version.save()
    made: T = version
    return made


def picture(
    title: str = "Māja", size: tuple[int, int] = (1600, 1000), **fields: Any
) -> CustomImage:
    """A small file: one colour compresses to nothing."""
    file = io.BytesIO()
    Drawing.new("RGB", size, "#9cc9e8").save(file, "JPEG")
    words = {"alternative_text_lv": f"{title} lv", "alternative_text_en": f"{title} en"}
    image = CustomImage(
        title=title, file=ImageFile(file, name="picture.jpg"), **{**words, **fields}
    )
    image.save()
    return image


def document(title: str = "Gada pārskats") -> CustomDocument:
    made: CustomDocument = CustomDocument.objects.create(
        title=title, file=ContentFile(b"%PDF-1.4 " + b"x" * 2000, name="report.pdf")
    )
    return made


def person() -> Person:
    return Person.objects.get_or_create(
        name="Projektu vadītāja",
        role_lv="projektu daļa",
        role_en="projects team",
        phone="+371 2000 0001",
        email="projekti@example.org",
    )[0]


def text(words: str) -> list[tuple[str, Any]]:
    return [("text", f"<p>{words}</p>")]


def project_index(home: Page) -> ProjectIndexPage:
    index = add(home, ProjectIndexPage, "Līdzdalība projektos", "projekti", show_in_menus=True)
    english(index, "Projects", "projects")
    return index


def project(index: Page, title: str = "Projekts", slug: str = "", **fields: Any) -> ProjectPage:
    """A project with its dates and nothing else, unless told."""
    defaults = {
        "aim": "Mērķis",
        "starts_on": datetime.date(2022, 1, 15),
        "ends_on": datetime.date(2022, 10, 31),
    }
    slug = slug or f"projekts-{index.get_children().count()}"
    return add(index, ProjectPage, title, slug, **{**defaults, **fields})


def funders() -> list[Funder]:
    """The chain that paid for the project of 2022."""
    rows = [
        ("sif", "Sabiedrības integrācijas fonds", "Society Integration Foundation"),
        ("km", "Kultūras ministrija", "Ministry of Culture"),
        ("nvo-fonds", "NVO fonds", "NGO Fund"),
    ]
    return [
        Funder.objects.get_or_create(
            code=code,
            defaults={
                "name_lv": latvian,
                "name_en": english_name,
                "website": f"https://{code}.example.org/",
                "notice_lv": f"Finansē {latvian}.",
                "notice_en": f"Financed by the {english_name}.",
            },
        )[0]
        for code, latvian, english_name in rows
    ]


def project_of_2022(index: Page, programme: Page | None = None) -> ProjectPage:
    """With everything that a project can hold, in both languages."""
    locale = index.locale
    sif, ministry, fund = funders()
    roles = ProjectFunding.Role
    page = ProjectPage(
        title="Kapacitātes stiprināšana – 2022",
        slug="kapacitate-2022",
        locale=locale,
        introduction="Desmit mēneši, trīs aktivitātes un četri reģioni.",
        aim="Stiprināt biedrības spēju atbalstīt ģimenes.",
        starts_on=datetime.date(2022, 1, 15),
        ends_on=datetime.date(2022, 10, 31),
        budget_cents=3296786,
        regions=["riga", "kurzeme", "vidzeme", "zemgale"],
        contact=person(),
        illustration="clouds",
        body=text("Latviski par projektu."),
    )
    page.funding = [  # type: ignore[misc]
        ProjectFunding(role=roles.FINANCED_BY, funder=sif, locale=locale, amount_cents=3296786),
        ProjectFunding(role=roles.FROM, funder=ministry, locale=locale),
        ProjectFunding(role=roles.PROGRAMME, funder=fund, locale=locale, detail="Nr. 2022.LV/12"),
    ]
    page.activities = [  # type: ignore[misc]
        ProjectActivity(
            title="Preventīvs atbalsts ģimenēm",
            aim="Atbalsts pieejams reģionos.",
            target_group="Mātes ar jaundzimušo",
            text="<p>Programma vairākus gadus strādā Rīgā.</p>",
            programme=programme,
            locale=locale,
            sort_order=0,
        ),
        ProjectActivity(title="Bērnu grāmata", locale=locale, sort_order=1),
        ProjectActivity(title="Apmācības speciālistiem", locale=locale, sort_order=2),
    ]
    page.entries = [  # type: ignore[misc]
        ProjectEntry(
            date=datetime.date(2022, 1, 15),
            title="Projekts sākas",
            text="Noslēgts līgums.",
            link=programme,
            locale=locale,
        )
    ]
    page.documents = [ProjectDocument(document=document("Projekta pārskats"))]  # type: ignore[misc]
    index.add_child(instance=page)
    version = english(
        page,
        "Building capacity – 2022",
        "capacity-2022",
        introduction="Ten months, three activities and four regions.",
        aim="To strengthen the association in supporting families.",
        body=text("About the project in English."),
    )
    words = ["Preventive support to families", "A children’s book", "Training for specialists"]
    for row, title in zip(version.activities.all(), words, strict=True):
        row.title = title
        row.save()
    version.entries.update(title="The project begins", text="The agreement is signed.")
    return page


def news_index(home: Page) -> NewsIndexPage:
    index = add(home, NewsIndexPage, "Jaunumi", "jaunumi", introduction="Kas notiek.")
    english(index, "News", "news", introduction="What is going on.")
    return index


def article(index: Page, title: str = "Raksts", slug: str = "", **fields: Any) -> ArticlePage:
    """Rows by name: `topics`, `projects`, `related`."""
    rows: dict[str, list[Any]] = {
        "topics": [ArticleTopic(topic=topic) for topic in fields.pop("topics", [])],
        "projects": [ArticleProject(project=chosen) for chosen in fields.pop("projects", [])],
        "related": [RelatedPage(target=target) for target in fields.pop("related", [])],
    }
    slug = slug or f"raksts-{index.get_children().count()}"
    fields.setdefault("published_on", datetime.date(2022, 6, 21))
    page = ArticlePage(title=title, slug=slug, locale=index.locale, **fields)
    for name, values in rows.items():
        setattr(page, name, values)
    index.add_child(instance=page)
    return page


def topic(code: str = "book", latvian: str = "Grāmata", english_name: str = "Book") -> Topic:
    return Topic.objects.get_or_create(
        code=code, defaults={"name_lv": latvian, "name_en": english_name}
    )[0]


def events(home: Page) -> EventIndexPage:
    index = add(home, EventIndexPage, "Notikumi", "notikumi", illustration="event")
    english(index, "Events", "events")
    return index


def event(index: Page, title: str = "Notikums", slug: str = "", **fields: Any) -> EventPage:
    """In Jelgava from ten to three of a summer's day in 2022, unless told."""
    defaults = {
        "starts_at": at(2022, 6, 21, 10),
        "ends_at": at(2022, 6, 21, 15),
        "town": "jelgava",
    }
    slug = slug or f"notikums-{index.get_children().count()}"
    return add(index, EventPage, title, slug, **{**defaults, **fields})


def services(home: Page) -> ServiceIndexPage:
    index = add(home, ServiceIndexPage, "Pakalpojumi", "pakalpojumi")
    english(index, "Services", "services")
    return index


def service(index: Page, title: str = "Pakalpojums", slug: str = "", **fields: Any) -> ServicePage:
    defaults = {"audience": "Ģimenēm", "needs": ["at-risk"], "age_from": 0, "age_to": 18}
    slug = slug or f"pakalpojums-{index.get_children().count()}"
    return add(index, ServicePage, title, slug, **{**defaults, **fields})


def programme(parent: Page, **fields: Any) -> ProgrammePage:
    locale = parent.locale
    page = ProgrammePage(
        title="Piedzimstot bērniņam",
        slug="piedzimstot-berninam",
        locale=locale,
        introduction="Atbalsts ģimenei, kurā piedzimis bērns.",
        aim="Stipra mātes, tēva un bērna piesaiste.",
        audience="Mātēm ar jaundzimušo",
        regions=["riga"],
        contact=person(),
        illustration="service-baby",
        body=text("Programma latviski."),
        **fields,
    )
    page.team = [  # type: ignore[misc]
        TeamRole(number="1", title="programmas vadītāja", locale=locale, sort_order=0),
        TeamRole(
            number="4–6",
            title="PEP mammas",
            text="Emocionāls un praktisks atbalsts.",
            locale=locale,
            sort_order=1,
        ),
    ]
    parent.add_child(instance=page)
    version = english(
        page,
        "When a Baby Is Born",
        "when-a-baby-is-born",
        introduction="Support for a family with a newborn.",
        aim="A strong bond between mother, father and child.",
        audience="Mothers with a newborn",
        body=text("The programme in English."),
    )
    roles = ["programme lead", "PEP mums"]
    for row, title in zip(version.team.all(), roles, strict=True):
        row.title, row.text = title, row.text and "Emotional and practical support."
        row.save()
    return page


def places(home: Page) -> PlaceIndexPage:
    index = add(home, PlaceIndexPage, "Kur strādājam", "vietas")
    english(index, "Where we work", "places")
    return index


def place(index: Page, title: str = "Vieta", slug: str = "", **fields: Any) -> PlacePage:
    given = [PlaceService(service=chosen) for chosen in fields.pop("services", [])]
    slug = slug or f"vieta-{index.get_children().count()}"
    page = PlacePage(
        title=title,
        slug=slug,
        locale=index.locale,
        **{"kind": "village", "town": "valmiera", **fields},
    )
    page.services = given  # type: ignore[misc]
    index.add_child(instance=page)
    return page


def publications(home: Page) -> PublicationIndexPage:
    index = add(home, PublicationIndexPage, "Izdevumi", "izdevumi")
    english(index, "Publications", "publications")
    return index


def publication(
    index: Page, title: str = "Izdevums", slug: str = "", **fields: Any
) -> PublicationPage:
    defaults = {"kind": "book", "published_on": datetime.date(2022, 9, 30)}
    slug = slug or f"izdevums-{index.get_children().count()}"
    return add(index, PublicationPage, title, slug, **{**defaults, **fields})


def glossary(home: Page) -> GlossaryPage:
    for latvian, english_term in (
        ("audžuģimene", "foster family"),
        ("āķis", "hook"),
        ("bāriņtiesa", "custody court"),
        ("aizbildnis", "guardian"),
    ):
        GlossaryTerm.objects.create(
            term_lv=latvian,
            term_en=english_term,
            definition_lv=f"Kas ir {latvian}.",
            definition_en=f"What a {english_term} is.",
        )
    page = add(home, GlossaryPage, "Vārdnīca", "vardnica")
    english(page, "Glossary", "glossary")
    return page


def transparency(home: Page) -> TransparencyPage:
    page = add(home, TransparencyPage, "Atklātība", "atklatiba", body=text("Kā tērējam."))
    english(page, "Transparency", "transparency", body=text("How we spend."))
    return page


def section(home: Page) -> SectionPage:
    page = add(
        home, SectionPage, "Ko mēs darām", "ko-mes-daram", show_in_menus=True, body=text("Vārdi.")
    )
    english(page, "What we do", "what-we-do", body=text("Words."))
    return page


def hide(page: Page) -> None:
    """For staff only, from now on."""
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def multiply(page: Page, number: int) -> None:
    """So many copies of a page beside it, published, in the same language. Rows of its own, such
    as topics, are not copied. A few queries, where adding pages takes dozens for each."""
    parent = above(page)
    first = parent.numchild + 1
    copies: list[Page] = []
    for position in range(first, first + number):
        copy = Page.objects.get(pk=page.pk) if not copies else deepcopy(copies[0])
        copy.pk = copy.id = None
        copy.path = Page._get_path(  # type: ignore[attr-defined]
            parent.path, page.depth, position
        )
        copy.slug = f"{page.slug}-{position}"
        copy.url_path = f"{parent.url_path}{copy.slug}/"
        copy.translation_key = uuid4()
        copies.append(copy)
    Page.objects.bulk_create(copies)
    Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + number)
    # Django can't insert into the table of a child model alone.
    meta = type(page)._meta
    columns = ", ".join(
        connection.ops.quote_name(str(field.column))
        for field in meta.local_fields
        if field.column != "page_ptr_id"
    )
    table = connection.ops.quote_name(meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (page_ptr_id, {columns}) "  # noqa: S608
            f"SELECT copy.id, {columns} FROM wagtailcore_page copy, {table} original "
            "WHERE copy.path LIKE %s AND copy.depth = %s AND copy.slug LIKE %s "
            "AND original.page_ptr_id = %s AND copy.id <> original.page_ptr_id "
            f"AND copy.id NOT IN (SELECT page_ptr_id FROM {table})",
            [f"{parent.path}%", page.depth, f"{page.slug}-%", page.pk],
        )
