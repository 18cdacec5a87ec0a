"""Blocks that lead somewhere, and figures that persuade to go there."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from ..links import LinkValue


class FigureBlock(blocks.StructBlock):
    figure = blocks.CharBlock(label=_("Figure"), max_length=20)
    label = blocks.CharBlock(label=_("What it counts"), max_length=120)


class FiguresBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False)
    items = blocks.ListBlock(FigureBlock(), label=_("Figures"), min_num=2, max_num=4)
    source = blocks.CharBlock(label=_("Source and date"), required=False)

    class Meta:
        icon = "order"
        label = _("Figures")
        template = "blocks/figures.html"


class LinkBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("Words on the button"), max_length=60)
    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    address = blocks.URLBlock(label=_("or an address elsewhere"), required=False)

    class Meta:
        label = _("Button")
        value_class = LinkValue

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if bool(cleaned["page"]) == bool(cleaned["address"]):
            error = ValidationError(_("Choose a page or give an address, one of the two."))
            raise StructBlockValidationError(block_errors={"page": error})
        return cleaned


class CallToActionBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"))
    text = blocks.TextBlock(label=_("Text"), required=False)
    link = LinkBlock(label=_("Button"))

    class Meta:
        icon = "pick"
        label = _("Call to action")
        template = "blocks/call_to_action.html"


class CardBlock(CallToActionBlock):
    illustration = blocks.ChoiceBlock(
        label=_("Illustration"),
        choices=[("house", _("House")), ("bird", _("Bird")), ("clouds", _("Clouds"))],
        default="house",
    )


class CardsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False)
    items = blocks.ListBlock(CardBlock(), label=_("Cards"), min_num=2, max_num=6)

    class Meta:
        icon = "grip"
        label = _("Cards")
        template = "blocks/cards.html"
