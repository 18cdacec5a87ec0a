"""Pictures of children whose consent runs out: who is told, and what becomes of the files."""

import datetime
import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from wagtail.models import Page
from wagtail.users.models import UserProfile

from home.metadata.tasks import refresh_picture
from home.models import ConsentNotice
from sosbca.core.consent import PictureWithoutConsentError, without_consent
from sosbca.core.models import CustomImage
from sosbca.core.page_cache import Group, changed

from .usage import Use, uses_of

logger = logging.getLogger(__name__)

# Time to ask the guardians again.
WARNING = timedelta(days=30)
EDITORS = "Communications"
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
            # What is written here is forgotten when the mail server refuses: tomorrow tries again.
            _tell(new_gone, new_soon)
    return len(new_gone) + len(new_soon)


def withdraw_files(picture: CustomImage) -> None:
    """Delete every size of the picture that was made; its own file stays with the library."""
    for rendition in picture.renditions.all():
        # At once: Wagtail leaves it to a task, and the address may be known to others.
        rendition.file.delete(save=False)
        rendition.delete()


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


def _tell(gone: Sequence[CustomImage], soon: Sequence[CustomImage]) -> None:
    uses = uses_of([*gone, *soon])
    for user in editors():
        with translation.override(UserProfile.get_for_user(user).get_preferred_language()):
            body = render_to_string(
                "home/editing/mail/consents.txt",
                {
                    "gone": [_line(picture, uses) for picture in gone],
                    "soon": [_line(picture, uses) for picture in soon],
                },
            )
            subject = gettext("Pictures of children: consents that run out")
            _send(user.email, subject, body)


def _line(picture: CustomImage, uses: dict[str, list[Use]]) -> dict[str, object]:
    address = reverse("wagtailimages:edit", args=[picture.pk])
    return {
        "picture": picture,
        "url": f"{settings.WAGTAILADMIN_BASE_URL}{address}",
        "uses": uses.get(str(picture.pk), []),
    }


def tell_of_refused_schedule(page: Page, refusal: PictureWithoutConsentError) -> None:
    """Tell editors that a page did not go live at its time."""
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    for user in editors():
        with translation.override(UserProfile.get_for_user(user).get_preferred_language()):
            body = render_to_string(
                "home/editing/mail/refused_schedule.txt",
                {
                    "page": page,
                    "reason": str(refusal),
                    "url": f"{settings.WAGTAILADMIN_BASE_URL}{address}",
                },
            )
            subject = gettext("Not published: %(title)s") % {"title": page.title}
            _send(user.email, subject, body)


def editors() -> list[Any]:
    """Communications staff who can be written to."""
    users = get_user_model().objects.filter(groups__name=EDITORS, is_active=True)
    return list(users.exclude(email="").order_by("pk"))


def _send(address: str, subject: str, body: str) -> None:
    message = EmailMessage(
        " ".join(subject.split()), body, to=[address], headers={"Auto-Submitted": "auto-generated"}
    )
    message.send()
