"""What is to be seen on the picture that stands for a page."""

from dataclasses import astuple, dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from django.contrib.staticfiles import finders
from django.utils import timezone
from wagtail.models import Page

from blog.models import ArticlePage, NewsIndexPage
from home.models import (
    EventIndexPage,
    EventPage,
    HomePage,
    PlaceIndexPage,
    PlacePage,
    PublicationIndexPage,
    PublicationPage,
    ServiceIndexPage,
    ServicePage,
)
from projects.models import ProjectIndexPage, ProjectPage
from sosbca.core.illustrations import DEFAULT, ILLUSTRATIONS
from sosbca.core.text import format_date

TEMPLATE: Final = Path(__file__).parent / "card.typ"
CLOUDS: Final = "img/clouds.svg"
MARK: Final = "img/logo-mark.svg"
# Drawings of pages for which nobody has chosen one.
USUAL: Final[dict[type[Page], str]] = {
    ArticlePage: "news",
    NewsIndexPage: "news",
    EventPage: "event",
    EventIndexPage: "event",
    PlacePage: "place-village",
    PlaceIndexPage: "place-village",
    ProjectPage: "clouds",
    ProjectIndexPage: "clouds",
    PublicationPage: "bird",
    PublicationIndexPage: "bird",
    ServicePage: "service-family",
    ServiceIndexPage: "service-family",
}


@dataclass(frozen=True, slots=True)
class Card:
    """All text is final. `drawing` names one of the illustrations."""

    language: str
    organisation: str
    title: str
    detail: str
    drawing: str

    @property
    def digest(self) -> str:
        """The same for as long as the picture would look the same."""
        seen = repr((*astuple(self), _look(self.drawing)))
        return blake2b(seen.encode(), digest_size=10).hexdigest()


def card_of(page: Page, organisation: str) -> Card:
    """The card of a page in its own language; `organisation` is the name in that language."""
    language = page.locale.language_code
    chosen = getattr(page, "illustration", "")
    return Card(
        language=language,
        organisation=organisation,
        title=page.hero_heading if isinstance(page, HomePage) else page.title,
        detail=_detail(page, language),
        drawing=chosen if chosen in ILLUSTRATIONS else USUAL.get(type(page), DEFAULT),
    )


def _detail(page: Page, language: str) -> str:
    """The line at the foot: the day of news, day and town of an event."""
    if isinstance(page, ArticlePage):
        return format_date(page.published_on, language)
    if isinstance(page, EventPage):
        day = format_date(timezone.localdate(page.starts_at), language)
        return f"{day} · {page.located.name}" if page.located else day
    return ""


def static_file(name: str) -> Path:
    """A file of ours below `static/`."""
    found = finders.find(name)
    if not found:
        raise FileNotFoundError(name)
    return Path(found)


@cache
def _look(drawing: str) -> str:
    """A digest of the files that a card is made of: a new hand redraws all pictures."""
    file, _words = ILLUSTRATIONS[drawing]
    digest = blake2b(TEMPLATE.read_bytes(), digest_size=10)
    for name in (CLOUDS, MARK, file):
        digest.update(static_file(name).read_bytes())
    return digest.hexdigest()
