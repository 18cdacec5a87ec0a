"""Hangs recruitment's side into Wagtail's admin."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from .admin import history, menu, panels, policies

# Before any hook runs: Wagtail makes up a policy for a model that is asked about before it has one.
policies.register()


@hooks.register("register_admin_viewset")
def register_recruitment() -> menu.RecruitmentGroup:
    return menu.RecruitmentGroup()


@hooks.register("register_log_actions")
def register_log_actions(registry: LogActionRegistry) -> None:
    history.register_actions(registry)


@hooks.register("construct_homepage_panels")
def add_cases_panel(request: HttpRequest, home_panels: list[Any]) -> None:
    home_panels.append(panels.CasesPanel(request))


@hooks.register("insert_global_admin_css")
def add_styles() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/recruitment.css"))
