"""Answers that were not sent yet: kept on the server, found by a key that only the visitor has.

Only fingerprints of keys are kept. A link by e-mail opens the draft in another browser, once; from
then on no other one can open it, see `open_link`. Drafts go by themselves: see `forget_expired`.
"""

import json
import logging
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation

from sosbca.core.client_address import network_of
from sosbca.core.encryption import Unreadable, digest

from ..models import DraftAccess, EnquiryDraft
from ..models.choices import Source
from . import mail

logger = logging.getLogger(__name__)

# 256 bits: can't be guessed.
KEY_BYTES = 32

type Answers = dict[str, Any]


class TooMany(Exception):
    """The throttle: too much came from this network, or to this address, in the last hour."""


class Gone(Exception):
    """The draft was erased meanwhile, in another window or on another device, or can't be read."""


@transaction.atomic
def begin(
    language: str, address: str, answers: Mapping[str, Any], source: Source = Source.UNKNOWN
) -> tuple[EnquiryDraft, str]:
    """Begin a draft with the first answers; return it with its key. `source` led to it.

    Raise TooMany when this network (or everybody) began too many (ENQUIRY_LIMIT_*).
    """
    network = digest(network_of(address), "enquiry-address")
    drafts = EnquiryDraft.objects.all()
    check_limit(drafts.filter(address_digest=network), settings.ENQUIRY_LIMIT_DRAFTS)
    check_limit(drafts, settings.ENQUIRY_LIMIT_GLOBAL)
    draft = EnquiryDraft.objects.create(
        language=language,
        answers=json.dumps(answers, ensure_ascii=False),
        source=source,
        address_digest=network,
        expires_at=_end(),
    )
    key = secrets.token_urlsafe(KEY_BYTES)
    DraftAccess.objects.create(draft=draft, key_digest=_key_digest(key))
    return draft, key


def find(key: str) -> EnquiryDraft | None:
    """The draft of a key; None when there is none, its time is over, or it can't be read."""
    drafts = EnquiryDraft.objects.select_related("enquiry")
    found = drafts.filter(
        accesses__key_digest=_key_digest(key), expires_at__gt=timezone.now()
    ).first()
    return None if found and isinstance(found.answers, Unreadable) else found


def answers_of(draft: EnquiryDraft) -> Answers:
    """What was answered so far, by the names of the questions. Raise Gone when no key opens it."""
    if isinstance(draft.answers, Unreadable):
        raise Gone
    found: Answers = json.loads(draft.answers) if draft.answers else {}
    return found


def version_of(draft: EnquiryDraft) -> str:
    """Changes with the answers: tells whether what somebody saw is what would be sent."""
    return digest(draft.answers or "", "enquiry-answers")


@transaction.atomic
def save(draft_pk: int, answers: Mapping[str, Any], language: str) -> None:
    """Add to a draft; its time begins anew. What was sent already stays as it is. Raise Gone."""
    draft = locked(draft_pk)
    if draft.enquiry_id:
        return
    draft.answers = json.dumps({**answers_of(draft), **answers}, ensure_ascii=False)
    draft.language = language
    draft.expires_at = _end()
    draft.save(update_fields=["answers", "language", "expires_at"])


@transaction.atomic
def send_link(draft: EnquiryDraft, email: str, address: str) -> None:
    """Promise a message with a link to the draft. It works once, as long as the draft is kept.

    Raise TooMany when too many went to this address or were asked for from this network, and Gone.
    """
    draft = locked(draft.pk)
    network = digest(network_of(address), "enquiry-address")
    target = digest(email.strip().lower(), "enquiry-email")
    links = DraftAccess.objects.exclude(token_digest=None)
    check_limit(links.filter(email_digest=target), settings.ENQUIRY_LIMIT_LINKS)
    check_limit(links.filter(address_digest=network), settings.ENQUIRY_LIMIT_DRAFTS)
    token = secrets.token_urlsafe(KEY_BYTES)
    link = DraftAccess.objects.create(
        draft=draft,
        token_digest=_token_digest(token),
        email_digest=target,
        address_digest=network,
    )
    EnquiryDraft.objects.filter(pk=draft.pk).update(expires_at=_end())
    with translation.override(draft.language):
        path = reverse("fostering:enquiry-open", args=[token])
    mail.promise(
        "enquiry_link",
        _link_name(link.pk),
        language=draft.language,
        recipient=email,
        facts={"url": settings.SITE_URL + path, "days": settings.ENQUIRY_DRAFT_DAYS},
    )


