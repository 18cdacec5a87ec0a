"""Many pages at once, written straight into the tables."""

import datetime
import json
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.contenttypes.models import ContentType
from django.db import router, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import Locale, Page

from blog.models import ArticlePage, ArticleProject, NewsIndexPage
from home.models import HomePage, StandardPage
from projects.models import ProjectIndexPage, ProjectPage
from sosbca.core.regions import Region

BATCH = 500
FIRST_DAY = datetime.date(2004, 1, 1)
# Days in which the invented pages fall.
SPAN = 22 * 365


class NoPlaceError(Exception):
    """A page is missing below which the others would stand."""


WHAT = (
    ("Vasaras nometne", "Summer camp"),
    ("Mācību diena", "Training day"),
    ("Atbalsta grupa", "Support group"),
    ("Grāmatas lasījums", "Book reading"),
    ("Pieredzes stāsts", "A story of experience"),
    ("Sarunu vakars", "An evening of talks"),
    ("Jauna palīdzības iespēja", "A new way to get help"),
    ("Semināru cikls", "A series of seminars"),
)
WHOM = (
    ("audžuģimenēm", "for foster families"),
    ("aizbildņiem", "for guardians"),
    ("jaunajām māmiņām", "for new mothers"),
    ("jauniešiem", "for young people"),
    ("sociālajiem darbiniekiem", "for social workers"),
    ("ģimenēm ar bērniem", "for families with children"),
)
WHERE = (
    ("Rīgā", "in Rīga"),
    ("Valmierā", "in Valmiera"),
    ("Jelgavā", "in Jelgava"),
    ("Liepājā", "in Liepāja"),
    ("Rēzeknē", "in Rēzekne"),
    ("Kuldīgā", "in Kuldīga"),
    ("Bauskā", "in Bauska"),
)
SENTENCES = (
    (
        "Tikāmies, lai parunātu par to, kas bērnam palīdz justies droši.",
        "We met to talk about what helps a child to feel safe.",
    ),
    (
        "Klausījāmies, jautājām un mācījāmies cits no cita.",
        "We listened, asked, and learned from each other.",
    ),
    (
        "Speciālisti stāstīja par piesaisti, zaudējumu un prieku būt kopā.",
        "Specialists spoke of attachment, loss and the joy of being together.",
    ),
    (
        "Paldies visiem, kuri atnāca, un pašvaldībai par telpām.",
        "Thank you to all who came, and to the municipality for the room.",
    ),
    (
        "Nākamā tikšanās notiks pēc mēneša; pieteikties var jau tagad.",
        "The next meeting is in a month; you can already sign up.",
    ),
)


@dataclass(frozen=True)
class Kind:
    """A page type, below what it stands, and how often it occurs in ten."""

    model: type[Page]
    parent: type[Page]
    share: int
    facts: Callable[[datetime.date, random.Random], dict[str, Any]]


def _article(day: datetime.date, _chance: random.Random) -> dict[str, Any]:
    return {"published_on": day}


def _project(day: datetime.date, chance: random.Random) -> dict[str, Any]:
    return {
        "starts_on": day,
        "ends_on": day + datetime.timedelta(days=chance.randrange(60, 900)),
        "budget_cents": chance.randrange(100_000, 9_000_000),
        "regions": sorted(chance.sample(Region.values, chance.randrange(4))),
    }


def _standard(_day: datetime.date, _chance: random.Random) -> dict[str, Any]:
    return {}


KINDS = (
    Kind(ArticlePage, NewsIndexPage, 6, _article),
    Kind(ProjectPage, ProjectIndexPage, 3, _project),
    Kind(StandardPage, HomePage, 1, _standard),
)


