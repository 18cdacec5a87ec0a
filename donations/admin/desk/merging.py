"""Two donors that are one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from ...models import Donor
from ...services import donors_merge, erasure
from .. import wording
from ..actions import ActionView
from ..listings import with_gifts
from .gifts import found_donors


class MergeView(ActionView):
    """The donor of the page is kept; `q` finds the duplicate, `other` is the one chosen."""

    action = "merge"
    page_title = gettext_lazy("Merge a duplicate")  # type: ignore[assignment]
    template_name = "donations/admin/merge.html"
    header_icon = "group"
    object: Donor

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        other = self._other(request.POST.get("other", ""))
        if other is None:
            messages.error(request, _("Choose the duplicate."))
            return self.back()
        confirmed = "confirmed" in request.POST
        try:
            donors_merge.merge(self.object, other, self.staff, confirmed=confirmed)
        except donors_merge.CodesDiffer:
            return self.render_to_response(
                self.get_context_data(other=other, needs_confirmation=True), status=422
            )
        except donors_merge.KeepTheOther:
            text = _(
                "The duplicate has the same details and more. Open that donor and merge this one "
                "into it."
            )
            messages.error(request, text)
        except donors_merge.NotMergeable:
            messages.error(request, _("These two can’t be merged."))
        else:
            messages.success(request, _("They are one donor now."))
        return self.back()

    def _other(self, pk: str) -> Donor | None:
        donors = with_gifts(Donor.objects.exclude(pk=self.object.pk), "donor")
        found: Donor | None = donors.filter(pk=pk if pk.isdecimal() else 0).first()
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = self.request.GET.get("q", "").strip()
        other = kwargs.pop("other", None) or self._other(self.request.GET.get("other", ""))
        kept = with_gifts(Donor.objects.filter(pk=self.object.pk), "donor").get()
        both = [kept, other] if other else [kept]
        return super().get_context_data(**kwargs) | {
            "other": other,
            "text": text,
            "found": found_donors(text or self.object.email, but=self.object),
            "sides": [
                {
                    "donor": donor,
                    "kind": donor.get_kind_display(),
                    "code": donor.masked_personal_code or donor.registration_number,
                    "given": wording.money(donor.given_cents),
                    "created": wording.moment(donor.created_at),
                }
                for donor in both
            ],
        }


class EraseView(ActionView):
    """The donor's identity erased, at the donor's wish; the accounting facts stay."""

    action = "erase"
    page_title = gettext_lazy("Erase")  # type: ignore[assignment]
    template_name = "donations/admin/erase.html"
    header_icon = "bin"
    object: Donor

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if erasure.erase([self.object], self.staff):
            messages.success(request, _("The donor’s identity is erased."))
        else:
            text = _(
                "The wish is recorded. Something is still on its way, or the payment company "
                "can’t be reached: it is carried out by itself as soon as it can be."
            )
            messages.warning(request, text)
        return self.back()
