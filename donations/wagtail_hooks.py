"""Hangs the staff's side of giving into Wagtail's admin."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from .admin import history, panels, policies, viewsets

# Before any hook runs: Wagtail makes up a policy for a model that is asked about before it has one.
policies.register()


@hooks.register("register_admin_viewset")
def register_giving() -> viewsets.GivingGroup:
    return viewsets.GivingGroup()


@hooks.register("register_log_actions")
def register_log_actions(registry: LogActionRegistry) -> None:
    history.register_actions(registry)


@hooks.register("construct_homepage_panels")
def add_trouble_panel(request: HttpRequest, home_panels: list[Any]) -> None:
    home_panels.append(panels.TroublePanel(request))


@hooks.register("register_icons")
def register_icons(icons: list[str]) -> list[str]:
    return [*icons, "donations/admin/icons/giving.svg", "donations/admin/icons/refund.svg"]


@hooks.register("insert_global_admin_css")
def add_styles() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))
