"""Hangs what staff need for pages into Wagtail's admin."""

from typing import Any

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from home.editing import hooks as editing_hooks  # noqa: F401  registers the editors' tools
from home.forms.access import readable_forms
from home.snippets import ReusableContentGroup

register_snippet(ReusableContentGroup)


@hooks.register("filter_form_submissions_for_user")
def hide_confidential_forms(user: Any, forms: Any) -> Any:
    return readable_forms(user, forms)
