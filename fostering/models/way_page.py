"""One way of helping a child: what it asks and what it offers, in words that can be compared."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.search import index

from sosbca.core.blocks import content_blocks
from sosbca.core.fields import BlockField
from sosbca.core.models import BasePage

COMPARED = ("for_whom", "how_long", "requirements", "training", "allowance", "support")


class Aspect(NamedTuple):
    """What a way of helping says about one thing that all ways are compared by."""

    label: str
    text: str


class WayOfHelpingPage(BasePage):
    """Such as being a foster family, a guardian or a host family."""

    for_whom = models.TextField(_("for which children"), max_length=300)
    how_long = models.TextField(_("for how long"), max_length=300)
    requirements = models.TextField(_("who can do it"), max_length=500)
    training = models.TextField(_("training"), max_length=300)
    allowance = models.TextField(
        _("allowance"),
        max_length=400,
        help_text=_("Amounts change every year: name the year and the source."),
    )
    support = models.TextField(_("our support"), max_length=400)
    body = BlockField(content_blocks(), verbose_name=_("content"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [FieldPanel(name) for name in COMPARED],
            heading=_("What ways of helping are compared by"),
        ),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        *(index.SearchField(name) for name in COMPARED),
        index.SearchField("body"),
    ]

    parent_page_types = ["fostering.LandingPage"]
    subpage_types: list[str] = []
    template = "fostering/way_page.html"

    class Meta:
        verbose_name = _("way of helping")
        verbose_name_plural = _("ways of helping")

    def aspects(self) -> Iterator[Aspect]:
        """In the order in which they are compared."""
        for name in COMPARED:
            label = str(self._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            yield Aspect(label[:1].upper() + label[1:], getattr(self, name))
