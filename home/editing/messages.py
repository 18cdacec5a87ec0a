"""What editors are told by mail of pictures without consent.

Promised in the transaction that makes it necessary, and sent by a task, one message for each
editor: a mail server that refuses one address, or is away, holds up nothing else.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.dispatch import Signal
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from wagtail.models import Page
from wagtail.users.models import UserProfile

from sosbca.core.consent import PictureWithoutConsentError
from sosbca.core.models import CustomImage

from .usage import Use, uses_of

EDITORS = "Communications"

# Sent inside the transaction that makes a message necessary, with `user_pk`, `key` (the message's
# own, the same however often it is handed over) and the ids of what it tells of:
# `gone_pks` and `soon_pks` (pictures).
consents_waiting = Signal()
# `page_pk` and `picture_pks`.
refusal_waiting = Signal()


def editors() -> Any:
    """Communications staff who can be written to."""
    users = get_user_model().objects.filter(groups__name=EDITORS, is_active=True)
    return users.exclude(email="").order_by("pk")


def promise_consents(gone: Iterable[CustomImage], soon: Iterable[CustomImage]) -> None:
    """Tell editors of pictures that have lost, and will soon lose, their consent."""
    gone_pks, soon_pks = [each.pk for each in gone], [each.pk for each in soon]
    for user in editors():
        consents_waiting.send(
            CustomImage, user_pk=user.pk, key=_key(), gone_pks=gone_pks, soon_pks=soon_pks
        )


def promise_refusal(page: Page, refusal: PictureWithoutConsentError) -> None:
    """Tell editors that a page did not go live at its time."""
    picture_pks = [picture.pk for picture in refusal.pictures]
    for user in editors():
        refusal_waiting.send(
            type(page), user_pk=user.pk, key=_key(), page_pk=page.pk, picture_pks=picture_pks
        )


def send_consents(user_pk: int, key: str, gone_pks: Sequence[int], soon_pks: Sequence[int]) -> None:
    """Nothing when the editor or all the pictures are gone by now."""
    user = editors().filter(pk=user_pk).first()
    gone, soon = _pictures(gone_pks), _pictures(soon_pks)
    if user is None or not (gone or soon):
        return
    uses = uses_of([*gone, *soon])
    with translation.override(UserProfile.get_for_user(user).get_preferred_language()):
        body = render_to_string(
            "home/editing/mail/consents.txt",
            {
                "gone": [_line(picture, uses) for picture in gone],
                "soon": [_line(picture, uses) for picture in soon],
            },
        )
        subject = gettext("Pictures of children: consents that run out")
    _send(user.email, subject, body, key)


def send_refusal(user_pk: int, key: str, page_pk: int, picture_pks: Sequence[int]) -> None:
    """Nothing when the editor or the page is gone by now."""
    user = editors().filter(pk=user_pk).first()
    page = Page.objects.filter(pk=page_pk).first()
    if user is None or page is None:
        return
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    with translation.override(UserProfile.get_for_user(user).get_preferred_language()):
        body = render_to_string(
            "home/editing/mail/refused_schedule.txt",
            {
                "page": page,
                "reason": str(PictureWithoutConsentError(page, _pictures(picture_pks))),
                "url": f"{settings.WAGTAILADMIN_BASE_URL}{address}",
            },
        )
        subject = gettext("Not published: %(title)s") % {"title": page.title}
    _send(user.email, subject, body, key)


def _key() -> str:
    return uuid4().hex


def _pictures(pks: Sequence[int]) -> list[CustomImage]:
    found = CustomImage.objects.filter(pk__in=pks)
    return list(found.order_by("consent_until", "title", "pk"))


def _line(picture: CustomImage, uses: dict[str, list[Use]]) -> dict[str, object]:
    address = reverse("wagtailimages:edit", args=[picture.pk])
    return {
        "picture": picture,
        "url": f"{settings.WAGTAILADMIN_BASE_URL}{address}",
        "uses": uses.get(str(picture.pk), []),
    }


def _send(address: str, subject: str, body: str, key: str) -> None:
    host = urlsplit(settings.SITE_URL).hostname
    headers = {"Auto-Submitted": "auto-generated", "Message-ID": f"<consents-{key}@{host}>"}
    EmailMessage(" ".join(subject.split()), body, to=[address], headers=headers).send()
