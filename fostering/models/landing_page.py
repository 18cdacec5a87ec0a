"""Where people arrive who wonder whether they could."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from sosbca.core.blocks import content_blocks
from sosbca.core.fields import BlockField
from sosbca.core.listing import live_below, with_pictures
from sosbca.core.models import BasePage
from sosbca.core.privacy import public

from .support_centre import SupportCentre
from .way_page import WayOfHelpingPage


class LandingPage(BasePage):
    """An invitation, and all ways of helping side by side."""

    body = BlockField(content_blocks(), verbose_name=_("content"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    parent_page_types = ["home.HomePage"]
    subpage_types = [
        "fostering.WayOfHelpingPage",
        "fostering.SelfCheckPage",
        "home.FaqPage",
        "home.SectionPage",
        "home.StandardPage",
    ]
    template = "fostering/landing_page.html"

    class Meta:
        verbose_name = _("fostering landing page")
        verbose_name_plural = _("fostering landing pages")

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        found = with_pictures(live_below(self, WayOfHelpingPage)).order_by("path")
        ways = list(found.prefetch_related("figures__fact"))
        compared = [list(way.aspects()) for way in ways]
        others = public(self.get_children().live()).not_type(WayOfHelpingPage).specific()
        return {
            **super().get_context(request, *args, **kwargs),
            "ways": ways,
            "cards": list(zip(ways, compared, strict=True)),
            # One row for each thing compared: its label, and what each way says about it.
            "comparison": [(row[0].label, row) for row in zip(*compared, strict=True)],
            "centres": SupportCentre.objects.all(),
            "others": others,
        }