def generate(number: int) -> int:
    """Make about this many published pages, half in each language, and return how many. Starting from
    the same site, the same number makes the same pages. Raise NoPlaceError when there is nothing they could stand below."""
    chance = random.Random(f"{number} after {Page.objects.count()}")  # noqa: S311
    locales = {code: Locale.objects.get(language_code=code) for code in ("lv", "en")}
    made: dict[type[Page], dict[str, list[int]]] = {}
    with transaction.atomic():
        for kind in KINDS:
            parents = {code: _parent(kind.parent, locale) for code, locale in locales.items()}
            pairs = [_pair(kind, chance) for _ in range(number * kind.share // 20)]
            made[kind.model] = {
                code: _write(kind, parents[code], [pair[place] for pair in pairs])
                for place, code in enumerate(("lv", "en"))
            }
        for articles in made[ArticlePage].values():
            # As editors do: the Latvian project, in both languages.
            _link(articles, made[ProjectPage]["lv"], random.Random(number))  # noqa: S311
    return sum(len(pages) for kinds in made.values() for pages in kinds.values())


def _parent(model: type[Page], locale: Locale) -> Page:
    found = model.objects.filter(locale=locale).order_by("path").first()
    if found is None:
        name = model._meta.verbose_name
        raise NoPlaceError(f"There is no {name} in {locale}. Load the demonstration first.")
    return cast(Page, found)


def _pair(kind: Kind, chance: random.Random) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of one page in Latvian and in English."""
    day = FIRST_DAY + datetime.timedelta(days=chance.randrange(SPAN))
    words = [chance.choice(part) for part in (WHAT, WHOM, WHERE)]
    text = chance.choices(SENTENCES, k=6)
    key = uuid.UUID(int=chance.getrandbits(128), version=4)
    facts = kind.facts(day, chance)
    blocks = [uuid.UUID(int=chance.getrandbits(128), version=4) for _ in range(3)]
    pages = []
    for place in (0, 1):
        sentences = [pair[place] for pair in text]
        title = f"{' '.join(pair[place] for pair in words)} {day.year}"
        page = {
            "title": title,
            "slug": f"{slugify(title)}-{key.hex[:8]}",
            "translation_key": key,
            "introduction": sentences[0],
            "body": _body(words[1][place], sentences[1:], blocks),
            "first_published_at": timezone.make_aware(
                datetime.datetime.combine(day, datetime.time(12))
            ),
            **facts,
        }
        if kind.model is ProjectPage:
            page["aim"] = sentences[1]
        pages.append(page)
    return pages[0], pages[1]


def _body(heading: str, sentences: list[str], ids: list[uuid.UUID]) -> str:
    blocks = (
        ("text", f"<p>{' '.join(sentences[:3])}</p>"),
        ("heading", heading[0].upper() + heading[1:]),
        ("text", f"<p>{' '.join(sentences[3:])}</p>"),
    )
    return json.dumps(
        [
            {"type": kind, "value": value, "id": str(key)}
            for (kind, value), key in zip(blocks, ids, strict=True)
        ]
    )


def _link(articles: list[int], projects: list[int], chance: random.Random) -> None:
    """Put every third piece of news into the timeline of a project."""
    rows = [
        ArticleProject(page_id=article, project_id=chance.choice(projects), sort_order=0)
        for article in articles[::3]
        if projects
    ]
    ArticleProject.objects.bulk_create(rows, batch_size=BATCH)


def _write(kind: Kind, parent: Page, fields: list[dict[str, Any]]) -> list[int]:
    """The rows of Page, then those of the type, behind the children that the parent has. Their
    keys."""
    last = parent.get_last_child()
    step = int(last.path[-Page.steplen :], len(Page.alphabet)) if last else 0
    content_type = ContentType.objects.get_for_model(kind.model)
    written: list[int] = []
    using = router.db_for_write(kind.model)
    for batch in _batches(fields):
        pages = []
        for values in batch:
            step += 1
            pages.append(
                Page(
                    **{name: values[name] for name in SHARED},
                    draft_title=values["title"],
                    locale=parent.locale,
                    content_type=content_type,
                    path=Page._get_path(  # type: ignore[attr-defined]
                        parent.path, parent.depth + 1, step
                    ),
                    depth=parent.depth + 1,
                    url_path=f"{parent.url_path}{values['slug']}/",
                    last_published_at=values["first_published_at"],
                    live=True,
                )
            )
        Page.objects.bulk_create(pages)
        written += [page.pk for page in pages]
        rows = []
        for page, values in zip(pages, batch, strict=True):
            own = {name: value for name, value in values.items() if name not in SHARED}
            rows.append(kind.model(page_ptr_id=page.pk, **own))
        # What bulk_create does, which refuses tables that share their key with another.
        manager: Any = kind.model._base_manager.using(using)
        manager._insert(rows, fields=kind.model._meta.local_concrete_fields, using=using, raw=True)
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + len(fields))
    return written


SHARED = ("title", "slug", "translation_key", "first_published_at")


def _batches(fields: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(fields), BATCH):
        yield fields[start : start + BATCH]
