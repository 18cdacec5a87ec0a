"""Where the association works: a map with a list as its equal."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Orderable
from wagtail.search import index

from home.blocks import page_blocks
from sosbca.core.fields import BlockField
from sosbca.core.links import Counterparts, counterparts
from sosbca.core.listing import (
    Filter,
    chosen,
    clear_url,
    live_below,
    narrow_by,
    with_pictures,
)
from sosbca.core.models import BasePage
from sosbca.core.regions import Region
from sosbca.core.towns import TOWN_CHOICES, TOWNS, Town


class PlaceKind(models.TextChoices):
    VILLAGE = "village", _("children’s village")
    FAMILIES = "families", _("families in the community")
    YOUTH_HOUSE = "youth-house", _("youth house")
    FAMILY_CENTRE = "family-centre", _("family centre")
    SUPPORT_CENTRE = "support-centre", _("foster care support centre")
    OFFICE = "office", _("office")


# Whoever knows such an address knows where a child sleeps.
WHERE_CHILDREN_LIVE = frozenset({PlaceKind.VILLAGE, PlaceKind.FAMILIES, PlaceKind.YOUTH_HOUSE})


class PlacePage(BasePage):
    """A place, as exact as a town. Only an office that receives visitors has an address."""

    kind = models.CharField(_("kind"), max_length=20, choices=PlaceKind)
    town = models.CharField(_("town"), max_length=20, choices=TOWN_CHOICES)
    address = models.CharField(
        _("address"),
        max_length=160,
        blank=True,
        help_text=_("Only where visitors are received; never where children live."),
    )
    opened = models.PositiveSmallIntegerField(_("year of opening"), null=True, blank=True)
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
                FieldPanel("kind"),
                FieldPanel("town"),
                FieldPanel("address"),
                FieldPanel("opened"),
                FieldPanel("contact"),
            ],
            heading=_("The place in short"),
        ),
        InlinePanel("services", label=_("service"), heading=_("Services given here")),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("get_town_display"),
        index.SearchField("body"),
    ]
    search_kind = ("places", _("Places"))
    facts = ("kind", "town", "address", "opened", "contact", "services")

    joined = (*BasePage.joined, "contact__photo")

    parent_page_types = ["home.PlaceIndexPage"]
    subpage_types: list[str] = []
    template = "home/place_page.html"

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(address="") | ~models.Q(kind__in=sorted(WHERE_CHILDREN_LIVE)),
                name="place_no_address_where_children_live",
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.address and self.children_live_here:
            problem = _("Children live here, so no address may be shown.")
            raise ValidationError({"address": problem})

    @property
    def children_live_here(self) -> bool:
        return self.kind in WHERE_CHILDREN_LIVE

    @property
    def located(self) -> Town:
        return TOWNS[self.town]

    @property
    def region(self) -> Region:
        return self.located.region

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        rows = list(self.services.select_related("service"))
        found = counterparts(request) if request else Counterparts()
        found.announce(row.service for row in rows)
        services = [row.service for row in rows]
        # Looked up when they are shown, in one query with all that surrounds the page.
        context["services_here"] = partial(found.in_locale, services, self.locale_id)
        return context


class PlaceService(Orderable):
    """A service that is given at a place."""

    page = ParentalKey(PlacePage, on_delete=models.CASCADE, related_name="services")
    service = models.ForeignKey(
        "home.ServicePage",
        verbose_name=_("service"),
        on_delete=models.CASCADE,
        related_name="+",
    )

    panels = [PageChooserPanel("service", "home.ServicePage")]

    class Meta(Orderable.Meta):
        verbose_name = _("service")

    def __str__(self) -> str:
        return str(self.service)


class PlaceIndexPage(BasePage):
    """The map of Latvia and the list of places, narrowed by region and kind."""

    body = BlockField(page_blocks(), verbose_name=_("content"), blank=True)

    content_panels = [*BasePage.content_panels, FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]

    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types = ["home.PlacePage"]
    template = "home/place_index_page.html"

    class Meta:
        verbose_name = _("map of places")
        verbose_name_plural = _("maps of places")

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        places = list(with_pictures(live_below(self, PlacePage)).order_by("title"))
        state = {
            "region": chosen(request, "region", Region.values),
            "kind": chosen(request, "kind", PlaceKind.values),
            "town": chosen(request, "town", TOWNS),
        }

        def fits(place: PlacePage, state: dict[str, str]) -> bool:
            return (
                (not state["region"] or place.region == state["region"])
                and (not state["kind"] or place.kind == state["kind"])
                and (not state["town"] or place.town == state["town"])
            )

        def narrow(label: Any, name: str, options: Iterable[tuple[str, Any]]) -> Filter:
            options = list(options)
            counts = {
                value: sum(fits(place, {**state, name: value}) for place in places)
                for value, _words in options
            }
            return narrow_by(label, name, state, options, counts)

        regions = narrow(_("Region"), "region", Region.choices)
        # Towns are chosen on the map; the one that is chosen can be taken away in the filters.
        here = {place.town for place in places} | {state["town"]} - {""}
        towns = narrow(_("Town"), "town", [(code, TOWNS[code].name) for code in sorted(here)])
        chosen_town = [choice for choice in towns.choices if choice.is_current]
        context["regions"], context["towns"] = regions.choices, towns.choices
        context["filters"] = [
            regions,
            narrow(_("Kind of place"), "kind", PlaceKind.choices),
            towns._replace(choices=chosen_town),
        ]
        context["found"] = [place for place in places if fits(place, state)]
        context["clear_url"] = clear_url(state)
        return context
