"""Lets donors into their own page: a link by e-mail that works once, and the visit it opens.

Whoever asks gets the same answer in the same time, whether or not the address is known: the
question is only recorded, and a task finds out whether there is anybody to write to. A key exists
only from the moment in which its message is written, and only its fingerprint is kept.
"""

import logging
import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation

from sosbca.core.client_address import network_of
from sosbca.core.encryption import digest

from ..models import AccessLink, Donor
from ..signals import access_asked
from . import mail
from .audit import record

logger = logging.getLogger(__name__)


class TooManyLinks(Exception):
    """The throttle: too many links were asked for, with this address or in all."""


# A message that could not be written within this time is not worth writing.
WRITTEN_WITHIN = timedelta(hours=6)
# 256 bits: can't be guessed.
KEY_BYTES = 32


def normalised(email: str) -> str:
    """The one form in which addresses are compared and written to.

    A message goes to this form and never to what was typed, so that letters which only look like
    others can't lead somebody else's gifts to a stranger.
    """
    return email.strip().lower()


def donors_of(email: str) -> list[Donor]:
    """Everybody who gives with this address. Merged duplicates are left out: what they had is
    another donor's now, whose own address opens the page."""
    address = normalised(email)
    found = Donor.objects.filter(email__iexact=address, merged_into=None, erased_at=None)
    return [donor for donor in found.order_by("pk") if normalised(donor.email) == address]


@transaction.atomic
def ask_for_link(email: str, language: str, address: str) -> None:
    """Ask that a link is sent to an e-mail address, from a network address.

    Nothing tells whether a message will be sent: neither an error nor the time it takes. Too many
    questions in a short time are dropped (ACCESS_LIMIT_*).
    """
    with suppress(TooManyLinks):
        _ask(email, language, address)


@transaction.atomic
def ask_to_confirm(donor: Donor, email: str, language: str, address: str) -> None:
    """Ask that a link is sent to the address that is to be the donor's: whoever reads its mailbox
    confirms it, see `new_address`. The last one asked for counts.

    Nothing tells whether somebody gives with that address. Raise TooManyLinks.
    """
    end_changes(donor)
    locked = Donor.objects.select_for_update(of=("self",)).get(pk=donor.pk)
    if locked.merged_into_id or locked.erased_at:
        return
    _ask(email, language, address, locked)
    record(locked, "donor.address_asked")


def changes_of(donors: Iterable[Donor]) -> dict[int, str]:
    """The new addresses that wait to be confirmed, by the donor."""
    links = AccessLink.objects.filter(donor__in=[donor.pk for donor in donors])
    fresh = links.filter(used_at=None, ended_at=None, expires_at__gt=timezone.now())
    return {link.donor_id: link.email for link in fresh.order_by("pk") if link.donor_id}


def _ask(email: str, language: str, address: str, donor: Donor | None = None) -> None:
    link = AccessLink(
        email=normalised(email),
        email_digest=email_digest(email),
        address_digest=digest(network_of(address), "visitor-address"),
        language=language,
        donor=donor,
        expires_at=timezone.now() + WRITTEN_WITHIN,
    )
    if _is_too_much(link):
        raise TooManyLinks
    link.save()
    access_asked.send(AccessLink, link=link)


@transaction.atomic
def send_link(link_pk: int) -> None:
    """Make the key and promise its message, if a donor has this address or is to have it. Safe to
    repeat."""
    link = AccessLink.objects.select_for_update().filter(pk=link_pk, token_digest=None).first()
    now = timezone.now()
    if link is None or link.ended_at or link.expires_at < now:
        return
    if link.donor_id is None and not donors_of(link.email):
        return
    token = secrets.token_urlsafe(KEY_BYTES)
    link.token_digest = _token_digest(token)
    link.expires_at = now + timedelta(minutes=settings.ACCESS_LINK_MINUTES)
    link.save(update_fields=["token_digest", "expires_at"])
    with translation.override(link.language):
        path = reverse("donations:my-giving-open", args=[token])
    mail.promise(
        "new_address" if link.donor_id else "access",
        f"access-{link.pk}",
        recipient=link.email,
        facts={
            "url": settings.SITE_URL + path,
            "minutes": settings.ACCESS_LINK_MINUTES,
            "language": link.language,
        },
    )


