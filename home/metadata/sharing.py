"""The picture that other sites show of a page."""

from dataclasses import dataclass

from django.contrib.staticfiles.storage import staticfiles_storage
from wagtail.models import Page

from sosbca.core.models import OrganisationSettings

from .addresses import absolute
from .social.cards import card_of
from .social.drawing import HEIGHT, WIDTH
from .social.pictures import chosen_picture, drawn_picture, rendition_of

# Shown until a page has one of its own.
EVERYBODYS = "img/og-default.png"


@dataclass(frozen=True, slots=True)
class SharedPicture:
    """Sizes in pixels; an absolute address."""

    address: str
    width: int
    height: int
    media_type: str
    alternative_text: str


def shared_picture(page: Page, organisation: OrganisationSettings | None) -> SharedPicture:
    """That which an editor chose; else the one drawn for the page; else everybody's.

    Two queries at most for a chosen picture, which the page needs as well, one while nothing has
    been drawn, and none for a drawn one.
    """
    if picture := chosen_picture(page):
        rendition = rendition_of(picture)
        if rendition is not None:
            return SharedPicture(
                address=absolute(rendition.url),
                width=rendition.width,
                height=rendition.height,
                media_type="image/jpeg",
                alternative_text=picture.default_alt_text,
            )
    if organisation:
        card = card_of(page, organisation.name(page.locale.language_code))
        if drawn := drawn_picture(page, card):
            return _drawn(drawn, card.title)
    return _drawn(staticfiles_storage.url(EVERYBODYS), organisation.name() if organisation else "")


def _drawn(address: str, words: str) -> SharedPicture:
    return SharedPicture(
        address=absolute(address),
        width=WIDTH,
        height=HEIGHT,
        media_type="image/png",
        alternative_text=words,
    )
