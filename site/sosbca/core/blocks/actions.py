"""Blocks that lead somewhere, and figures that persuade to go there."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from ..illustrations import illustration_choices
from ..links import LinkValue
from . import groups
from .choosers import BulkPageChooserBlock


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
        group = groups.FIGURES
        description = _("Figures typed here. Those that stand on several pages belong into facts.")
        template = "blocks/figures.html"


class LinkBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("Words on the button"), max_length=60)
    page = BulkPageChooserBlock(label=_("Page"), required=False)
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
        group = groups.LINKS
        description = _("A band with a picture and a button.")
        template = "blocks/call_to_action.html"


class CardBlock(CallToActionBlock):
    illustration = blocks.ChoiceBlock(
        label=_("Illustration"),
        choices=illustration_choices,
        default="house",
        search_index=False,
    )


class CardsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False)
    items = blocks.ListBlock(CardBlock(), label=_("Cards"), min_num=2, max_num=6)

    class Meta:
        icon = "grip"
        label = _("Cards")
        group = groups.LINKS
        description = _("Cards with drawings that lead to pages.")
        template = "blocks/cards.html"


class ButtonsBlock(blocks.StructBlock):
    links = blocks.ListBlock(LinkBlock(), label=_("Buttons"), min_num=1, max_num=4)

    class Meta:
        icon = "link"
        label = _("Buttons")
        group = groups.LINKS
        description = _("One to four buttons in a row.")
        template = "blocks/buttons.html"
