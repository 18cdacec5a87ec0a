"""What the association does for whom, and a finder for it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.search import index

from home.blocks import page_blocks
from sosbca.core.blocks import RICH_TEXT_FEATURES
from sosbca.core.fields import BlockField, ChoiceSetField
from sosbca.core.listing import (
    Filter,
    chosen,
    clear_url,
    live_below,
    narrow_by,
    with_pictures,
)
from sosbca.core.models import BasePage
from sosbca.core.privacy import public
from sosbca.core.regions import Region

# Aftercare lasts until then.
OLDEST = 24
# The finder's bands of age, in years, both ends included.
AGE_BANDS: dict[str, tuple[int, int]] = {
    "0-2": (0, 2),
    "3-6": (3, 6),
    "7-12": (7, 12),
    "13-17": (13, 17),
    "18-24": (18, 24),
}


class Need(models.TextChoices):
    """What somebody comes with, in words that they would use."""

    NEWBORN = "newborn", _("A baby has been born")
    AT_RISK = "at-risk", _("The family is having a hard time")
    WITHOUT_CARE = "without-care", _("A child cannot live with their parents")
    FOSTERING = "fostering", _("We care for somebody else’s child")
    BEREAVEMENT = "bereavement", _("Somebody close has died")
    OFFENDING = "offending", _("A young person has broken the law")
    LEAVING_CARE = "leaving-care", _("A young person is starting a life of their own")
    PROFESSIONALS = "professionals", _("I work with children and families")


class ServicePage(BasePage):
    """One service: for whom, at what age, where, and how to get it."""

    audience = models.TextField(_("for whom"), max_length=400)
    needs = ChoiceSetField(_("needs it answers"), choices=Need.choices, blank=False)
    age_from = models.PositiveSmallIntegerField(
        _("from age"), null=True, blank=True, validators=[MaxValueValidator(OLDEST)]
    )
    age_to = models.PositiveSmallIntegerField(
        _("to age"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(OLDEST)],
        help_text=_("Of the child or young person. Leave both empty for a service for adults."),
    )
    regions = ChoiceSetField(
        _("regions"), choices=Region.choices, help_text=_("None: in the whole of Latvia.")
    )
    how_to_get = RichTextField(
        _("how to get it"), blank=True, features=RICH_TEXT_FEATURES, max_length=3000
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
                FieldPanel("audience"),
                FieldPanel("needs"),
                FieldRowPanel([FieldPanel("age_from"), FieldPanel("age_to")]),
                FieldPanel("regions"),
                FieldPanel("how_to_get"),
                FieldPanel("contact"),
            ],
            heading=_("The service in short"),
        ),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("audience"),
        index.SearchField("how_to_get"),
        index.SearchField("body"),
    ]
    search_kind = ("services", _("Services"))
    facts = ("needs", "age_from", "age_to", "regions", "contact")

    joined = (*BasePage.joined, "contact__photo")

    parent_page_types = ["home.ServiceIndexPage"]
    subpage_types = ["home.ProgrammePage", "home.StandardPage"]
    template = "home/service_page.html"

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(age_from__isnull=True)
                | models.Q(age_to__isnull=True)
                | models.Q(age_from__lte=models.F("age_to")),
                name="service_ages_in_order",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.age_from is not None and self.age_to is not None and self.age_from > self.age_to:
            problem = _("This age is below the age from which the service is given.")
            raise ValidationError({"age_to": problem})

    @property
    def is_for_children(self) -> bool:
        return self.age_from is not None or self.age_to is not None

    @property
    def ages(self) -> str:
        """The age of the child or young person in words; empty for a service for adults."""
        low, high = self.age_from, self.age_to
        if low is None and high is None:
            return ""
        if high is None:
            words = ngettext("from age %(from)d", "from age %(from)d", low or 0)
        elif low is None:
            words = ngettext("up to age %(to)d", "up to age %(to)d", high)
        elif low == high:
            words = ngettext("age %(to)d", "age %(to)d", high)
        else:
            words = ngettext("ages %(from)d–%(to)d", "ages %(from)d–%(to)d", high)
        return words % {"from": low, "to": high}

    def fits_age(self, band: str) -> bool:
        """Whether the service is for somebody in this band of AGE_BANDS."""
        low, high = AGE_BANDS[band]
        if not self.is_for_children:
            return False
        return (self.age_from or 0) <= high and low <= (
            OLDEST if self.age_to is None else self.age_to
        )

    def is_in(self, region: str) -> bool:
        return not self.regions or region in self.regions

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from .place_pages import PlacePage

        places = public(PlacePage.objects.live()).filter(
            locale_id=self.locale_id,
            services__service__translation_key=self.translation_key,
        )
        return {
            **super().get_context(request, *args, **kwargs),
            "places": places.distinct().order_by("title"),
            "children": public(self.get_children().live()),
        }


class ServiceIndexPage(BasePage):
    """All services, narrowed by need, region and age. The state is in the address."""

    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types = ["home.ServicePage", "home.ProgrammePage"]
    template = "home/service_index_page.html"

    class Meta:
        verbose_name = _("service finder")
        verbose_name_plural = _("service finders")

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        from .programme_page import ProgrammePage

        context = super().get_context(request, *args, **kwargs)
        services = list(with_pictures(live_below(self, ServicePage)))
        bands = [(band, band.replace("-", "–")) for band in AGE_BANDS]
        state = {
            "need": chosen(request, "need", Need.values),
            "region": chosen(request, "region", Region.values),
            "age": chosen(request, "age", AGE_BANDS),
        }

        def fits(service: ServicePage, state: dict[str, str]) -> bool:
            return (
                (not state["need"] or state["need"] in service.needs)
                and (not state["region"] or service.is_in(state["region"]))
                and (not state["age"] or service.fits_age(state["age"]))
            )

        def narrow(label: Any, name: str, options: list[tuple[str, Any]]) -> Filter:
            counts = {
                value: sum(fits(service, {**state, name: value}) for service in services)
                for value, _words in options
            }
            return narrow_by(label, name, state, options, counts)

        context["filters"] = [
            narrow(_("What has happened?"), "need", Need.choices),
            narrow(_("Where?"), "region", Region.choices),
            narrow(_("Age of the child or young person"), "age", bands),
        ]
        context["found"] = [service for service in services if fits(service, state)]
        context["programmes"] = with_pictures(public(ProgrammePage.objects.live()).child_of(self))
        context["clear_url"] = clear_url(state)
        return context
