"""Forgets what is no longer needed.

The two long periods are set by law, see `kept`. The short ones are the association's own choice
under Regulation (EU) 2016/679, Article 5(1)(e): no longer than is necessary.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from ..dates import months_later
from ..models import (
    AccessLink,
    CheckoutAttempt,
    Donation,
    Donor,
    OutgoingMail,
    Pledge,
    PledgeWish,
    Receipt,
    Statement,
    TransferIntention,
    Tribute,
)
from . import erasure
from .audit import record

logger = logging.getLogger(__name__)

# Rows in one transaction: others are not kept waiting.
BATCH = 200


def run() -> dict[str, int]:
    """Forget everything whose time is over; return how much of what. Safe to repeat and to run
    twice at once: what is gone is gone."""
    steps: dict[str, Callable[[], int]] = {
        "access_links": forget_access_links,
        "attempts": forget_attempts,
        "transfers": forget_transfers,
        "donors_without_gift": forget_donors_without_gift,
        "messages": forget_messages,
        "unsent_mail": forget_unsent_mail,
        "tributes": forget_tributes,
        "receipts": forget_receipts,
        "statements": forget_statements,
        "donors": forget_donors,
    }
    figures: dict[str, int] = {}
    for name, step in steps.items():
        try:
            figures[name] = step()
        except Exception:
            # One kind that can't be forgotten must not keep the others; -1 says so in the report.
            logger.exception("Retention: %s failed", name)
            figures[name] = -1
    logger.info("Retention: %s", ", ".join(f"{name} {count}" for name, count in figures.items()))
    return figures


def forget_access_links() -> int:
    """Links and visits that ended days ago (RETENTION_ACCESS_DAYS)."""
    before = timezone.now() - timedelta(days=settings.RETENTION_ACCESS_DAYS)
    count, _ = AccessLink.objects.filter(created_at__lt=before).delete()
    return count


def forget_attempts() -> int:
    """Forms that led to no gift (RETENTION_ATTEMPT_MONTHS)."""
    states = CheckoutAttempt.Status
    old = CheckoutAttempt.objects.filter(
        status__in=[states.EXPIRED, states.REFUSED],
        created_at__lt=_months_ago(settings.RETENTION_ATTEMPT_MONTHS),
        donation=None,
        pledge=None,
    )
    return _each(old, _delete_with_mails)


def forget_transfers() -> int:
    """Announced transfers (RETENTION_ATTEMPT_MONTHS): what has arrived is a gift of its own."""
    before = _months_ago(settings.RETENTION_ATTEMPT_MONTHS)
    old = TransferIntention.objects.filter(created_at__lt=before)
    return _each(old, _delete_with_mails)


def forget_donors_without_gift() -> int:
    """People who began to give and never did, unless they agreed to get news."""
    old = Donor.objects.filter(
        created_at__lt=_months_ago(settings.RETENTION_ATTEMPT_MONTHS),
        attempts=None,
        donations=None,
        pledges=None,
        transfers=None,
        statements=None,
        merged=None,
        merged_into=None,
        erased_at=None,
    )
    news = [donor.pk for donor in old.filter(consents__isnull=False).distinct() if _hears(donor)]
    return _each(old.exclude(pk__in=news), _delete_with_mails)


def forget_messages() -> int:
    """What donors wrote to us (RETENTION_MESSAGE_MONTHS)."""
    before = _months_ago(settings.RETENTION_MESSAGE_MONTHS)
    attempts = CheckoutAttempt.objects.filter(created_at__lt=before).exclude(message="")
    transfers = TransferIntention.objects.filter(created_at__lt=before).exclude(message="")
    wishes = PledgeWish.objects.filter(created_at__lt=before).exclude(comment="")
    pledges = Pledge.objects.filter(ended_at__lt=before).exclude(end_comment="")
    return (
        attempts.update(message="")
        + transfers.update(message="")
        + wishes.update(comment="")
        + pledges.update(end_comment="")
    )


def forget_unsent_mail() -> int:
    """Addresses and contents of messages that were given up (RETENTION_MESSAGE_MONTHS); those of
    sent ones are gone already."""
    old = OutgoingMail.objects.filter(
        status__in=[OutgoingMail.Status.FAILED, OutgoingMail.Status.WITHDRAWN],
        created_at__lt=_months_ago(settings.RETENTION_MESSAGE_MONTHS),
    ).exclude(recipient="", facts="")
    return old.update(recipient="", facts="")


def forget_tributes() -> int:
    """In whose honour a gift was, and who was told (RETENTION_TRIBUTE_MONTHS after the form)."""
    old = Tribute.objects.filter(
        attempt__created_at__lt=_months_ago(settings.RETENTION_TRIBUTE_MONTHS)
    ).exclude(honoree="", recipient_email="", message="")
    # Rows and not the query: SQLite can't update what it joins.
    keys = list(old.values_list("pk", flat=True))
    return Tribute.objects.filter(pk__in=keys).update(honoree="", recipient_email="", message="")


def forget_receipts() -> int:
    """What receipts say, and their PDFs, after the time of source documents. Number, date and
    amount stay in the register."""
    return _forget_documents(Receipt.objects.filter(year__lt=_first_kept_year()))


def forget_statements() -> int:
    """Yearly statements, which repeat receipts, leave with these."""
    return _forget_documents(Statement.objects.filter(year__lt=_first_kept_year()))


def forget_donors() -> int:
    """Identities whose last entry has outlived the time of registers."""
    first = timezone.localdate().year - settings.RETENTION_REGISTER_YEARS
    since = _beginning_of(date(first, 1, 1))
    recent = Q(created_at__gte=since) | Q(paid_at__gte=since)
    old = (
        Donor.objects.filter(erased_at=None, merged_into=None, created_at__lt=since)
        .exclude(pk__in=Donation.objects.filter(recent).values("donor"))
        .exclude(pk__in=Donor.objects.filter(merged__created_at__gte=since).values("pk"))
        .exclude(pk__in=Pledge.objects.filter(_lives(since)).values("donor"))
        .exclude(pk__in=CheckoutAttempt.objects.filter(created_at__gte=since).values("donor"))
        .exclude(pk__in=TransferIntention.objects.filter(created_at__gte=since).values("donor"))
    )
    count = 0
    for donor in old.order_by("pk"):
        if not _hears(donor):
            erasure.forget(donor)
            count += 1
    return count


def _lives(since: datetime) -> Q:
    return Q(ended_at=None) | Q(ended_at__gte=since)


def _first_kept_year() -> int:
    return timezone.localdate().year - settings.RETENTION_DOCUMENT_YEARS


def _months_ago(months: int) -> datetime:
    return _beginning_of(months_later(timezone.localdate(), -months))


def _beginning_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _hears(donor: Donor) -> bool:
    last = donor.consents.order_by("-pk").first()
    return last is not None and last.is_given


def _delete_with_mails(row: CheckoutAttempt | TransferIntention | Donor) -> None:
    """The row, and the traces of messages about it."""
    row.mails.all().delete()
    row.delete()


def _each[Row: (CheckoutAttempt, TransferIntention, Donor)](
    rows: QuerySet[Row], forget: Callable[[Row], object]
) -> int:
    """Forget row by row, so that an error stops one row and not all. Messages about it that are
    still on their way are waited for."""
    count = 0
    on_their_way = [OutgoingMail.Status.WAITING, OutgoingMail.Status.SENDING]
    for row in rows.exclude(mails__status__in=on_their_way).distinct().order_by("pk"):
        with transaction.atomic():
            forget(row)
        count += 1
    return count


def _forget_documents[Document: (Receipt, Statement)](documents: QuerySet[Document]) -> int:
    keys = list(documents.exclude(snapshot="", pdf_name="").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        batch = documents.model._default_manager.filter(pk__in=keys[start : start + BATCH])
        files = [name for name in batch.values_list("pdf_name", flat=True) if name]
        with transaction.atomic():
            for document in batch:
                record(document, "document.forgotten")
            batch.update(snapshot="", pdf_name="", pdf_sha256="")
        # After the commit: a file without a row does no harm, a row without its file does.
        for name in files:
            storages["private"].delete(name)
    return len(keys)
