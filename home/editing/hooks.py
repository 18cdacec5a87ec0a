"""Hangs the editors' tools into Wagtail's admin. Imported by `home.wagtail_hooks`."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import include, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem, SubmitForModerationMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.permissions import policy_registry  # type: ignore[attr-defined]
from wagtail.signals import post_page_move

from sosbca.core.consent import schedule_refused
from sosbca.core.models import Fact

from . import guide, moves, notices, reports, userbar
from .panels import EditorsPanel


@hooks.register("register_admin_urls")
def register_addresses() -> list[Any]:
    addresses = [
        path(
            "reports/translation-states/",
            reports.TranslationsReport.as_view(),
            name="translations",
        ),
        path(
            "reports/translation-states/results/",
            reports.TranslationsReport.as_view(results_only=True),
            name="translations_results",
        ),
        path("reports/consents/", reports.ConsentsReport.as_view(), name="consents"),
        path(
            "reports/consents/results/",
            reports.ConsentsReport.as_view(results_only=True),
            name="consents_results",
        ),
        path("reports/stale-facts/", reports.FactsReport.as_view(), name="facts"),
        path(
            "reports/stale-facts/results/",
            reports.FactsReport.as_view(results_only=True),
            name="facts_results",
        ),
        path("guide/", guide.GuideView.as_view(), name="guide"),
        path("recruitment-guide/", guide.RecruitmentGuideView.as_view(), name="recruitment_guide"),
        path("guide/pictures/<str:name>", guide.picture, name="guide_picture"),
        path(
            "recruitment-guide/pictures/<str:name>",
            guide.picture,
            {"guide": guide.RecruitmentGuideView},
            name="recruitment_guide_picture",
        ),
    ]
    return [path("", include((addresses, "editing"), namespace="editing"))]


class PermittedMenuItem(MenuItem):
    """Shown to those who have one of the permissions for a model."""

    def __init__(self, *args: Any, model: Any, actions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._model, self._actions = model, actions

    def is_shown(self, request: HttpRequest) -> bool:
        policy = policy_registry.get_by_type(self._model)
        return bool(policy.user_has_any_permission(request.user, self._actions))


@hooks.register("register_reports_menu_item")
def add_translations_report() -> MenuItem:
    return PermittedMenuItem(
        _("State of translations"),
        reverse("editing:translations"),
        name="translation-states",
        icon_name="wagtail-localize-language",
        order=100,
        model=Page,
        actions=reports.ANY,
    )


@hooks.register("register_reports_menu_item")
def add_consents_report() -> MenuItem:
    return PermittedMenuItem(
        _("Consents for pictures"),
        reverse("editing:consents"),
        name="consents",
        icon_name="image",
        order=110,
        model=get_image_model(),
        actions=["change"],
    )


@hooks.register("register_reports_menu_item")
def add_facts_report() -> MenuItem:
    return PermittedMenuItem(
        _("Stale facts"),
        reverse("editing:facts"),
        name="stale-facts",
        icon_name="order",
        order=120,
        model=Fact,
        actions=["add", "change", "view"],
    )


@hooks.register("construct_reports_menu")
def leave_out_second_translations_report(request: HttpRequest, items: list[MenuItem]) -> None:
    """wagtail-localize's own report knows only of ordered translations."""
    theirs = reverse("wagtail_localize:translations_report")
    items[:] = [item for item in items if getattr(item, "url", "") != theirs]


class GuideMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return guide.is_for(request.user)


@hooks.register("register_help_menu_item")
def add_guide() -> MenuItem:
    return GuideMenuItem(
        _("Editors’ guide"), reverse("editing:guide"), name="guide", icon_name="help", order=10
    )


class RecruitmentGuideMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return guide.is_for_recruitment(request.user)


@hooks.register("register_help_menu_item")
def add_recruitment_guide() -> MenuItem:
    return RecruitmentGuideMenuItem(
        _("Recruitment guide"),
        reverse("editing:recruitment_guide"),
        name="recruitment-guide",
        icon_name="help",
        order=11,
    )


@hooks.register("construct_homepage_panels")
def add_panel(request: HttpRequest, home_panels: list[Any]) -> None:
    home_panels.append(EditorsPanel(request))


@hooks.register("insert_global_admin_css")
def add_styles() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/editing.css"))


@hooks.register("construct_page_action_menu")
def offer_review_first(
    items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]
) -> None:
    """Whoever may publish is offered a second pair of eyes before that."""
    review = [item for item in items if isinstance(item, SubmitForModerationMenuItem)]
    rest = [item for item in items if item not in review]
    items[:] = [*rest[:1], *review, *rest[1:]]


hooks.register("construct_wagtail_userbar", userbar.use_house_checker)
hooks.register("before_copy_page", notices.refuse_copy)
hooks.register("after_publish_page", notices.tell_of_translation)
hooks.register("after_create_page", notices.advise)
hooks.register("after_edit_page", notices.advise)
hooks.register("construct_translated_pages_to_cascade_actions", moves.translations_that_follow)


@hooks.register("after_bulk_action")
def move_translations(
    request: HttpRequest, action_type: str, pages: Iterable[Any], action: Any
) -> None:
    """Wagtail takes translations along when one page is moved, and not when many are."""
    pages = list(pages)
    if action_type == "move" and pages and isinstance(pages[0], Page):
        destination = action.cleaned_form.cleaned_data["chooser"]
        moves.move_translations(pages, destination, request.user)


post_page_move.connect(moves.follow_reordering, dispatch_uid="editing.reordering")


def _tell(sender: Any, page: Page, refusal: Any, **kwargs: Any) -> None:
    from . import messages

    messages.promise_refusal(page, refusal)


schedule_refused.connect(_tell, dispatch_uid="editing.refused_schedule")
