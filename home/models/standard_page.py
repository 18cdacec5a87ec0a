"""A page of words and pictures."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.search import index

from sosbca.core.blocks import content_blocks
from sosbca.core.fields import BlockField
from sosbca.core.models import BasePage


class StandardPage(BasePage):
    """For everything that needs no page type of its own."""

    body = BlockField(content_blocks(), verbose_name=_("content"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    parent_page_types = ["home.HomePage", "home.StandardPage"]
    subpage_types = ["home.StandardPage"]
    template = "home/standard_page.html"

    class Meta:
        verbose_name = _("standard page")
