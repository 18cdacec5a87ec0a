"""What finance must see without looking for it."""

from datetime import timedelta
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.sidebar import LinkMenuItem
from wagtail.permissions import policy_registry

from ..models import OutgoingMail, ProviderEvent, Receipt

# By then an event was long processed, unless something is wrong.
LATE_AFTER: Final = timedelta(hours=1)


def failed_events() -> int:
    return ProviderEvent.objects.filter(status=ProviderEvent.Status.FAILED).count()


def late_events() -> int:
    """Events that wait for an hour or longer: processing keeps failing, or nobody works."""
    states = ProviderEvent.Status
    return ProviderEvent.objects.filter(
        status__in=[states.RECEIVED, states.RETRYING],
        received_at__lt=timezone.now() - LATE_AFTER,
    ).count()


def failed_mails() -> int:
    """Documents with a message that couldn't be sent and none that was sent since."""
    newer_sent = OutgoingMail.objects.filter(status=OutgoingMail.Status.SENT).values("receipt")
    failed = OutgoingMail.objects.filter(status=OutgoingMail.Status.FAILED)
    return failed.exclude(receipt__in=newer_sent).values("receipt").distinct().count()


class TroublePanel(Component):
    """On the admin's home page: events and messages that failed. Absent when all is well."""

    name = "giving_trouble"
    template_name = "donations/admin/trouble.html"
    order = 50

    def __init__(self, request: HttpRequest) -> None:
        self.user = request.user

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = {"failed": 0, "late": 0, "unsent": 0}
        if self._may_see(ProviderEvent):
            context |= {"failed": failed_events(), "late": late_events()}
            context["events_url"] = reverse("giving_events:index")
        if self._may_see(Receipt):
            context["unsent"] = failed_mails()
            context["receipts_url"] = reverse("giving_receipts:index")
        context["is_shown"] = any(context[name] for name in ("failed", "late", "unsent"))
        return context

    def _may_see(self, model: Any) -> bool:
        policy = policy_registry.get_by_type(model)
        return bool(policy.user_has_permission(self.user, "view"))


class EventMenuItem(MenuItem):
    """Says in the menu how many payment events failed."""

    def is_shown(self, request: HttpRequest) -> bool:
        policy = policy_registry.get_by_type(ProviderEvent)
        return bool(policy.user_has_permission(request.user, "view"))

    def render_component(self, request: HttpRequest) -> LinkMenuItem:
        component = super().render_component(request)
        if count := failed_events():
            component.label = f"{component.label} ({count})"
        return component
