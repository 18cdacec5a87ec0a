"""Pages of words and pictures."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from home.blocks import page_blocks
from sosbca.core.fields import BlockField
from sosbca.core.listing import published_children
from sosbca.core.models import BasePage


class StandardPage(BasePage):
    """For everything that needs no page type of its own."""

    body = BlockField(page_blocks(), verbose_name=_("content"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    parent_page_types = [
        "home.HomePage",
        "home.SectionPage",
        "home.StandardPage",
        "home.ServicePage",
        "home.ProgrammePage",
        "fostering.LandingPage",
    ]
    subpage_types = ["home.StandardPage"]
    template = "home/standard_page.html"

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")


class SectionPage(BasePage):
    """A part of the site: some words, and cards that lead to the pages below it."""

    body = BlockField(page_blocks(), verbose_name=_("content"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    parent_page_types = ["home.HomePage", "home.SectionPage", "fostering.LandingPage"]
    template = "home/section_page.html"

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context(request, *args, **kwargs),
            "children": published_children(self),
        }
