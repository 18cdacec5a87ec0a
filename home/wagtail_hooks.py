"""Hangs what staff need for pages into Wagtail's admin."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from home.editing import hooks as editing_hooks  # noqa: F401  registers the editors' tools
from home.editing import sign_up_dates  # noqa: F401  registers what editors are told of events
from home.forms.access import may_delete, readable_forms
from home.snippets import ReusableContentGroup
from sosbca.users.models import User

register_snippet(ReusableContentGroup)


@hooks.register("filter_form_submissions_for_user")
def hide_confidential_forms(user: Any, forms: Any) -> Any:
    return readable_forms(user, forms)


@hooks.register("before_delete_page")
def keep_entries(request: HttpRequest, page: Page) -> HttpResponse | None:
    return _refused(request, [page])


@hooks.register("before_bulk_action")
def keep_entries_of_many(
    request: HttpRequest, action_type: str, pages: Any, action: Any
) -> HttpResponse | None:
    is_of_pages = action_type == "delete" and issubclass(action.models[0], Page)
    return _refused(request, pages) if is_of_pages else None


def _refused(request: HttpRequest, pages: Any) -> HttpResponse | None:
    if may_delete(cast(User, request.user), pages):
        return None
    text = _("A form among these pages still holds entries, which would be deleted with it.")
    messages.error(request, text)
    return redirect("wagtailadmin_explore", pages[0].get_parent().pk)
