"""Pictures of children whose consent runs out: who is told, and what becomes of the files."""

import datetime
import logging
import secrets
from collections.abc import Sequence
from datetime import timedelta
from pathlib import PurePosixPath

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from home.metadata.tasks import refresh_picture
from home.models import ConsentNotice
from sosbca.core.consent import without_consent
from sosbca.core.models import CustomImage
from sosbca.core.page_cache import Group, changed

from . import messages
from .usage import uses_of

logger = logging.getLogger(__name__)

# Time to ask the guardians again.
WARNING = timedelta(days=30)
# How the file of a picture without consent is called; what follows can't be guessed.
WITHDRAWN = "withdrawn-"
# Stands for “no date” where one must be given.
NEVER = datetime.date.min


def expired(day: datetime.date) -> QuerySet[CustomImage]:
    return without_consent(day).order_by("consent_until", "title", "pk")


def expiring(day: datetime.date) -> QuerySet[CustomImage]:
    """Pictures whose consent holds on that day, but not for long."""
    found = CustomImage.objects.filter(
        shows_children=True, consent_until__gte=day, consent_until__lt=day + WARNING
    )
    return found.order_by("consent_until", "title", "pk")


def look_after(day: datetime.date | None = None) -> int:
    """Take the files of pictures without consent from the site, and tell editors what is new.

    Safe to repeat: each editor hears once of a picture that is about to lose its consent, and once
    when it has. Returns how many pictures were new.
    """
    day = day or timezone.localdate()
    gone, soon = list(expired(day)), list(expiring(day))
    for picture in gone:
        withdraw_files(picture)
    with transaction.atomic():
        new_gone = _untold(gone, ConsentNotice.Kind.EXPIRED)
        new_soon = _untold(soon, ConsentNotice.Kind.SOON)
        if new_gone:
            # Pages have stopped showing them; those that were kept must be made anew.
            changed(Group.CONTENT)
            _draw_in_their_place(new_gone)
        if new_gone or new_soon:
            messages.promise_consents(new_gone, new_soon)
    return len(new_gone) + len(new_soon)


def withdraw_files(picture: CustomImage) -> None:
    """Delete every size of the picture that was made, and hide its own file, which stays with the
    library, behind a name that nobody knows."""
    # The sizes are called after the file, and are public: with them its name became known.
    is_known = not PurePosixPath(str(picture.file.name)).name.startswith(WITHDRAWN)
    for rendition in picture.renditions.all():
        is_known = True
        # At once: Wagtail leaves it to a task, and the address may be known to others.
        rendition.file.storage.delete(str(rendition.file.name))
        rendition.delete()
    if is_known:
        try:
            _hide(picture)
        except OSError:
            # The other pictures are not to wait for this one; tomorrow tries again.
            logger.exception("The file of picture %s could not be renamed", picture.pk)


def _hide(picture: CustomImage) -> None:
    """Give the picture's file another name, in any storage: by a copy, and deleting the old one."""
    storage, old = picture.file.storage, str(picture.file.name)
    name = f"{WITHDRAWN}{secrets.token_hex(16)}{PurePosixPath(old).suffix}"
    with storage.open(old) as content:
        new = storage.save(picture.file.field.generate_filename(picture, name), content)
    superfluous = new
    try:
        with transaction.atomic():
            # Nothing when an editor has put another file in its place meanwhile.
            if CustomImage.objects.filter(pk=picture.pk, file=old).update(file=new):
                transaction.on_commit(lambda: storage.delete(old))
                superfluous = ""
                picture.file.name = new
    except Exception:
        if superfluous:
            storage.delete(superfluous)
        raise
    if superfluous:
        storage.delete(superfluous)


def _draw_in_their_place(pictures: Sequence[CustomImage]) -> None:
    """What social networks show of the pages is no longer cut from these pictures."""
    used = (use for uses in uses_of(pictures).values() for use in uses if use.page)
    for page_pk in {use.page.pk for use in used if use.page}:
        refresh_picture.enqueue(page_pk)


def _untold(pictures: Sequence[CustomImage], kind: str) -> list[CustomImage]:
    """Those that nobody has been told of; from now on somebody has."""
    new = []
    for picture in pictures:
        _notice, is_new = ConsentNotice.objects.get_or_create(
            picture=picture, kind=kind, consent_until=picture.consent_until or NEVER
        )
        if is_new:
            new.append(picture)
    return new
