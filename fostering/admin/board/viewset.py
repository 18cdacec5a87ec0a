"""Addresses and menu entry of the board."""

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSet

from ..cases.viewset import CasesMenuItem
from . import views


class BoardViewSet(ViewSet):
    name = "fostering_board"
    url_prefix = "fostering/board"
    icon = "grip"
    menu_label = _("Board")
    menu_item_class = CasesMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.construct_view(views.BoardView), name="index"),
            path("<int:pk>/move/", self.construct_view(views.MoveView), name="move"),
        ]
