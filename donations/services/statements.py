"""Yearly statements: what a donor gave in a year and what of it still counts.

Issued for one donor, or for all of a year by a run that may stop and go on anywhere.
"""

import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractYear
from django.utils import timezone

from sosbca.core.encryption import digest
from sosbca.core.snippets import Fact
from sosbca.core.text import format_date
from sosbca.users.models import User

from .. import receipts as document
from ..models import (
    Donation,
    Donor,
    LedgerEntry,
    OutgoingMail,
    Receipt,
    Statement,
    StatementRun,
)
from ..signals import statements_waiting
from . import mail
from .audit import record
from .documents import donor_on_paper, organisation_on_paper

logger = logging.getLogger(__name__)

# Donors of one transaction. Small enough that others don't wait for the database.
BATCH = 25
# A run whose worker does nothing for so long lost it.
STUCK_AFTER = timedelta(minutes=2)
# How long one task works before others get their turn. Seconds.
TURN = 20.0
# How far back changes are looked for every night; more than a day, should a night be missed.
CHANGES_OF = timedelta(days=7)
# The fact from which statements take the yearly ceiling of the relief, while it is not stale.
LIMIT_FACT = "tax-relief-limit"


class YearNotOver(Exception):
    """A year's statement is issued when the year has ended."""


@transaction.atomic
def issue(
    donor: Donor, year: int, *, user: User | None = None, sends_mail: bool = False
) -> Statement | None:
    """Issue a donor's statement if the year calls for one; safe to repeat.

    None when nothing was given, or nothing has changed since the last statement. A changed year
    gets the next version; it has no gifts when all of them went back. Raise YearNotOver.
    """
    _check_over(year)
    locked = Donor.objects.select_for_update(of=("self",)).get(pk=donor.pk)
    if locked.merged_into_id or locked.erased_at:
        return None
    statement = _Issuer(year, [locked]).issue(locked, user)
    if statement and sends_mail:
        _promise(statement)
    return statement


def current_of(donor: Donor) -> list[Statement]:
    """The statement in force of each year, the latest year first."""
    latest: dict[int, Statement] = {}
    for statement in donor.statements.defer("snapshot").order_by("-year", "-version"):
        latest.setdefault(statement.year, statement)
    return list(latest.values())


@transaction.atomic
def send_again(statement: Statement, user: User) -> OutgoingMail | None:
    """Send a statement by e-mail at a member of staff's wish.

    None, and nothing done, without an address or while a message about it is on its way.
    """
    Statement.objects.select_for_update(of=("self",)).get(pk=statement.pk)
    waiting = [OutgoingMail.Status.WAITING, OutgoingMail.Status.SENDING]
    if not statement.donor.email or statement.mails.filter(status__in=waiting).exists():
        return None
    record(statement, "statement.sent_again", user=user)
    return _promise(statement, repetition=statement.mails.count())


# For everybody ------------------------------------------------------------------------------------


@transaction.atomic
def start(
    year: int, user: User | None = None, *, sends_mail: bool = True, queued: bool = True
) -> StatementRun:
    """Begin the issue of a year's statements, or return the one that is under way.

    `queued` leaves the work to tasks; otherwise the caller works. Raise YearNotOver.
    """
    _check_over(year)
    run, created = StatementRun.objects.get_or_create(
        year=year,
        status=StatementRun.Status.RUNNING,
        defaults={
            "sends_mail": sends_mail,
            "total": donors_of(year).count(),
            "started_by": user,
        },
    )
    if created:
        record(run, "statement_run.started", user=user, year=year, donors=run.total)
        if queued:
            statements_waiting.send(StatementRun, run=run)
    return run


def donors_of(year: int) -> QuerySet[Donor]:
    """Whoever paid something in the year, whether or not it counts today."""
    paid = Donation.objects.filter(_paid_in(year), donor=OuterRef("pk"))
    return Donor.objects.filter(Exists(paid), merged_into=None, erased_at=None)


def work(run_pk: int, seconds: float = TURN) -> bool:
    """Go on with a run for some seconds; whether donors are left, of whom a task takes care."""
    deadline = time.monotonic() + seconds
    while next_batch(run_pk):
        if time.monotonic() > deadline:
            statements_waiting.send(StatementRun, run=StatementRun.objects.get(pk=run_pk))
            return True
    return False


