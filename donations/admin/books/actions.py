"""What staff can do about the books: compare them, repair a difference, process events again."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from sosbca.users.models import User

from ...models import Difference, ProviderEvent, Reconciliation
from ...services import events, reconciliation, repairs
from .. import wording
from ..actions import ActionView
from ..filters import EventFilters

# Of events in one confirmation.
SHOWN = 200


class StartView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Asks, and has the books compared by a task."""

    model: type[Model] = Reconciliation
    page_title = gettext_lazy("Compare the books")  # type: ignore[assignment]
    template_name = "donations/admin/books/start.html"
    header_icon = "rotate"
    http_method_names: tuple[str, ...] = ("get", "head", "post", "options")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not all(self.user_has_permission(action) for action in ("view", "repair")):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            started = reconciliation.request(cast(User, request.user))
        except reconciliation.AlreadyRunning:
            messages.info(request, _("The books are being compared already."))
            return redirect("giving_reconciliations:index")
        messages.success(request, _("The comparison has begun. Load this page again in a moment."))
        return redirect("giving_reconciliations:inspect", started.pk)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {
                "url": reverse("giving_reconciliations:index"),
                "label": capfirst(str(Reconciliation._meta.verbose_name_plural)),
            },
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = reverse("giving_reconciliations:index")
        return super().get_context_data(**kwargs) | {"detail_url": back}


class RepairView(ActionView):
    """Replays what mends one difference."""

    action = "repair"
    page_title = gettext_lazy("Repair")  # type: ignore[assignment]
    template_name = "donations/admin/books/repair.html"
    header_icon = "rotate"
    object: Reconciliation

    def get_page_subtitle(self) -> str:
        return wording.moment(self.object.started_at)

    @property
    def difference(self) -> Difference:
        return get_object_or_404(
            Difference.objects.select_related("donation__donor", "reconciliation"),
            pk=self.kwargs["difference"],
            reconciliation=self.object,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            agrees = repairs.repair(self.difference, self.staff)
        except repairs.NotRepairable:
            messages.error(request, _("Nothing that could be replayed mends this difference."))
        except repairs.UNDONE as error:
            text = _("The repair could not be carried out: %(reason)s. Try again later.")
            messages.error(request, text % {"reason": str(error) or type(error).__name__})
        else:
            if agrees:
                messages.success(request, _("The books agree about this movement now."))
            else:
                text = _("This did not mend it: somebody has to look into it by hand.")
                messages.warning(request, text)
        return self.back()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        difference = self.difference
        return super().get_context_data(**kwargs) | {
            "difference": difference,
            "theirs": wording.money(difference.theirs_cents),
            "ours": wording.money(difference.ours_cents),
        }


class ReplayManyView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Shows the events that a filter of the listing finds (without one: those that failed), each
    with a box to untick, and has the ticked ones processed again."""

    model: type[Model] = ProviderEvent
    page_title = gettext_lazy("Process several again")  # type: ignore[assignment]
    template_name = "donations/admin/books/replay_many.html"
    header_icon = "rotate"
    http_method_names: tuple[str, ...] = ("get", "head", "post", "options")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not all(self.user_has_permission(action) for action in ("view", "replay")):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def found(self) -> QuerySet[ProviderEvent]:
        events = ProviderEvent.objects.exclude(status=ProviderEvent.Status.RECEIVED)
        asked = {name for name in EventFilters.base_filters if self.request.GET.getlist(name)}
        asked |= {name for name in self.request.GET if name.startswith("received_at_")}
        if not asked:
            return events.filter(status=ProviderEvent.Status.FAILED)
        return cast(
            "QuerySet[ProviderEvent]",
            EventFilters(self.request.GET, queryset=events, request=self.request).qs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = [int(pk) for pk in request.POST.getlist("event") if pk.isdecimal()][:SHOWN]
        again = 0
        for event in ProviderEvent.objects.filter(pk__in=chosen).order_by("occurred_at", "pk"):
            if event.status != ProviderEvent.Status.RECEIVED:
                events.replay(event, cast(User, request.user))
                again += 1
        if not again:
            messages.info(request, _("No event was chosen."))
            return redirect("giving_events:index")
        text = ngettext(
            "%(count)s event will be processed again within moments.",
            "%(count)s events will be processed again within moments.",
            again,
        )
        messages.success(request, text % {"count": again})
        return redirect("giving_events:index")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {
                "url": reverse("giving_events:index"),
                "label": capfirst(str(ProviderEvent._meta.verbose_name_plural)),
            },
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.found().order_by("-received_at", "-pk")
        shown = list(found[: SHOWN + 1])
        return super().get_context_data(**kwargs) | {
            "detail_url": reverse("giving_events:index"),
            "is_cut": len(shown) > SHOWN,
            "shown_count": SHOWN,
            "events": [
                (event, wording.moment(event.received_at), wording.tone(event.status))
                for event in shown[:SHOWN]
            ],
        }
