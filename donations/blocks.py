"""The donation form as a block that pages can hold."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from sosbca.core.blocks import groups
from sosbca.core.blocks.choosers import BulkPageChooserBlock
from sosbca.core.page_cache.memory import remembered

from .amounts import AmountGroup, plain_groups
from .offers import DonationOffer


class DonationFormBlock(blocks.StructBlock):
    """Amounts to choose; the form itself is on the donation page, filled in from the choice."""

    heading = blocks.CharBlock(label=_("Heading"))
    text = blocks.TextBlock(label=_("Text"), required=False)
    page = BulkPageChooserBlock(
        label=_("Donation page"),
        page_type="home.DonationPage",
        help_text=_("Its amounts are offered here."),
    )

    class Meta:
        icon = "heart"
        label = _("Donation form")
        group = groups.LINKS
        description = _("Amounts to choose; it leads to the donation page.")
        template = "blocks/donation_form.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        page = value.get("page")
        if page is not None:
            context["donation_page"], context["offer"], context["groups"] = remembered(
                ("offer", page.pk, get_language()), lambda: _offer_of(page)
            )
        return context


def _offer_of(page: Any) -> tuple[Any, DonationOffer, Sequence[AmountGroup]]:
    """The donation page in the reader's language, what it offers, and the amounts as chosen at
    first."""
    localized = page.specific.localized
    offer = localized.offer()
    return localized, offer, plain_groups(offer)