@transaction.atomic
def next_batch(run_pk: int) -> bool:
    """Issue the statements of the next donors; whether the run goes on.

    Statements, promised messages and the mark of who is done are committed together: a process
    that dies has issued a batch wholly or not at all. Whoever works at the same time waits here.
    """
    run = StatementRun.objects.select_for_update(of=("self",)).get(pk=run_pk)
    if run.status != StatementRun.Status.RUNNING:
        return False
    left = donors_of(run.year).filter(pk__gt=run.last_donor).order_by("pk")
    donors = list(left.select_for_update(of=("self",))[:BATCH])
    if donors:
        issuer = _Issuer(run.year, donors)
        for donor in donors:
            _issue_in_run(run, issuer, donor)
        run.last_donor = donors[-1].pk
    else:
        run.status = StatementRun.Status.DONE
        run.finished_at = timezone.now()
        record(run, "statement_run.done", issued=run.issued, failed=run.failed)
    run.save()
    return bool(donors)


def requeue_stuck() -> int:
    """Take up the runs again whose worker died; return how many."""
    stuck = StatementRun.objects.filter(
        status=StatementRun.Status.RUNNING, touched_at__lt=timezone.now() - STUCK_AFTER
    )
    for run in stuck:
        statements_waiting.send(StatementRun, run=run)
    return len(stuck)


def reissue_outdated() -> int:
    """Issue those statements anew of which something has changed in the last days: a refund or a
    lost dispute of a gift of an earlier year, a dispute won, a gift entered late, a debit of
    December that the bank settled in January. Return how many.

    A donor must not find a sum on the yearly statement that the receipts say no more. Whoever had
    nothing to state when everybody got theirs gets one now.
    """
    since = timezone.now() - CHANGES_OF
    this_year = timezone.localdate().year
    receipts = Receipt.objects.filter(created_at__gte=since)
    won = LedgerEntry.objects.filter(kind=LedgerEntry.Kind.DISPUTE_REVERSAL, recorded_at__gte=since)
    changed = Donation.objects.filter(
        Q(pk__in=receipts.values("donation")) | Q(pk__in=won.values("donation")),
        paid_at__lt=datetime(this_year, 1, 1, tzinfo=timezone.get_default_timezone()),
    )
    years = changed.annotate(year=ExtractYear("paid_at")).order_by()
    ended = StatementRun.objects.filter(status=StatementRun.Status.DONE)
    sends_mail = dict(ended.order_by("pk").values_list("year", "sends_mail"))
    done = 0
    for donor_pk, year in set(years.values_list("donor", "year")):
        has_one = Statement.objects.filter(donor=donor_pk, year=year).exists()
        if not has_one and year not in sends_mail:
            continue
        tells = has_one or sends_mail[year]
        try:
            if issue(Donor(pk=donor_pk), year, sends_mail=tells):
                done += 1
        except Exception:
            # One donor's statement must not keep the others from theirs.
            logger.exception("The statement of %s for donor %s stays outdated", year, donor_pk)
    return done


def _issue_in_run(run: StatementRun, issuer: "_Issuer", donor: Donor) -> None:
    try:
        with transaction.atomic():
            statement = issuer.issue(donor, None)
            # What an earlier run without messages issued is still to be told.
            told = statement or issuer.unsent(donor)
            if told and run.sends_mail:
                # So many a minute, from the beginning of the run.
                before = run.issued if statement else run.unchanged
                minutes = before // settings.STATEMENT_MAILS_PER_MINUTE
                _promise(told, not_before=run.started_at + timedelta(minutes=minutes))
    except Exception as error:
        # One donor's statement must not keep the others from theirs.
        logger.exception("No statement of %s could be issued for donor %s", run.year, donor.pk)
        run.failed += 1
        record(run, "statement.failed", donor=donor.pk, error=type(error).__name__)
        return
    if statement:
        run.issued += 1
    else:
        run.unchanged += 1


def _promise(
    statement: Statement, *, repetition: int = 0, not_before: datetime | None = None
) -> OutgoingMail | None:
    if not statement.donor.email:
        return None
    key = f"statement-{statement.public_id}" + (f"-{repetition}" if repetition else "")
    if not_before and not_before <= timezone.now():
        not_before = None
    return mail.promise("statement", key, statement=statement, not_before=not_before)


# What is on one -----------------------------------------------------------------------------------


