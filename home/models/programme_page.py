"""A programme that runs for years: its aim, and who does what in it."""

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, TranslatableMixin
from wagtail.search import index
from wagtail_localize.fields import SynchronizedField, TranslatableField

from home.blocks import page_blocks
from sosbca.core.fields import BlockField, ChoiceSetField
from sosbca.core.models import BasePage
from sosbca.core.page_cache import fresh_until
from sosbca.core.privacy import public
from sosbca.core.regions import Region


class ProgrammePage(BasePage):
    """Such as “When a Baby Is Born”, or the training for foster parents."""

    aim = models.TextField(_("aim"), max_length=600)
    audience = models.TextField(_("for whom"), blank=True, max_length=400)
    regions = ChoiceSetField(
        _("regions"), choices=Region.choices, help_text=_("None: in the whole of Latvia.")
    )
    contact = models.ForeignKey(
        "core.Person",
        verbose_name=_("contact"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    body = BlockField(page_blocks(), verbose_name=_("content"), blank=True)

    content_panels = [
        *BasePage.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("aim"),
                FieldPanel("audience"),
                FieldPanel("regions"),
                FieldPanel("contact"),
            ],
            heading=_("The programme in short"),
        ),
        InlinePanel("team", label=_("role"), heading=_("Team")),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("aim"),
        index.SearchField("audience"),
        index.SearchField("body"),
        index.RelatedFields("team", [index.SearchField("title"), index.SearchField("text")]),
    ]
    facts = ("regions", "contact")

    joined = (*BasePage.joined, "contact__photo")

    parent_page_types = ["home.ServiceIndexPage", "home.ServicePage", "home.SectionPage"]
    subpage_types = ["home.StandardPage"]
    template = "home/programme_page.html"

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from .event_pages import EventPage

        intakes = public(EventPage.objects.live()).filter(
            locale_id=self.locale_id,
            programme__translation_key=self.translation_key,
            ends_at__gte=timezone.now(),
        )
        coming = list(intakes.order_by("starts_at"))
        for intake in coming:
            fresh_until(intake.ends_at)
        return {
            **super().get_context(request, *args, **kwargs),
            "intakes": coming,
            "team": self.team.all(),
        }


class TeamRole(TranslatableMixin, Orderable):
    """Who works in a programme: a role, not a name."""

    page = ParentalKey(ProgrammePage, on_delete=models.CASCADE, related_name="team")
    number = models.CharField(
        _("how many"), max_length=10, blank=True, help_text=_("Such as 1 or 4–6.")
    )
    title = models.CharField(_("role"), max_length=100)
    text = models.TextField(_("what they do"), blank=True, max_length=400)

    panels = [
        FieldRowPanel([FieldPanel("number"), FieldPanel("title")]),
        FieldPanel("text"),
    ]
    translatable_fields = [
        SynchronizedField("number"),
        TranslatableField("title"),
        TranslatableField("text"),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("role")

    def __str__(self) -> str:
        return self.title
