"""The page where donors give."""

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
from donations.bank_transfer import bank_transfer
from donations.forms import DonationForm
from donations.models import DonationTexts
from donations.models.donation import Frequency
from donations.offers import MAXIMUM_CENTS, MINIMUM_CENTS, DonationOffer, Preset
from sosbca.core.blocks import RICH_TEXT_FEATURES
from sosbca.core.fields import CentsField
from sosbca.core.models import BasePage, OrganisationSettings


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
        FieldRowPanel([FieldPanel("minimum_cents"), FieldPanel("maximum_cents")]),
        MultiFieldPanel(
            [InlinePanel("presets", label=_("amount"), min_num=1, max_num=8)],
            heading=_("Amounts to choose from"),
        ),
        FieldPanel("goal_cents"),
        FieldPanel("text"),
    ]
    facts = ("fund", "minimum_cents", "maximum_cents", "goal_cents")

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

    def offer(self) -> DonationOffer:
        """What this page offers to donors. Two queries at most."""
        presets: dict[str, list[Preset]] = {}
        default_cents = None
        for row in self.presets.all():
            presets.setdefault(row.frequency, []).append(Preset(row.amount_cents, row.meaning))
            if row.is_default and row.frequency == Frequency.ONCE:
                default_cents = row.amount_cents
        return DonationOffer(
            form_path=self.get_url() or "/",
            funds=[self.fund] if self.fund else queries.open_funds(),
            presets=presets,
            default_cents=default_cents,
            minimum_cents=self.minimum_cents,
            maximum_cents=self.maximum_cents,
        )

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.is_preview = False  # type: ignore[attr-defined]
        result = views.take_gift(request, self.offer())
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
            context["form"] = DonationForm(self.offer())
        context.setdefault("problem", "")
        context.update(kwargs)
        context["offer"] = context["form"].offer
        organisation = OrganisationSettings.for_request(request) if request else None
        context["bank"] = organisation and bank_transfer(organisation)
        context["texts"] = DonationTexts.for_request(request) if request else None
        if self.goal_cents and self.fund:
            raised = queries.raised_cents(self.fund)
            context["raised_cents"] = raised
            context["raised_percent"] = min(100, max(0, raised * 100 // self.goal_cents))
        return context


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
