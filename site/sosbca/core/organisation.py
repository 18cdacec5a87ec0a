"""Who runs this site: shown in the footer, on receipts and beside the bank transfer."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting


def validate_iban(value: str) -> None:
    """Check length, country and the check digits of ISO 13616."""
    try:
        IBAN(value)
    except SchwiftyException as error:
        raise ValidationError(_("This is not a valid IBAN."), code="invalid_iban") from error


# The fields that name pages which every page leads to.
PAGES = ("donation_page", "contact_page", "concern_page", "privacy_page", "accessibility_page")


@register_setting(icon="home")
class OrganisationSettings(BaseSiteSetting):
    """The facts about the association that the law or a donor asks for. Edited by staff."""

    select_related = list(PAGES)

    name_lv = models.CharField(_("name in Latvian"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150)
    registration_number = models.CharField(_("registration number"), max_length=20)
    legal_address = models.CharField(_("legal address"), max_length=250)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    status_lv = models.CharField(_("status in Latvian"), max_length=250, blank=True)
    status_en = models.CharField(
        _("status in English"),
        max_length=250,
        blank=True,
        help_text=_("Printed on receipts, such as the public-benefit status and its decision."),
    )
    payee_name = models.CharField(
        _("payee"),
        max_length=70,
        help_text=_("Exactly as the bank holds it: banks compare it with the IBAN."),
    )
    iban = models.CharField(_("IBAN"), max_length=34, validators=[validate_iban])
    bic = models.CharField(_("BIC"), max_length=11)
    bank_name = models.CharField(_("bank"), max_length=100)
    facebook_url = models.URLField(_("Facebook"), blank=True)
    instagram_url = models.URLField(_("Instagram"), blank=True)
    youtube_url = models.URLField(_("YouTube"), blank=True)
    donation_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("donation page"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Where the Donate button leads; the language follows the reader."),
    )
    privacy_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("privacy page"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    accessibility_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("accessibility statement"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    contact_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("contact page"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Also offered where a search or an address finds nothing."),
    )
    concern_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page to report a concern about a child"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("name_lv"), FieldPanel("name_en")]),
                FieldPanel("registration_number"),
                FieldPanel("legal_address"),
                FieldRowPanel([FieldPanel("phone"), FieldPanel("email")]),
                FieldRowPanel([FieldPanel("status_lv"), FieldPanel("status_en")]),
            ],
            heading=_("Organisation"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("payee_name"),
                FieldPanel("iban"),
                FieldRowPanel([FieldPanel("bank_name"), FieldPanel("bic")]),
            ],
            heading=_("Bank account"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("facebook_url"),
                FieldPanel("instagram_url"),
                FieldPanel("youtube_url"),
            ],
            heading=_("Social media"),
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in PAGES],
            heading=_("Pages"),
        ),
    ]

    class Meta:
        verbose_name = _("organisation")

    @property
    def can_issue_receipts(self) -> bool:
        """Whether everything is filled in that a receipt must state about its issuer."""
        return all(
            (
                self.name_lv,
                self.name_en,
                self.registration_number,
                self.legal_address,
                self.iban,
                self.bank_name,
            )
        )

    def name(self, language: str | None = None) -> str:
        """The name in the given language, or in the language of the request."""
        return self.name_en if (language or get_language()) == "en" else self.name_lv

    def status(self, language: str | None = None) -> str:
        return self.status_en if (language or get_language()) == "en" else self.status_lv

    @classmethod
    def current(cls) -> "OrganisationSettings":
        """The settings of the default site, for work outside a request."""
        from wagtail.models import Site

        settings: OrganisationSettings = cls.for_site(Site.objects.get(is_default_site=True))
        return settings
