"""Making, finding and removing the pictures that are drawn for pages."""

import logging
from collections.abc import Iterator
from datetime import timedelta

from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from wagtail.images.models import AbstractRendition, Filter
from wagtail.models import Page, get_page_models

from home.models import SocialImage
from sosbca.core.fields import BlockField
from sosbca.core.images import CustomImage, CustomRendition
from sosbca.core.models import BasePage, OrganisationSettings
from sosbca.core.page_cache import UNREMEMBERED, Group, changed

from .cards import Card, card_of
from .drawing import draw

logger = logging.getLogger(__name__)

FOLDER = "social"
# How the picture that an editor chose is cut.
CUT = "fill-1200x630|bgcolor-ffffff|format-jpeg"
# How long a process remembers that a picture exists. Seconds.
REMEMBERED = 24 * 60 * 60
# A file that belongs to no page may belong to one in a moment.
ABANDONED_AFTER = timedelta(hours=1)


# --- For pages being shown -----------------------------------------------------------------------


def chosen_picture(page: Page) -> CustomImage | None:
    """The picture that an editor chose, if it may be shown to everybody and is made of pixels."""
    picture: CustomImage | None = getattr(page, "picture", None)
    if picture is None or not picture.may_be_shown or picture.is_svg():  # type: ignore[no-untyped-call]
        return None
    return picture


def rendition_of(picture: CustomImage) -> AbstractRendition | None:
    """The picture as it is shared, if it has been made."""
    try:
        return picture.find_existing_rendition(Filter(spec=CUT))
    except CustomRendition.DoesNotExist:
        return None


def drawn_picture(page: Page, card: Card) -> str:
    """The address of the page's drawn picture, or nothing while there is none that fits.

    One query until it is there, and none later: what bears this name stays as it is.
    """
    name = file_name(page, card)
    key = _key(name)
    if not cache.get(key):
        if not SocialImage.objects.filter(page_id=page.pk, digest=card.digest).exists():
            return ""
        cache.set(key, 1, REMEMBERED)
    return default_storage.url(name)


def file_name(page: Page, card: Card) -> str:
    return f"{FOLDER}/{page.translation_key}-{card.language}-{card.digest}.png"


def _key(name: str) -> str:
    return f"home.{name.replace('/', '.')}"


# --- For tasks -----------------------------------------------------------------------------------


def refresh(page_pk: int) -> bool:
    """Make the picture that other sites show of a page, if it needs one. Whether anything was
    made or removed. May run twice, and at the same time."""
    page = Page.objects.live().public().filter(pk=page_pk).specific().first()
    if not isinstance(page, BasePage):
        return discard(page_pk)
    if picture := chosen_picture(page):
        is_new = rendition_of(picture) is None
        if is_new:
            picture.get_rendition(CUT)
            changed(Group.CONTENT, UNREMEMBERED)
        return discard(page_pk) or is_new
    card = card_of(page, _organisation_name(page))
    name = file_name(page, card)
    # A later publication may have drawn another title meanwhile: what is recorded last is right.
    if _is_recorded(page_pk, card) and default_storage.exists(name):
        return False
    if not default_storage.exists(name):
        saved = default_storage.save(name, ContentFile(draw(card)))
        if saved != name:
            # Somebody else was faster, with the same picture.
            default_storage.delete(saved)
    _record(page_pk, card, name)
    return True


def discard(page_pk: int) -> bool:
    """Remove the picture of a page. Whether there was one."""
    with transaction.atomic():
        images = list(SocialImage.objects.select_for_update().filter(page_id=page_pk))
        for image in images:
            # The file goes with the record (see receivers).
            image.delete()
            changed(Group.CONTENT, UNREMEMBERED)
    return bool(images)


def forget_file(name: str) -> None:
    """Remove a file that no page shows any more, once that is certain."""

    def remove() -> None:
        cache.delete(_key(name))
        default_storage.delete(name)

    transaction.on_commit(remove)


def _record(page_pk: int, card: Card, name: str) -> None:
    with transaction.atomic():
        earlier = SocialImage.objects.select_for_update().filter(page_id=page_pk).first()
        SocialImage.objects.update_or_create(
            page_id=page_pk, defaults={"digest": card.digest, "file": name}
        )
        if earlier and earlier.file.name != name:
            forget_file(str(earlier.file.name))
        changed(Group.CONTENT, UNREMEMBERED)


def _is_recorded(page_pk: int, card: Card) -> bool:
    return SocialImage.objects.filter(page_id=page_pk, digest=card.digest).exists()


def _organisation_name(page: Page) -> str:
    return OrganisationSettings.current().name(page.locale.language_code)


# --- Now and then --------------------------------------------------------------------------------


def outdated() -> list[int]:
    """Pages whose picture is missing, is not right any more, or should not be there.

    A few queries for each page type, however many pages there are.
    """
    recorded = dict(SocialImage.objects.values_list("page_id", "digest"))
    organisation = OrganisationSettings.current()
    cut = set(CustomRendition.objects.filter(filter_spec=CUT).values_list("image_id", flat=True))
    found = []
    for page in _public_pages():
        digest = recorded.pop(page.pk, None)
        if picture := chosen_picture(page):
            if digest or picture.pk not in cut:
                found.append(page.pk)
        elif digest != card_of(page, organisation.name(page.locale.language_code)).digest:
            found.append(page.pk)
    return [*found, *recorded]


def _public_pages() -> Iterator[BasePage]:
    for model in get_page_models():
        if not issubclass(model, BasePage):
            continue
        bodies = [field.name for field in model._meta.fields if isinstance(field, BlockField)]
        pages = model.objects.live().public().defer(*bodies).select_related("locale", "picture")
        yield from pages.iterator(chunk_size=500)


def sweep() -> int:
    """Remove files that belong to no page, such as those of killed workers. Returns how many."""
    if not default_storage.exists(FOLDER):
        return 0
    names = {f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]}
    unknown = names - set(SocialImage.objects.values_list("file", flat=True))
    count = 0
    for name in unknown:
        if default_storage.get_modified_time(name) < timezone.now() - ABANDONED_AFTER:
            default_storage.delete(name)
            count += 1
    return count
