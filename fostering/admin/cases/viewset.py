"""Addresses and menu entry of the cases."""

from typing import cast

from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from sosbca.users.models import User

from ...services import access
from . import files, mails, person_requests, views


class CasesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return access.is_staff_of_cases(cast(User, request.user))


class CaseViewSet(ViewSet):
    """No address of Wagtail's own: none for adding, deleting, copying, or the usual history."""

    name = "fostering_cases"
    url_prefix = "fostering/cases"
    icon = "group"
    menu_label = _("Cases")
    menu_item_class = CasesMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        detail = self.construct_view(views.CaseDetail)
        return [
            path("", self.construct_view(views.CaseListing), name="index"),
            path("<int:pk>/", detail, name="inspect"),
            path("<int:pk>/email/", self.construct_view(mails.WriteMail), name="email"),
            path("<int:pk>/files/add/", self.construct_view(files.AddFile), name="file_add"),
            path(
                "<int:pk>/files/<int:file_pk>/",
                self.construct_view(files.DownloadFile),
                name="file",
            ),
            path(
                "<int:pk>/files/<int:file_pk>/delete/",
                self.construct_view(files.DeleteFile),
                name="file_delete",
            ),
            path("<int:pk>/copy/", self.construct_view(person_requests.CopyForPerson), name="copy"),
            path("<int:pk>/erase/", self.construct_view(person_requests.ErasePerson), name="erase"),
            path("<int:pk>/<slug:step>/", detail, name="step"),
        ]
