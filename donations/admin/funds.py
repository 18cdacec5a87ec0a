"""Funds are the one thing about giving that staff write in the admin."""

from typing import Any

from django.db.models import ProtectedError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.views import generic

from ..models import Fund
from .policies import is_used


class FundForm(WagtailAdminModelForm):
    """The code of a fund that money points at stands in links and in the books: it stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and is_used(self.instance):
            self.fields["code"].disabled = True

    class Meta:
        model = Fund
        fields = (
            "code",
            "name_lv",
            "name_en",
            "purpose_lv",
            "purpose_en",
            "is_open",
            "position",
        )


class FundDelete(generic.DeleteView):
    """Deletes a fund that nobody gave to. Another can be closed instead."""

    object: Fund

    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.user_has_permission("delete") and is_used(self.object):
            return self._refuse()
        return super().dispatch(*args, **kwargs)

    def form_valid(self, form: Any) -> Any:
        try:
            return super().form_valid(form)
        except ProtectedError:
            # Somebody gave to it in this moment.
            return self._refuse()

    def _refuse(self) -> HttpResponseRedirect:
        text = _(
            "“%(fund)s” has gifts and can’t be deleted. Close it for gifts instead: untick “open "
            "for gifts”."
        )
        messages.error(self.request, text % {"fund": self.object})
        return redirect(self.get_success_url())
