"""A few questions that show which ways of helping might fit."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page
from wagtail.search import index

from fostering.blocks import QuestionBlock
from fostering.self_check import asked, chosen_in, evaluate
from sosbca.core.blocks import content_blocks
from sosbca.core.fields import BlockField
from sosbca.core.listing import live_below
from sosbca.core.models import BasePage
from sosbca.core.municipalities import MUNICIPALITIES

from .support_centre import SupportCentre, suggested_centre
from .way_page import WayOfHelpingPage

MUNICIPALITY = "municipality"


class SelfCheckPage(BasePage):
    """Questions and rules are the editors'. What visitors answer is neither stored nor sent on.

    Answers come by POST and the result is the answer to it: so they stand in no address, no log
    of a server or proxy, no history of the browser, and are passed on by no referrer.
    """

    body = BlockField(content_blocks(), verbose_name=_("content above the questions"), blank=True)
    questions = BlockField([("question", QuestionBlock())], verbose_name=_("questions"), blank=True)
    afterwards = BlockField(
        content_blocks(), verbose_name=_("content below the result"), blank=True
    )

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("body"),
        FieldPanel("questions"),
        FieldPanel("afterwards"),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    parent_page_types = ["fostering.LandingPage"]
    subpage_types: list[str] = []
    template = "fostering/self_check_page.html"

    class Meta:
        verbose_name = _("self-check")
        verbose_name_plural = _("self-checks")

    @method_decorator(sensitive_post_parameters())
    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            response: HttpResponse = super().serve(request, *args, **kwargs)
            return response
        context = {**self.get_context(request), **self._answer(request)}
        status = 200 if "result" in context else 422
        response = TemplateResponse(request, self.template, context, status=status)
        add_never_cache_headers(response)
        return response

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            "municipalities": [(code, place.name()) for code, place in MUNICIPALITIES.items()],
            "asked": asked(self.questions, {}),
        }

    def _answer(self, request: HttpRequest) -> dict[str, Any]:
        chosen = chosen_in(request.POST, self.questions)
        place = request.POST.get(MUNICIPALITY, "")
        place = place if place in MUNICIPALITIES else ""
        shown = {"municipality": place, "asked": asked(self.questions, chosen)}
        if not chosen:
            return {**shown, "is_empty": True}
        ways = live_below(cast(Page, self.get_parent()), WayOfHelpingPage).order_by("path")
        centres = [suggested_centre(place)] if place else SupportCentre.objects.filter(is_open=True)
        return {
            **shown,
            "result": evaluate(self.questions, chosen, ways),
            "centres": [centre for centre in centres if centre is not None],
            "open_questions": len(self.questions) - len(chosen),
        }
