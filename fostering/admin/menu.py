"""The menu group of recruitment, shown to who may see anything in it."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSetGroup

from .board.viewset import BoardViewSet
from .cases.viewset import CaseViewSet
from .figures.views import FiguresViewSet
from .sign_ups import SignUpListViewSet


class RecruitmentGroup(ModelViewSetGroup):
    menu_label = _("Recruitment")
    menu_name = "recruitment"
    menu_icon = "group"
    menu_order = 160
    items = (BoardViewSet, CaseViewSet, FiguresViewSet, SignUpListViewSet)