class _Issuer:
    """Issues statements of a year for some donors, whose gifts are looked up together."""

    def __init__(self, year: int, donors: Iterable[Donor]) -> None:
        self.year = year
        pks = [donor.pk for donor in donors]
        self._donations = _donations_of(pks, year)
        self._documents = _latest_documents(self._donations)
        self._last: dict[int, Statement] = {}
        earlier = Statement.objects.filter(donor__in=pks, year=year).defer("snapshot")
        for last in earlier.prefetch_related("mails").order_by("version"):
            self._last[last.donor_id] = last
        self._limits = {language: _limit_words(language) for language in ("lv", "en")}

    def issue(self, donor: Donor, user: User | None) -> Statement | None:
        """Must run in a transaction that holds the donor's lock."""
        last = self._last.get(donor.pk)
        gifts = self._gifts(donor)
        if not gifts and (last is None or last.gifts == 0):
            return None
        version = last.version + 1 if last else 1
        snapshot = self._snapshot(donor, gifts, version, last)
        fingerprint = digest(snapshot.attested, "statement")
        if last and last.digest == fingerprint:
            return None
        statement = Statement.objects.create(
            donor=donor,
            year=self.year,
            version=version,
            number=snapshot.number,
            language=donor.language,
            total_cents=snapshot.total_cents,
            gifts=len(gifts),
            issued_on=snapshot.issued_on,
            digest=fingerprint,
            snapshot=snapshot.to_json(),
        )
        record(statement, "statement.issued", user=user, total_cents=statement.total_cents)
        return statement

    def unsent(self, donor: Donor) -> Statement | None:
        """The donor's statement so far, if no message about it was ever promised."""
        last = self._last.get(donor.pk)
        return last if last and not last.mails.all() else None

    def _gifts(self, donor: Donor) -> tuple[document.StatementGift, ...]:
        """What is left of the donor's gifts, by documents that are valid today: none that was
        annulled, none that is held because its payment is disputed."""
        gifts = []
        for donation in self._donations:
            receipt = self._documents.get(donation.pk)
            if donation.donor_id != donor.pk or receipt is None or donation.paid_at is None:
                continue
            if receipt.kind == Receipt.Kind.ANNULMENT or donation.status == "disputed":
                continue
            gifts.append(
                document.StatementGift(
                    paid_on=timezone.localdate(donation.paid_at),
                    number=receipt.reference,
                    fund_name=donation.fund.name(donor.language),
                    net_cents=receipt.net_cents,
                    note=donation.description if donation.payment_method == "in_kind" else "",
                )
            )
        return tuple(gifts)

    def _snapshot(
        self,
        donor: Donor,
        gifts: tuple[document.StatementGift, ...],
        version: int,
        last: Statement | None,
    ) -> document.StatementSnapshot:
        language = cast(document.Language, donor.language)
        snapshot = document.StatementSnapshot(
            number=f"G-{self.year}-{donor.pk:06d}-{version}",
            year=self.year,
            issued_on=timezone.localdate(),
            language=language,
            organisation=organisation_on_paper(language),
            donor=donor_on_paper(donor),
            gifts=gifts,
            replaces=last.number if last else "",
            is_demo=settings.IS_DEMO,
        )
        if snapshot.relief_cents:
            return replace(snapshot, limit=self._limits[language])
        return snapshot


def _check_over(year: int) -> None:
    if year >= timezone.localdate().year:
        raise YearNotOver


def _paid_in(year: int) -> Q:
    """Donations paid in a year of the site's time zone; in a demonstration those of test money."""
    zone = timezone.get_default_timezone()
    begins = datetime(year, 1, 1, tzinfo=zone)
    ends = datetime(year + 1, 1, 1, tzinfo=zone)
    return Q(paid_at__gte=begins, paid_at__lt=ends, is_live=not settings.IS_DEMO)


def _donations_of(donors: list[int], year: int) -> list[Donation]:
    donations = Donation.objects.filter(_paid_in(year), donor__in=donors)
    return list(donations.select_related("fund").order_by("paid_at", "pk"))


def _latest_documents(donations: list[Donation]) -> Mapping[int, Receipt]:
    """The newest document about each donation."""
    receipts = Receipt.objects.filter(donation__in=[donation.pk for donation in donations])
    # Without what is on them: reading that would mean decrypting it.
    found = receipts.defer("snapshot").order_by("sequence")
    return {receipt.donation_id: receipt for receipt in found}


def _limit_words(language: str) -> str:
    """The ceiling of the relief as staff keep it among the facts; empty without one."""
    fact = Fact.objects.filter(code=LIMIT_FACT).first()
    if fact is None or fact.is_stale():
        return ""
    as_of = format_date(fact.as_of, language)
    return f"{fact.label(language)}: {fact.shown(language)} ({fact.source(language)}, {as_of})."
