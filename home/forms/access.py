"""Who may read what came in through forms."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Page

from sosbca.users.models import User

from ..models import FormEntry, FormPage


def readable_forms(user: User, forms: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the forms whose entries the user may read; confidential ones only with the
    permission for them. A form stays confidential as long as it holds such entries."""
    if user.has_perm("home.view_confidential_entries"):
        return forms
    if not user.has_perm("home.view_formentry"):
        return forms.none()
    confidential = FormPage.objects.filter(is_confidential=True)
    return forms.exclude(translation_key__in=confidential.values("translation_key")).exclude(
        pk__in=FormEntry.objects.filter(is_confidential=True).values("page_id")
    )


def may_delete(user: User, pages: Iterable[Page]) -> bool:
    """Whether nothing is lost with these pages and those below them that the user may not judge:
    entries of forms go with their page."""
    if user.has_perm("home.view_confidential_entries"):
        return True
    return not any(
        FormEntry.objects.filter(page__path__startswith=page.path).exists() for page in pages
    )
