"""Whom of the staff a message goes to, and in which language."""

from collections.abc import Iterable
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import get_supported_language_variant
from wagtail.users.models import UserProfile

from sosbca.users.models import User

from ..models import SupportCentre


class Reader(NamedTuple):
    """Whom to write to, and in which language. `key` tells readers apart for ever."""

    key: str
    email: str
    language: str


def of(people: Iterable[User]) -> list[Reader]:
    """Those of the staff who have an address."""
    known = sorted((user for user in people if user.email), key=lambda user: user.pk)
    return [Reader(f"user-{user.pk}", user.email, _language_of(user)) for user in known]


def centre_itself(centre: SupportCentre) -> Reader:
    """The address that a centre has set for announcements."""
    return Reader(f"centre-{centre.pk}", centre.notify_email, settings.LANGUAGE_CODE)


def of_centre(centre: SupportCentre) -> list[Reader]:
    """The centre's own address, or its staff when it has none."""
    if centre.notify_email:
        return [centre_itself(centre)]
    return of(centre.staff.filter(is_active=True))


def _language_of(user: User) -> str:
    """The language in which somebody uses the admin."""
    profile = UserProfile.objects.filter(user=user).first()
    preferred = profile.preferred_language if profile else ""
    return get_supported_language_variant(preferred or settings.LANGUAGE_CODE)
