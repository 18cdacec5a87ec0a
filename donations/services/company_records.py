"""Keeps up to date what the payment company shows of our donors: the names and languages of its
customers, and what each recurring gift is for.

What is outdated there is recorded with the change itself, and the record goes when the company has
been told of just that change. So neither an outage nor a process that dies leaves an old name
there, or that of an erased donor.
"""

import logging
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from ..models import CheckoutAttempt, Donation, Donor, Fund, OutdatedRecord, Pledge
from ..providers import ProviderRefused, ProviderUnavailable, get_provider
from ..signals import record_outdated
from .duplicates import root_of, with_duplicates

logger = logging.getLogger(__name__)

# Telling takes no longer than this, or its process died. As long, nobody asks a company again that
# was away.
TELLING_TAKES = timedelta(minutes=10)
# A company that refuses once will do so again, until somebody looks into the reason.
REFUSED_AGAIN_AFTER = timedelta(days=1)
# In one round.
LIMIT = 500


def mark_donor(donor: Donor) -> None:
    """The company's record of a donor is no longer right. In the transaction of the change."""
    row, _made = OutdatedRecord.objects.update_or_create(
        donor=donor, defaults={"changed_at": timezone.now()}
    )
    record_outdated.send(OutdatedRecord, record=row)


def mark_pledge(pledge: Pledge) -> None:
    """What the company says of a pledge is no longer right. In the transaction of the change."""
    row, _made = OutdatedRecord.objects.update_or_create(
        pledge=pledge, defaults={"changed_at": timezone.now()}
    )
    record_outdated.send(OutdatedRecord, record=row)


def mark_fund(fund: Fund) -> None:
    """The company calls the running pledges of a fund by its former name. In the transaction of
    the change. The late pass tells of them: there may be thousands."""
    now = timezone.now()
    running = Pledge.objects.exclude(status=Pledge.Status.CANCELLED).filter(fund=fund)
    OutdatedRecord.objects.bulk_create(
        (
            OutdatedRecord(pledge_id=pk, changed_at=now)
            for pk in running.values_list("pk", flat=True)
        ),
        batch_size=LIMIT,
        update_conflicts=True,
        unique_fields=["pledge"],
        update_fields=["changed_at"],
    )


def tell(record_pk: int) -> None:
    """Bring the company's record up to date, unless somebody is at it or the company was away a
    moment ago. Safe to repeat and to run twice at once."""
    try:
        _tell(record_pk)
    except ProviderUnavailable as error:
        _note(record_pk, error)


def tell_late() -> int:
    """Tell what the company was not told of in time, until it is away; return of how much.

    In one pass rather than by a task for each: in an outage these would only grow in number.
    """
    late = OutdatedRecord.objects.filter(next_try_at__lte=timezone.now()).order_by("next_try_at")
    # Our key may lack the right to one kind only.
    return _tell_each(late.exclude(donor=None)) + _tell_each(late.exclude(pledge=None))


def _tell_each(late: QuerySet[OutdatedRecord]) -> int:
    told = 0
    for pk in late.values_list("pk", flat=True)[:LIMIT]:
        try:
            told += _tell(pk)
        except ProviderUnavailable as error:
            _note(pk, error)
            break
        except Exception:
            # One row that can't be read must not keep the others from their turn.
            logger.exception("Outdated record %s cannot be told", pk)
    return told


def _tell(record_pk: int) -> bool:
    """Ask until what was asked is what holds: it may change meanwhile. Return whether the company
    knows it now. Raise ProviderUnavailable."""
    rows = OutdatedRecord.objects.filter(pk=record_pk)
    now = timezone.now()
    if not rows.filter(next_try_at__lte=now).update(next_try_at=now + TELLING_TAKES):
        return False
    while record := rows.select_related("pledge__fund").first():
        try:
            if record.pledge is not None:
                _describe(record.pledge)
            elif record.donor_id is not None:
                _update_customers(record.donor_id)
        except ProviderRefused as error:
            # Of a pledge most often because it has ended meanwhile: then nothing is told tomorrow.
            logger.warning("The payment company refused what is new of %s: %s", record, error)
            rows.update(next_try_at=now + REFUSED_AGAIN_AFTER, last_error=str(error)[:250])
            return False
        if rows.filter(changed_at=record.changed_at).delete()[0]:
            return True
    return False


def _note(record_pk: int, error: ProviderUnavailable) -> None:
    logger.warning("The payment company was not told of outdated record %s: %s", record_pk, error)
    OutdatedRecord.objects.filter(pk=record_pk).update(last_error=str(error)[:250])


def _describe(pledge: Pledge) -> None:
    if not pledge.is_running:
        return
    words = pledge.fund.name(pledge.language)
    # What an older account calls its product may stand for other gifts as well.
    is_ours = pledge.imported_at is None
    get_provider().describe_pledge(pledge.subscription_reference, words, with_product=is_ours)


def _update_customers(donor_pk: int) -> None:
    rows = Donor.objects.only("name", "email", "language", "erased_at", "merged_into")
    donor = root_of(rows.get(pk=donor_pk))
    name, email = ("", "") if donor.erased_at else (donor.name, donor.email)
    for customer in _customers(donor):
        get_provider().update_customer(customer, name, email, donor.language)


def _customers(donor: Donor) -> list[str]:
    members = with_duplicates(donor)
    holders: tuple[QuerySet[Pledge] | QuerySet[CheckoutAttempt] | QuerySet[Donation], ...] = (
        Pledge.objects.filter(donor__in=members),
        CheckoutAttempt.objects.filter(donor__in=members),
        Donation.objects.filter(donor__in=members),
    )
    found: set[str] = set()
    for rows in holders:
        found.update(rows.values_list("customer_reference", flat=True))
    return sorted(found - {""})
