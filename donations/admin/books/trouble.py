"""What of the books needs attention."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from ...models import LedgerEntry, ProviderEvent, Reconciliation
from ..policies import may
from .health import DAY

Status = Reconciliation.Status

# The comparison is done every night.
OVERDUE_AFTER = timedelta(days=2)


def books_trouble(user: Any) -> dict[str, Any]:
    """For the panel of the home page: `books` is differs, failed, overdue or empty, `is_deaf`
    whether things happen and nothing is delivered. Only what this person may look at."""
    found: dict[str, Any] = {"books": "", "is_deaf": False}
    if may(user, ProviderEvent):
        found["is_deaf"] = _is_deaf()
        found["health_url"] = reverse("giving_health:index")
    if may(user, Reconciliation):
        found |= _books()
    return found


def _is_deaf() -> bool:
    recent = ProviderEvent.objects.filter(received_at__gte=timezone.now() - DAY)
    sources = set(recent.order_by().values_list("source", flat=True).distinct())
    return sources == {ProviderEvent.Source.SWEEP}


def _books() -> dict[str, Any]:
    last = Reconciliation.objects.filter(finished_at__isnull=False).first()
    since = timezone.now() - OVERDUE_AFTER
    if last is None or last.finished_at is None or last.finished_at < since:
        is_overdue = LedgerEntry.objects.filter(recorded_at__lt=since).exists()
        return {
            "books": "overdue" if is_overdue else "",
            "books_url": reverse("giving_reconciliations:index"),
        }
    state = {"books": "", "books_url": reverse("giving_reconciliations:inspect", args=[last.pk])}
    if last.status == Status.FAILED:
        state["books"] = "failed"
        return state
    open_differences = last.differences.filter(repaired_at=None).count()
    return state | {
        "books": "differs" if open_differences else "",
        "open_differences": open_differences,
    }