def can_be_opened(token: str) -> bool:
    """Whether a link still works. Looking changes nothing: programs that check links look too."""
    return _unused(token).exists()


@transaction.atomic
def open_link(token: str) -> str | None:
    """Use a link up; return a key of the draft, or None when the link is unknown, used or old.

    Every other way to the draft ends: whoever began it and passed the link on could otherwise read
    what somebody else adds.
    """
    link = _unused(token).select_for_update(of=("self",)).first()
    if link is None:
        return None
    key = secrets.token_urlsafe(KEY_BYTES)
    link.key_digest = _key_digest(key)
    link.save(update_fields=["key_digest"])
    DraftAccess.objects.filter(draft=link.draft_id).exclude(pk=link.pk).delete()
    return key


def locked(draft_pk: int) -> EnquiryDraft:
    """The draft for a change; to be called in its transaction. Raise Gone."""
    # Alone: who waits for the lock would read an enquiry that was joined to it as of before.
    draft = EnquiryDraft.objects.select_for_update().filter(pk=draft_pk).first()
    if draft is None:
        raise Gone
    return draft


def discard(draft: EnquiryDraft) -> bool:
    """Forget a draft at the visitor's wish, with every way to it; return False when it was sent
    meanwhile, which stays."""
    delete(EnquiryDraft.objects.filter(pk=draft.pk, enquiry=None))
    return not EnquiryDraft.objects.filter(pk=draft.pk).exists()


@transaction.atomic
def delete(drafts: QuerySet[EnquiryDraft]) -> int:
    """Delete drafts with every way to them; return how many they were. Messages with a link find
    nobody to go to any more, and are withdrawn by themselves.

    They are locked first: one that is sent or added to at the same moment no longer fits the
    query and stays.
    """
    keys = [draft.pk for draft in drafts.select_for_update().only("pk").order_by("pk")]
    links = DraftAccess.objects.filter(draft__in=keys).exclude(token_digest=None)
    names = [_link_name(pk) for pk in links.values_list("pk", flat=True)]
    mail.forget(names)
    EnquiryDraft.objects.filter(pk__in=keys).delete()
    return len(keys)


def forget_expired() -> int:
    """Delete the drafts whose time is over; return how many they were. Safe to repeat."""
    count = delete(EnquiryDraft.objects.filter(expires_at__lt=timezone.now()))
    if count:
        logger.info("Deleted %d drafts of enquiries whose time was over.", count)
    return count


def check_limit(rows: "QuerySet[Any]", limit: tuple[int, int], moment: str = "created_at") -> None:
    """Raise TooMany when there are as many rows within the period (seconds) as the limit says."""
    number, period = limit
    since = timezone.now() - timedelta(seconds=period)
    if rows.filter(**{f"{moment}__gte": since}).count() >= number:
        raise TooMany


def _link_name(link_pk: int) -> str:
    """What the message with a link is known by."""
    return f"enquiry-link-{link_pk}"


def _unused(token: str) -> QuerySet[DraftAccess]:
    return DraftAccess.objects.filter(
        token_digest=_token_digest(token), key_digest=None, draft__expires_at__gt=timezone.now()
    )


def _end() -> datetime:
    return timezone.now() + timedelta(days=settings.ENQUIRY_DRAFT_DAYS)


def _key_digest(key: str) -> str:
    return digest(key, "enquiry-key")


def _token_digest(token: str) -> str:
    return digest(token, "enquiry-token")
