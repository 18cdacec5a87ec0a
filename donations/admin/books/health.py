"""How the payment company's messages arrive: what came last, how late, and what went wrong."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max, Min, Q, Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ...models import ProviderEvent, RefusedDeliveries
from .. import wording
from ..detail_base import Fact
from ..policies import may

Status = ProviderEvent.Status
Source = ProviderEvent.Source

DAY = timedelta(days=1)
# Over which types are counted.
MONTH = timedelta(days=30)
# Of a day's deliveries; more would not change what they show.
MEASURED = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The state of the inbox. Lags are from when something happened until we heard of it, of what
    was delivered in the last day; None where nothing was."""

    last_at: datetime | None
    last_type: str
    median_lag: timedelta | None
    slowest_lag: timedelta | None
    delivered: int
    swept: int
    failed: int
    waiting: int
    waiting_since: datetime | None
    refused: int
    refused_at: datetime | None
    ignored: Sequence[tuple[str, int]]
    swept_types: Sequence[tuple[str, int]]

    @property
    def is_deaf(self) -> bool:
        """Whether things happen and none is delivered: a wrong address or secret."""
        return self.swept > 0 and self.delivered == 0


def health(now: datetime | None = None) -> Health:
    """The state of the inbox now. Six queries, however many events there are."""
    now = now or timezone.now()
    yesterday, month_ago = now - DAY, now - MONTH
    delivered = Q(source=Source.WEBHOOK, received_at__gte=yesterday)
    waits = Q(status__in=[Status.RECEIVED, Status.RETRYING])
    figures = ProviderEvent.objects.aggregate(
        delivered=Count("pk", filter=delivered),
        swept=Count("pk", filter=Q(source=Source.SWEEP, received_at__gte=yesterday)),
        failed=Count("pk", filter=Q(status=Status.FAILED)),
        waiting=Count("pk", filter=waits),
        waiting_since=Min("received_at", filter=waits),
    )
    lags = sorted(
        received - occurred
        for received, occurred in ProviderEvent.objects.filter(delivered)
        .order_by("-received_at")
        .values_list("received_at", "occurred_at")[:MEASURED]
    )
    last = ProviderEvent.objects.filter(source=Source.WEBHOOK).order_by("-received_at").first()
    refused = RefusedDeliveries.objects.filter(day__gt=timezone.localdate(month_ago)).aggregate(
        count=Sum("count", default=0), last=Max("last_at")
    )
    recent = ProviderEvent.objects.filter(received_at__gte=month_ago)
    return Health(
        last_at=last.received_at if last else None,
        last_type=last.type if last else "",
        median_lag=_share(lags, 50),
        slowest_lag=_share(lags, 95),
        refused=refused["count"],
        refused_at=refused["last"],
        ignored=_types(recent.filter(status=Status.IGNORED)),
        swept_types=_types(recent.filter(source=Source.SWEEP).exclude(status=Status.IGNORED)),
        **figures,
    )


def _share(lags: Sequence[timedelta], percent: int) -> timedelta | None:
    """The lag that this share of deliveries did not exceed; never less than nothing, however the
    two clocks differ."""
    if not lags:
        return None
    return max(lags[ceil(len(lags) * percent / 100) - 1], timedelta())


def _types(events: Any) -> list[tuple[str, int]]:
    counted = events.order_by().values("type").annotate(count=Count("pk"))
    return [(row["type"], row["count"]) for row in counted.order_by("-count", "type")]


def duration(lag: timedelta | None) -> str:
    """A length of time in its one or two largest units."""
    if lag is None:
        return wording.NOTHING
    minutes, seconds = divmod(round(lag.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units = {"days": days, "hours": hours, "minutes": minutes, "seconds": seconds}
    if days:
        return _("%(days)s d %(hours)s h") % units
    if hours:
        return _("%(hours)s h %(minutes)s min") % units
    return (_("%(minutes)s min") if minutes else _("%(seconds)s s")) % units


class HealthView(WagtailAdminTemplateMixin, TemplateView):
    page_title = gettext_lazy("Webhook health")  # type: ignore[assignment]
    template_name = "donations/admin/books/health.html"
    header_icon = "glasses"
    http_method_names: tuple[str, ...] = ("get", "head", "options")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may(request.user, ProviderEvent):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        found = health(now)
        listing = reverse("giving_events:index")
        may_replay = may(self.request.user, ProviderEvent, "replay")
        return super().get_context_data(**kwargs) | {
            "health": found,
            "facts": self._facts(found, listing, now),
            "events_url": listing,
            "replay_url": reverse("giving_events:replay_many") if may_replay else "",
        }

    def _facts(self, found: Health, listing: str, now: datetime) -> list[Fact]:
        ago = duration(now - found.last_at) if found.last_at else ""
        return [
            Fact(label=_("Last delivery"), value=wording.moment(found.last_at)),
            Fact(label=_("Time since then"), value=ago or wording.NOTHING),
            Fact(label=_("Its type"), value=found.last_type or wording.NOTHING, is_code=True),
            Fact(label=_("Delivered in the last day"), value=str(found.delivered)),
            Fact(label=_("Usual lag (median)"), value=duration(found.median_lag)),
            Fact(
                label=_("Lag of the slowest (95th percentile)"), value=duration(found.slowest_lag)
            ),
            Fact(
                label=_("Failed"),
                value=str(found.failed),
                url=f"{listing}?status=failed" if found.failed else "",
            ),
            Fact(
                label=_("Waiting"),
                value=str(found.waiting),
                url=f"{listing}?status=received&status=retrying" if found.waiting else "",
            ),
            Fact(label=_("Waiting since"), value=wording.moment(found.waiting_since)),
            Fact(
                label=_("Found by the sweep in the last day, not delivered"),
                value=str(found.swept),
                url=f"{listing}?source=sweep" if found.swept else "",
            ),
            Fact(label=_("Refused in 30 days: no valid signature"), value=str(found.refused)),
            Fact(label=_("Last refused"), value=wording.moment(found.refused_at)),
        ]
