"""Who may read what came in through forms."""

from typing import Any

from django.db.models import QuerySet

from sosbca.users.models import User

from ..models import FormPage


def readable_forms(user: User, forms: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the forms whose entries the user may read: confidential ones only with the
    permission for them."""
    if user.has_perm("home.view_confidential_entries"):
        return forms
    return forms.exclude(pk__in=FormPage.objects.filter(is_confidential=True).values("pk"))
