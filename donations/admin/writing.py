"""Funds and campaigns are what staff write about giving. What money points at stays."""

from typing import Any, ClassVar

from django.db.models import ProtectedError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils.functional import Promise
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from ..models import Campaign, Fund
from .policies import is_used
from .viewset_base import LISTING


class WrittenForm(WagtailAdminModelForm):
    """What stands in links and in the books of what is used stays as it is."""

    fixed: ClassVar[tuple[str, ...]] = ("code",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and is_used(self.instance):
            for name in self.fixed:
                self.fields[name].disabled = True


class DeleteUnused(generic.DeleteView):
    """Deletes what nobody gave to."""

    object: Fund | Campaign
    # What else to do with one that is used; `%(name)s` stands for it.
    refusal: str | Promise

    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.user_has_permission("delete") and is_used(self.object):
            return self._refuse()
        return super().dispatch(*args, **kwargs)

    def form_valid(self, form: Any) -> Any:
        try:
            return super().form_valid(form)
        except ProtectedError:
            # Somebody gave to it in this moment, or a page shows it.
            return self._refuse()

    def _refuse(self) -> HttpResponseRedirect:
        messages.error(self.request, str(self.refusal) % {"name": self.object})
        return redirect(self.get_success_url())


class WrittenViewSet(ModelViewSet):
    """A listing, and forms to add, change and delete."""

    copy_view_enabled = False
    add_to_reference_index = False
    list_per_page = 50
    index_results_template_name = LISTING
    form_class: type[WrittenForm]

    def get_form_class(self, for_update: bool = False) -> type[WrittenForm]:
        return self.form_class

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        # No address shows who gave to something: that is what the listings are for.
        return super().get_common_view_kwargs(**kwargs) | {"usage_url_name": None}

    def get_urlpatterns(self) -> list[URLPattern]:
        return [route for route in super().get_urlpatterns() if route.name != "usage"]
