"""The support centres, where future families are met, assessed, trained and stood by."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.search import index

from sosbca.core.bilingual import in_language
from sosbca.core.fields import ChoiceSetField
from sosbca.core.municipalities import MUNICIPALITIES, municipality_choices
from sosbca.core.regions import Region
from sosbca.core.towns import TOWN_CHOICES, TOWNS


class SupportCentre(index.Indexed, models.Model):
    """A centre with the part of the country that it serves first.

    Families choose their centre freely: what it serves only says which one is suggested.
    """

    name_lv = models.CharField(_("name in Latvian"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    town = models.CharField(_("town"), max_length=30, choices=TOWN_CHOICES)
    municipalities = ChoiceSetField(
        _("municipalities served"),
        max_length=600,
        choices=municipality_choices(),
        help_text=_("People who live here are suggested this centre first."),
    )
    regions = ChoiceSetField(
        _("regions served"),
        choices=Region.choices,
        help_text=_("For municipalities that no centre names."),
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    notify_email = models.EmailField(
        _("where new enquiries are announced"),
        blank=True,
        help_text=_("The message names nobody: it only links to the case."),
    )
    staff = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("staff"),
        blank=True,
        related_name="support_centres",
        limit_choices_to={"groups__name": "Recruitment"},
        help_text=_("They see the cases of this centre."),
    )
    is_open = models.BooleanField(_("takes enquiries"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)

    panels = [
        FieldRowPanel([FieldPanel("name_lv"), FieldPanel("name_en")]),
        FieldPanel("town"),
        MultiFieldPanel([FieldPanel("municipalities"), FieldPanel("regions")], heading=_("Serves")),
        FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
        MultiFieldPanel(
            [FieldPanel("is_open"), FieldPanel("notify_email"), FieldPanel("staff")],
            heading=_("Enquiries"),
        ),
        FieldPanel("position"),
    ]
    search_fields = [index.AutocompleteField("name_lv"), index.AutocompleteField("name_en")]

    class Meta:
        verbose_name = _("support centre")
        verbose_name_plural = _("support centres")
        ordering = ["position", "name_lv", "pk"]

    def __str__(self) -> str:
        return self.name()

    def name(self, language: str | None = None) -> str:
        """The name in the given language, or in that of the request."""
        return in_language(self, "name", language)

    def shown_regions(self) -> list[str]:
        """The regions it serves, or the one in which it stands."""
        codes = self.regions or [TOWNS[self.town].region]
        return [str(Region(code).label) for code in codes]


def suggested_centre(municipality: str) -> SupportCentre | None:
    """The open centre for people of a municipality (its code in MUNICIPALITIES): one that names
    it, else one of its region, else the first; None while no centre is open."""
    centres = list(SupportCentre.objects.filter(is_open=True))
    named = [centre for centre in centres if municipality in centre.municipalities]
    place = MUNICIPALITIES.get(municipality)
    near = [centre for centre in centres if place and place.region in centre.regions]
    return next(iter([*named, *near, *centres]), None)
