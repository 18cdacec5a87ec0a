"""The donation form as a block that pages can hold."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class DonationFormBlock(blocks.StructBlock):
    """Amounts to choose; the form itself is on the donation page, filled in from the choice."""

    heading = blocks.CharBlock(label=_("Heading"))
    text = blocks.TextBlock(label=_("Text"), required=False)
    page = blocks.PageChooserBlock(
        label=_("Donation page"),
        page_type="home.DonationPage",
        help_text=_("Its amounts are offered here."),
    )

    class Meta:
        icon = "heart"
        label = _("Donation form")
        template = "blocks/donation_form.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        page = value.get("page")
        if page is not None:
            page = page.specific.localized
            context["donation_page"] = page
            context["offer"] = page.offer()
        return context
