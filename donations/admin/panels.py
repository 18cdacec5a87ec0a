"""What finance must see without looking for it."""

from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.sidebar import LinkMenuItem

from ..models import Donor, OutgoingMail, ProviderEvent, Receipt
from .books.trouble import books_trouble
from .filters import with_latest_mail
from .policies import may

# By then an event was long processed, unless something is wrong.
LATE_AFTER: Final = timedelta(hours=1)
# A debit takes two weeks at most; nearly all erasures are done at once.
ERASED_WITHIN: Final = timedelta(days=2)


def failed_events() -> int:
    return ProviderEvent.objects.filter(status=ProviderEvent.Status.FAILED).count()


def late_events() -> int:
    """Events that wait for an hour or longer: processing keeps failing, or nobody works."""
    states = ProviderEvent.Status
    return ProviderEvent.objects.filter(
        status__in=[states.RECEIVED, states.RETRYING],
        received_at__lt=timezone.now() - LATE_AFTER,
    ).count()


def unsent_receipts() -> int:
    """Documents whose latest message couldn't be sent."""
    return with_latest_mail(Receipt.objects.all(), [OutgoingMail.Status.FAILED]).count()


def stuck_erasures() -> int:
    """Donors who wished to be forgotten days ago: a payment or the payment company stands in the
    way, and the law gives us a month."""
    since = timezone.now() - ERASED_WITHIN
    return Donor.objects.filter(erase_requested_at__lt=since, erased_at=None).count()


class TroublePanel(Component):
    """On the admin's home page: events and messages that failed. Absent when all is well."""

    name = "giving_trouble"
    template_name = "donations/admin/trouble.html"
    order = 50

    def __init__(self, request: HttpRequest) -> None:
        self.user = request.user

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = {"failed": 0, "late": 0, "unsent": 0, "unerased": 0}
        if may(self.user, ProviderEvent):
            context |= {"failed": failed_events(), "late": late_events()}
            context["events_url"] = reverse("giving_events:index")
        if may(self.user, Receipt):
            context["unsent"] = unsent_receipts()
            context["receipts_url"] = reverse("giving_receipts:index")
        if may(self.user, Donor):
            context["unerased"] = stuck_erasures()
            context["donors_url"] = reverse("giving_donors:index")
        context |= books_trouble(self.user)
        context["is_shown"] = any(
            context[name] for name in ("failed", "late", "unsent", "unerased", "books", "is_deaf")
        )
        return context


class EventMenuItem(MenuItem):
    """Says in the menu how many payment events failed."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may(request.user, ProviderEvent)

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        component = super().render_component(request)
        if count := failed_events():
            component.label = f"{component.label} ({count})"
        return component
