"""Pages that introduce themselves: their titles and introductions as cards."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from ..links import CardLinkValue
from . import groups
from .choosers import BulkPageChooserBlock


class PageCardBlock(blocks.StructBlock):
    page = BulkPageChooserBlock(label=_("Page"))

    class Meta:
        label = _("Page")
        value_class = CardLinkValue


class PageListBlock(blocks.StructBlock):
    """The words are the pages' own, so they never differ from them."""

    heading = blocks.CharBlock(label=_("Heading"), required=False)
    pages = blocks.ListBlock(PageCardBlock(), label=_("Pages"), min_num=1, max_num=12)

    class Meta:
        icon = "doc-empty"
        label = _("Pages as cards")
        group = groups.LINKS
        description = _("Chosen pages with their own titles and introductions.")
        template = "blocks/page_list.html"