def look(token: str) -> AccessLink | None:
    """The link, while it still works. Looking at it changes nothing: programs that check links in
    messages do."""
    link = AccessLink.objects.filter(token_digest=_token_digest(token)).first()
    return link if link is not None and _is_fresh(link) else None


@transaction.atomic
def open_link(token: str) -> str | None:
    """Use a link up and begin a visit; return the visit's key, or None when the link is unknown,
    used or too old."""
    link = claim(token)
    if link is None or link.donor_id or not donors_of(link.email):
        return None
    key = use(link)
    note_opening(link.email)
    return key


def claim(token: str) -> AccessLink | None:
    """The link, locked, while it still works."""
    links = AccessLink.objects.select_for_update()
    link = links.filter(token_digest=_token_digest(token)).first()
    return link if link is not None and _is_fresh(link) else None


def use(link: AccessLink) -> str:
    """Use a locked link up; return the key of the visit that it opens."""
    key = secrets.token_urlsafe(KEY_BYTES)
    link.used_at = timezone.now()
    link.session_digest = _visit_digest(key)
    link.save(update_fields=["used_at", "session_digest"])
    return key


def note_opening(email: str) -> None:
    for donor in donors_of(email):
        record(donor, "donor.page_opened")


def visit(key: str) -> AccessLink | None:
    """The link whose visit this key belongs to, unless the visit was ended or is a long one."""
    since = timezone.now() - timedelta(hours=settings.ACCESS_VISIT_HOURS)
    visits = AccessLink.objects.filter(ended_at=None, used_at__gt=since)
    return visits.filter(session_digest=_visit_digest(key)).first()


def end(link: AccessLink) -> None:
    """Log out: the visit's cookie is worth nothing from now on."""
    AccessLink.objects.filter(pk=link.pk, ended_at=None).update(ended_at=timezone.now())


@transaction.atomic
def end_everywhere(email: str) -> None:
    """End all visits with this address, and spoil the links that nobody has used yet: those to
    another address as well that was to take its place."""
    donors = donors_of(email)
    theirs = Q(email_digest=email_digest(email)) | Q(donor__in=donors, used_at=None)
    AccessLink.objects.filter(theirs, ended_at=None).update(ended_at=timezone.now())
    for donor in donors:
        record(donor, "donor.pages_closed")


def end_changes(donor: Donor) -> None:
    """Spoil the links that would give the donor another address."""
    links = AccessLink.objects.filter(donor=donor, used_at=None, ended_at=None)
    links.update(ended_at=timezone.now())


def forget(email: str) -> None:
    """Remove every trace of visits with this address."""
    AccessLink.objects.filter(email_digest=email_digest(email)).delete()


def forget_changes(donors: Iterable[int]) -> None:
    """Remove what these donors wished to be their address."""
    AccessLink.objects.filter(donor__in=donors).delete()


def _is_fresh(link: AccessLink) -> bool:
    return link.used_at is None and link.ended_at is None and link.expires_at > timezone.now()


def _is_too_much(link: AccessLink) -> bool:
    asked = AccessLink.objects.all()
    # Of either kind: whoever wishes for somebody's address must not keep them from their own page.
    alike = asked.filter(donor__isnull=link.donor is None)
    for links, (limit, period) in (
        (alike.filter(email_digest=link.email_digest), settings.ACCESS_LIMIT_PER_EMAIL),
        (asked.filter(address_digest=link.address_digest), settings.ACCESS_LIMIT_PER_ADDRESS),
        (asked, settings.ACCESS_LIMIT_GLOBAL),
    ):
        since = timezone.now() - timedelta(seconds=period)
        if links.filter(created_at__gte=since).count() >= limit:
            if links is asked:
                logger.error("The limit of access links in all is reached: donors are kept out.")
            return True
    return False


def email_digest(email: str) -> str:
    return digest(normalised(email), "access-email")


def _token_digest(token: str) -> str:
    return digest(token, "access-token")


def _visit_digest(key: str) -> str:
    return digest(key, "access-visit")
