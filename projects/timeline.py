"""A project's timeline: the news that refer to it and hand-written entries, by date."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from wagtail.models import Page

from sosbca.core.privacy import public

if TYPE_CHECKING:
    from projects.models import ProjectEntry, ProjectPage


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a timeline; `page` is what it leads to, if anything: for news in the language of
    the project, for other entries as the editor chose it."""

    date: datetime.date
    title: str
    text: str
    page: Page | None
    is_news: bool


def timeline_of(project: "ProjectPage", entries: Iterable["ProjectEntry"]) -> list[Moment]:
    """News and entries in the order that the editor chose. One query for the news.

    News belong to the project in whichever language it was chosen, and are shown in the project's
    own.
    """
    # The news app stands beside this one: neither imports the other.
    article_page = apps.get_model("blog", "ArticlePage")
    news = (
        public(article_page.objects.live())
        .filter(
            locale_id=project.locale_id,
            projects__project__translation_key=project.translation_key,
        )
        .distinct()
    )
    moments = [
        *(Moment(entry.date, entry.title, entry.text, entry.link, False) for entry in entries),
        *(Moment(page.published_on, page.title, page.introduction, page, True) for page in news),
    ]
    newest_first = project.timeline_order == project.TimelineOrder.NEWEST_FIRST
    return sorted(moments, key=lambda moment: (moment.date, moment.title), reverse=newest_first)
