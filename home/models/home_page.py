"""The front page."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.search import index

from home.blocks import page_blocks
from sosbca.core.blocks.actions import LinkBlock
from sosbca.core.fields import BlockField
from sosbca.core.models import BasePage


class HomePage(BasePage):
    """One per language, at the root of that language's tree."""

    hero_heading = models.CharField(
        _("heading"), max_length=120, help_text=_("The promise of the site in one sentence.")
    )
    hero_image = models.ForeignKey(
        "core.CustomImage",
        verbose_name=_("picture"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("The drawn scene with the house and the bird is shown when none is chosen."),
    )
    hero_links = BlockField(
        [("link", LinkBlock())], verbose_name=_("buttons"), blank=True, max_num=2
    )
    body = BlockField(page_blocks(), verbose_name=_("content"), blank=True)

    content_panels = [
        FieldPanel("title"),
        MultiFieldPanel(
            [
                FieldPanel("hero_heading"),
                FieldPanel("introduction"),
                FieldPanel("hero_image"),
                FieldPanel("hero_links"),
            ],
            heading=_("Opening"),
        ),
        FieldPanel("body"),
    ]
    facts = ("hero_image",)
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("hero_heading"),
        index.SearchField("body"),
    ]

    parent_page_types = ["wagtailcore.Page"]
    template = "home/home_page.html"

    class Meta:
        verbose_name = _("home page")
