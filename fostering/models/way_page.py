"""One way of helping a child: what it asks and what it offers, in words that can be compared."""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable
from wagtail.search import index

from sosbca.core.blocks import content_blocks
from sosbca.core.fields import BlockField
from sosbca.core.models import BasePage
from sosbca.core.snippets import Fact

COMPARED = ("for_whom", "how_long", "requirements", "training", "allowance", "support")


class Aspect(NamedTuple):
    """What a way of helping says about one thing that all ways are compared by."""

    label: str
    text: str
    facts: list[Fact]


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
        InlinePanel(
            "figures",
            label=_("fact"),
            heading=_("Figures with date and source"),
            help_text=_(
                "Such as allowances and hours of training. Visitors are warned of a "
                "figure that should have been looked at again."
            ),
        ),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        *(index.SearchField(name) for name in COMPARED),
        index.SearchField("body"),
    ]

    facts = ("figures",)

    parent_page_types = ["fostering.LandingPage"]
    subpage_types: list[str] = []
    template = "fostering/way_page.html"

    class Meta:
        verbose_name = _("way of helping")
        verbose_name_plural = _("ways of helping")

    def aspects(self) -> Iterator[Aspect]:
        """In the order in which they are compared."""
        figures = list(self.figures.all())
        for name in COMPARED:
            label = str(self._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            facts = [row.fact for row in figures if row.aspect == name]
            yield Aspect(label[:1].upper() + label[1:], getattr(self, name), facts)


class WayFigure(Orderable):
    """A figure that changes from year to year, beside what the page says of it in words."""

    page = ParentalKey(WayOfHelpingPage, on_delete=models.CASCADE, related_name="figures")
    aspect = models.CharField(
        _("stands with"),
        max_length=20,
        choices=[
            ("how_long", _("for how long")),
            ("requirements", _("who can do it")),
            ("training", _("training")),
            ("allowance", _("allowance")),
            ("support", _("our support")),
        ],
        default="allowance",
    )
    fact = models.ForeignKey(
        "core.Fact", verbose_name=_("fact"), on_delete=models.CASCADE, related_name="+"
    )

    panels = [FieldRowPanel([FieldPanel("aspect"), FieldPanel("fact")])]

    class Meta(Orderable.Meta):
        verbose_name = _("figure")
        verbose_name_plural = _("figures")

    def __str__(self) -> str:
        return str(self.fact)
