"""What the pages show, found with a number of queries that does not grow with the gifts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractYear
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ..models import Donation, LedgerEntry, Pledge, PledgeWish, Receipt, Statement
from ..queries import GIFT_KINDS
from .session import Visit

# How many gifts the first page shows.
LATEST = 5

# How long a page says that a wish was refused.
TOLD_FOR = timedelta(days=60)

# Of a gift: when it was paid; one that is not paid, when it began.
MOMENT = Coalesce("paid_at", "created_at")

Status = Pledge.Status


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any] | None = None,
    *,
    visit: Visit | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """One of the own page's templates; `section` in the context names the place in its menu."""
    everything = {"visit": visit, **(context or {})}
    return render(request, f"donations/my_giving/{template}", everything, status=status)


@dataclass(frozen=True, slots=True)
class PledgeShown:
    """A pledge with what can be done about it now."""

    pledge: Pledge
    # What the donor or staff wished lately, in the order in which it was wished.
    wishes: Sequence[PledgeWish] = ()

    @property
    def waiting(self) -> list[PledgeWish]:
        return [wish for wish in self.wishes if wish.status == PledgeWish.Status.WAITING]

    @property
    def refused(self) -> PledgeWish | None:
        """The donor's last wish, if the payment company refused it and nothing followed."""
        last = self.wishes[-1] if self.wishes and self.pledge.is_running else None
        is_refused = last is not None and last.status == PledgeWish.Status.REFUSED
        return last if last and is_refused and last.by_id is None else None

    @property
    def is_ending(self) -> bool:
        """Its end is wished, and the payment company has not answered yet."""
        return any(wish.action == PledgeWish.Action.CANCEL for wish in self.waiting)

    @property
    def may_change(self) -> bool:
        return self._is_open and self.pledge.status in {
            Status.ACTIVE,
            Status.PAUSED,
            Status.PAST_DUE,
        }

    @property
    def may_pause(self) -> bool:
        return self._is_open and self.pledge.status == Status.ACTIVE

    @property
    def may_resume(self) -> bool:
        return self._is_open and self.pledge.status in {Status.PAUSED, Status.ENDING}

    @property
    def may_change_card(self) -> bool:
        return self._is_open and bool(self.pledge.customer_reference)

    @property
    def may_choose(self) -> bool:
        return self._is_open

    @property
    def may_end(self) -> bool:
        return self._is_open

    @property
    def next_payment_at(self) -> datetime | None:
        """When something will be collected next. What falls due during a pause is not."""
        pledge = self.pledge
        due, until = pledge.next_payment_at, pledge.paused_until
        if pledge.status == Status.PAUSED or until:
            # A pause that has no end was made in the company's dashboard.
            return due if due and until and due > until else None
        return due if pledge.status in {Status.ACTIVE, Status.ENDING} else None

    @property
    def method(self) -> str:
        return f"{self.pledge.payment_method} {self.pledge.method_ending}".strip()

    @property
    def _is_open(self) -> bool:
        return self.pledge.is_running and not self.is_ending


def pledges_of(visit: Visit) -> list[PledgeShown]:
    """The donors' pledges, the running ones first. Two queries."""
    pledges = Pledge.objects.filter(donor__in=visit.donors).select_related("fund", "donor")
    found = pledges.prefetch_related(Prefetch("wishes", _told_of(), to_attr="told_of"))
    shown = [PledgeShown(pledge, pledge.told_of) for pledge in found]
    return sorted(shown, key=lambda each: not each.pledge.is_running)


def pledge_of(visit: Visit, public_id: UUID) -> PledgeShown:
    """One of the donors' own pledges. Raise Http404 for anybody else's."""
    pledges = Pledge.objects.filter(donor__in=visit.donors, public_id=public_id)
    pledge = pledges.select_related("fund", "donor", "campaign").first()
    if pledge is None:
        raise Http404
    return PledgeShown(pledge, list(_told_of().filter(pledge=pledge)))


def _told_of() -> QuerySet[PledgeWish]:
    """Wishes that a page may have something to say about."""
    since = timezone.now() - TOLD_FOR
    return PledgeWish.objects.filter(
        Q(status=PledgeWish.Status.WAITING) | Q(created_at__gte=since)
    ).order_by("created_at")


@dataclass(frozen=True, slots=True)
class GiftShown:
    """A payment with the documents about it, the newest first."""

    donation: Donation
    receipts: list[Receipt]

    @property
    def receipt(self) -> Receipt | None:
        """The document that counts now."""
        return self.receipts[0] if self.receipts else None


def latest_gifts(visit: Visit) -> list[GiftShown]:
    return _shown(_gifts(visit)[:LATEST])


def gifts_of_year(visit: Visit, year: int) -> list[GiftShown]:
    in_year = Q(paid_at__year=year) | Q(paid_at=None, created_at__year=year)
    return _shown(_gifts(visit).filter(in_year))


def years_of(visit: Visit) -> list[int]:
    """The years in which the donors gave or have a statement, the latest first."""
    gifts = Donation.objects.filter(donor__in=visit.donors).order_by()
    years = gifts.annotate(year=ExtractYear(MOMENT)).values_list("year", flat=True)
    found = set(years.distinct())
    found.update(statements_of(visit).values_list("year", flat=True))
    return sorted(found, reverse=True)


def given_in(visit: Visit, year: int) -> int:
    """What the gifts of a year are worth today in cents: less what went back, in whichever year
    that was; as the ledger has it, and the statement."""
    entries = LedgerEntry.objects.filter(
        donation__donor__in=visit.donors, kind__in=GIFT_KINDS, donation__paid_at__year=year
    )
    return entries.aggregate(total=Sum("amount_cents"))["total"] or 0


def statements_of(visit: Visit) -> QuerySet[Statement]:
    """Yearly statements that are still kept, the newest version first."""
    kept = Statement.objects.filter(donor__in=visit.donors).exclude(snapshot="", pdf_name="")
    return kept.order_by("-year", "-version", "-pk")


def statements_in_force(visit: Visit, year: int) -> list[Statement]:
    """Each donor's latest statement of a year: it replaces those before it."""
    latest: dict[int, Statement] = {}
    for statement in statements_of(visit).filter(year=year).defer("snapshot"):
        latest.setdefault(statement.donor_id, statement)
    return list(latest.values())


def receipts_of(visit: Visit) -> QuerySet[Receipt]:
    return Receipt.objects.filter(donation__donor__in=visit.donors)


def _gifts(visit: Visit) -> QuerySet[Donation]:
    receipts = Receipt.objects.order_by("-sequence")
    gifts = Donation.objects.filter(donor__in=visit.donors).select_related("fund", "pledge")
    ordered = gifts.annotate(moment=MOMENT).order_by("-moment", "-pk")
    return ordered.prefetch_related(Prefetch("receipts", receipts, to_attr="documents"))


def _shown(donations: QuerySet[Donation]) -> list[GiftShown]:
    return [GiftShown(donation, donation.documents) for donation in donations]  # type: ignore[attr-defined]
