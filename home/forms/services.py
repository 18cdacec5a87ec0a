"""Taking entries, telling staff of them, and forgetting them when their time is over."""

import json
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.dispatch import Signal
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sosbca.core.encryption import digest

from ..models.form_entry import FormEntry

if TYPE_CHECKING:
    from ..models import FormPage

logger = logging.getLogger(__name__)

# Entries from one address in an hour: a family may share one, a program may not.
LIMIT_PER_ADDRESS = 8
PERIOD = timedelta(hours=1)
# More links than anybody writes who wants an answer.
LINKS_ALLOWED = 2
# A worker that told of an entry for longer than this has died.
TELLING_TAKES = timedelta(minutes=5)

# Sent inside the transaction that keeps an entry: `entry`.
entry_waiting = Signal()


class TooManyEntries(Exception):
    """The throttle: this address has sent too much in the last hour."""


@transaction.atomic
def take(
    page: "FormPage", answers: Mapping[str, Any], network: str, *, is_trapped: bool
) -> FormEntry:
    """Keep an entry, once, however often the same answers come from the same network on a day.

    What looks like spam is kept as well, because a program that fills in forms for people may have
    filled in the trap too. Nobody is told of it, except where a report of concern may be in it: of
    entries of confidential forms somebody is told always.

    Raise TooManyEntries when the throttle closes.
    """
    data = json.dumps(answers, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)
    today = timezone.localdate().isoformat()
    fingerprint = digest(f"{page.pk}|{today}|{network}|{data}", "form-entry")
    if found := FormEntry.objects.filter(fingerprint=fingerprint).first():
        return found
    address = digest(network, "form-address")
    recent = FormEntry.objects.filter(
        address_digest=address, submit_time__gte=timezone.now() - PERIOD
    )
    if recent.count() >= LIMIT_PER_ADDRESS:
        raise TooManyEntries
    try:
        with transaction.atomic():
            entry = FormEntry.objects.create(
                page=page,
                form_data=data,
                language=page.locale.language_code,
                fingerprint=fingerprint,
                address_digest=address,
                is_suspect=is_trapped or _has_many_links(answers),
                is_confidential=page.is_any_version_confidential(),
            )
    except IntegrityError:
        # The other one of a double click was faster.
        return FormEntry.objects.get(fingerprint=fingerprint)
    if entry.is_worth_telling:
        entry_waiting.send(FormEntry, entry=entry)
    return entry


def _has_many_links(answers: Mapping[str, Any]) -> bool:
    text = " ".join(str(value) for value in answers.values()).lower()
    return text.count("http://") + text.count("https://") > LINKS_ALLOWED


def waiting() -> list[int]:
    """Entries that nobody has been told of for longer than it takes."""
    entries = FormEntry.objects.filter(
        Q(is_suspect=False) | Q(is_confidential=True),
        notified_at=None,
        submit_time__lt=timezone.now() - TELLING_TAKES,
    )
    return list(entries.values_list("pk", flat=True)[:200])


def tell(entry_pk: int) -> None:
    """Send the notice about one entry, in the staff's language. Safe to repeat.

    The message has a fixed Message-ID: handed over twice, it is still the same message.
    """
    from ..models import FormPage

    entry = FormEntry.objects.filter(pk=entry_pk, notified_at=None).first()
    if entry is None:
        return
    page = FormPage.objects.get(pk=entry.page_id)
    recipients = [address.strip() for address in page.recipients.split(",") if address.strip()]
    if recipients:
        _message(page, entry, recipients).send()
    FormEntry.objects.filter(pk=entry.pk).update(notified_at=timezone.now())


def _message(page: "FormPage", entry: FormEntry, recipients: list[str]) -> EmailMessage:
    host = urlsplit(settings.SITE_URL).hostname
    address = settings.SITE_URL + reverse("wagtailforms:list_submissions", args=[page.pk])
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("%(form)s: a new entry, %(reference)s") % {
            "form": page.title,
            "reference": entry.shown_reference,
        }
        lines = [_("Something was sent through the form “%(form)s”.") % {"form": page.title}, ""]
        if not entry.is_confidential:
            lines += [*_answers(page, entry), ""]
        lines.append(_("Read it here: %(address)s") % {"address": address})
    return EmailMessage(
        subject,
        "\n".join(lines),
        to=recipients,
        headers={"Message-ID": f"<form-{entry.reference}@{host}>"},
    )


def _answers(page: "FormPage", entry: FormEntry) -> list[str]:
    data = entry.get_data()
    lines = []
    for name, label in page.get_data_fields():
        value = data.get(name)
        if name in {"submit_time", "reference", "is_suspect"} or value in (None, "", []):
            continue
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        lines.append(f"{label}: {shown}")
    return lines


def forget_old() -> int:
    """Delete the entries whose time is over; return how many they were."""
    from ..models import FormPage

    forgotten = 0
    for page in FormPage.objects.only("pk", "kept_months"):
        # 30.44 days are a month on average.
        before = timezone.now() - timedelta(days=page.kept_months * 30.44)
        count, _by_model = FormEntry.objects.filter(
            page_id=page.pk, submit_time__lt=before
        ).delete()
        forgotten += count
    if forgotten:
        logger.info("Deleted %d entries of forms whose time was over.", forgotten)
    return forgotten


def agree(page: "FormPage") -> None:
    """Give the form's versions in other languages what the published one says about entries: who
    is told, whether they are confidential, and how long they are kept. So none lags behind."""
    from ..models import FormPage

    versions = FormPage.objects.filter(translation_key=page.translation_key).exclude(pk=page.pk)
    versions.update(
        recipients=page.recipients,
        is_confidential=page.is_confidential,
        kept_months=page.kept_months,
    )
