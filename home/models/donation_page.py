"""The page where donors give."""

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, TranslatableMixin
from wagtail_localize.fields import SynchronizedField, TranslatableField

from donations import queries, views
from donations.bank_transfer import (
    BankTransfer,
    bank_transfer,
    campaign_reference,
    fund_reference,
)
from donations.forms import DonationForm
from donations.models import Campaign, DonationTexts
from donations.models.choices import Frequency
from donations.offers import (
    MAXIMUM_CENTS,
    MINIMUM_CENTS,
    OFFERED_FREQUENCIES,
    DonationOffer,
    Preset,
)
from donations.prefill import linked_amount
from sosbca.core.blocks import RICH_TEXT_FEATURES
from sosbca.core.fields import CentsField
from sosbca.core.known_settings import known_settings
from sosbca.core.models import BasePage, OrganisationSettings
from sosbca.core.text import parse_amount


class DonationPage(BasePage):
    """Offers amounts and purposes, and takes the form. Amounts are the same in both languages."""

    fund = models.ForeignKey(
        "donations.Fund",
        verbose_name=_("fund"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("What gifts from this page are for. Donors choose when it is left empty."),
    )
    campaign = models.ForeignKey(
        "donations.Campaign",
        verbose_name=_("campaign"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_(
            "Gifts from this page count for it and are for its fund. After its last day the page "
            "shows what came of it, and takes gifts for the fund."
        ),
    )
    minimum_cents = CentsField(
        _("smallest gift, €"),
        default=MINIMUM_CENTS,
        validators=[MinValueValidator(MINIMUM_CENTS)],
        help_text=_("A small minimum keeps people away who try out stolen cards."),
    )
    maximum_cents = CentsField(_("largest gift, €"), default=MAXIMUM_CENTS)
    goal_cents = CentsField(
        _("goal, €"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Shows how much has been given to the fund so far. Needs a fund."),
    )
    text = RichTextField(
        _("text beside the form"), blank=True, features=RICH_TEXT_FEATURES, max_length=4000
    )

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("fund"),
        FieldPanel("campaign"),
        FieldRowPanel([FieldPanel("minimum_cents"), FieldPanel("maximum_cents")]),
        MultiFieldPanel(
            [InlinePanel("presets", label=_("amount"), min_num=1, max_num=18)],
            heading=_("Amounts to choose from"),
            help_text=_("Donors can give as often as there are amounts here for it."),
        ),
        FieldPanel("goal_cents"),
        FieldPanel("text"),
    ]
    facts = ("fund", "campaign", "minimum_cents", "maximum_cents", "goal_cents")

    parent_page_types = ["home.HomePage", "home.SectionPage"]
    subpage_types: list[str] = []
    template = "home/donation_page.html"

    class Meta:
        verbose_name = _("donation page")

    def clean(self) -> None:
        super().clean()
        # A field that failed its own check is None here.
        limits = (self.minimum_cents, self.maximum_cents)
        if None not in limits and self.maximum_cents < self.minimum_cents:
            problem = _("The largest gift can’t be smaller than the smallest.")
            raise ValidationError({"maximum_cents": problem})
        if self.goal_cents and not self.fund:
            raise ValidationError({"goal_cents": _("Choose the fund that the goal is for.")})
        if self.campaign and self.fund and self.campaign.fund_id != self.fund_id:
            raise ValidationError({"campaign": _("The campaign is for another fund.")})

    def offer(self) -> DonationOffer:
        """What this page offers to donors. Three queries at most."""
        presets: dict[str, list[Preset]] = {}
        defaults: dict[str, int] = {}
        for row in self.presets.all():
            presets.setdefault(row.frequency, []).append(Preset(row.amount_cents, row.meaning))
            if row.is_default:
                defaults[row.frequency] = row.amount_cents
        frequencies = [frequency for frequency in OFFERED_FREQUENCIES if frequency in presets]
        offer = DonationOffer(
            form_path=self.get_url() or "/",
            funds=[self.fund] if self.fund else queries.open_funds(),
            presets=presets,
            defaults=defaults,
            frequencies=frequencies or [Frequency.ONCE],
            minimum_cents=self.minimum_cents,
            maximum_cents=self.maximum_cents,
        )
        return offer.for_campaign(self.campaign)

    def offer_for(self, request: HttpRequest) -> DonationOffer:
        """The offer with what links and staff add: the campaign of a link, the fee to cover."""
        offer = replace(self.offer(), fee=known_settings(DonationTexts, request).fee())
        if self.campaign is not None:
            return offer
        code = request.POST.get("campaign") or request.GET.get("campaign", "")
        campaign = queries.campaign(code)
        if campaign is None or (self.fund and campaign.fund_id != self.fund_id):
            return offer
        return offer.for_campaign(campaign)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.is_preview = False  # type: ignore[attr-defined]
        result = views.take_gift(request, self.offer_for(request))
        if isinstance(result, HttpResponse):
            return result
        response = TemplateResponse(
            request,
            self.get_template(request),
            self.get_context(request, form=result.form, problem=result.problem),
            status=result.status,
        )
        if request.method == "POST" or request.GET:
            add_never_cache_headers(response)
        return response

    def get_context(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        if "form" not in kwargs:
            context["form"] = DonationForm(self.offer_for(request) if request else self.offer())
        context.setdefault("problem", "")
        context.update(kwargs)
        offer = context["offer"] = context["form"].offer
        context["bank"] = _bank(request, offer) if request else None
        context["texts"] = known_settings(DonationTexts, request) if request else None
        context |= self._goal(offer.campaign)
        return context

    def _goal(self, campaign: Campaign | None) -> dict[str, Any]:
        """What has been given so far: to the campaign, or to the fund that has a goal here."""
        if campaign is not None:
            shown = {"campaign": campaign, "campaign_state": campaign.state()}
            raised = queries.campaign_raised_cents(campaign)
            return shown | _progress(raised, campaign.goal_cents)
        if self.goal_cents and self.fund:
            return _progress(queries.raised_cents(self.fund), self.goal_cents)
        return {}


def _progress(raised_cents: int, goal_cents: int | None) -> dict[str, Any]:
    percent = min(100, max(0, raised_cents * 100 // goal_cents)) if goal_cents else 0
    return {"goal_cents": goal_cents, "raised_cents": raised_cents, "raised_percent": percent}


def _bank(request: HttpRequest, offer: DonationOffer) -> BankTransfer | None:
    """The account for who has not told who they are: the reference names the purpose, and the
    amount is there if a link asked for one."""
    reference = ""
    if offer.campaign and offer.campaign_code:
        reference = campaign_reference(offer.campaign.pk)
    elif offer.funds:
        reference = fund_reference(offer.funds[0].pk)
    amount = linked_amount(offer, request.GET)
    cents = parse_amount(amount) if amount else None
    return bank_transfer(known_settings(OrganisationSettings, request), reference, cents or None)


class DonationPreset(TranslatableMixin, Orderable):
    """One amount to choose, with what it does."""

    page = ParentalKey(DonationPage, on_delete=models.CASCADE, related_name="presets")
    frequency = models.CharField(
        _("how often"), max_length=10, choices=Frequency, default=Frequency.ONCE
    )
    amount_cents = CentsField(_("amount, €"), validators=[MinValueValidator(MINIMUM_CENTS)])
    meaning = models.CharField(
        _("what it does"), max_length=120, blank=True, help_text=_("Such as: a day of childcare.")
    )
    is_default = models.BooleanField(_("chosen at first"), default=False)

    panels = [
        FieldRowPanel([FieldPanel("frequency"), FieldPanel("amount_cents")]),
        FieldPanel("meaning"),
        FieldPanel("is_default"),
    ]
    translatable_fields = [
        TranslatableField("meaning"),
        SynchronizedField("frequency"),
        SynchronizedField("amount_cents"),
        SynchronizedField("is_default"),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("amount")
        # Amounts that nobody has put in order stand from small to large.
        ordering = ["sort_order", "amount_cents"]  # type: ignore[misc]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_cents__gte=MINIMUM_CENTS), name="preset_not_too_small"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.frequency} {self.amount_cents}"
