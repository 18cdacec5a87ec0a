"""The support centres and the templates of e-mails among what is written once and used often."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy  # type: ignore[attr-defined]
from wagtail.snippets.views.snippets import SnippetViewSet

from .models import CaseMailTemplate, SupportCentre


class CentrePolicy(ModelPermissionPolicy):
    """Django's permissions, but nobody deletes a centre: it is closed, and keeps its cases."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "delete" and bool(super().user_has_permission(user, action))


# Here, and not with the others: Wagtail makes up a policy when the snippet is registered.
register_permission_policy(SupportCentre, CentrePolicy(SupportCentre))


class SupportCentreViewSet(SnippetViewSet):
    model = SupportCentre
    icon = "home"
    list_display = (
        "name_lv",
        "name_en",
        "get_town_display",
        "phone",
        "email",
        BooleanColumn("is_open", label=_("Takes enquiries")),
    )


class CaseMailTemplateViewSet(SnippetViewSet):
    model = CaseMailTemplate
    icon = "mail"
    list_display = ("name", "subject_lv", "subject_en")
