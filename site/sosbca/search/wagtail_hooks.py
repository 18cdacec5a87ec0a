"""Hangs the search's pages into Wagtail's admin."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .admin import AskedReport, PromotionViewSet


@hooks.register("register_admin_viewset")
def register_promotions() -> Any:
    return PromotionViewSet()


@hooks.register("register_admin_urls")
def register_report() -> list[URLPattern]:
    return [
        path("reports/searched/", AskedReport.as_view(), name="site_search_asked"),
        path(
            "reports/searched/results/",
            AskedReport.as_view(results_only=True),
            name="site_search_asked_results",
        ),
    ]


class ReportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm("site_search.view_askedquery")


@hooks.register("register_reports_menu_item")
def register_report_menu_item() -> ReportMenuItem:
    return ReportMenuItem(
        _("Searched on the site"),
        reverse("site_search_asked"),
        name="site-search-asked",
        icon_name="search",
        order=1300,
    )


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(
        content_type__app_label="site_search", codename="view_askedquery"
    )
