"""What happened, in order."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from . import groups
from .choosers import PictureChooserBlock


class TimelineEntryBlock(blocks.StructBlock):
    """One entry. A date is written out in the reader's language; words are translated."""

    date = blocks.DateBlock(label=_("Day"), required=False)
    when = blocks.CharBlock(
        label=_("or year or period"),
        required=False,
        max_length=40,
        help_text=_("Such as 1996 or 1990s."),
    )
    title = blocks.CharBlock(label=_("Title"), max_length=120)
    text = blocks.TextBlock(label=_("Text"), required=False)
    image = PictureChooserBlock(label=_("Picture"), required=False)

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if bool(cleaned["date"]) == bool(cleaned["when"]):
            error = ValidationError(_("Give a day, or a year or period, one of the two."))
            raise StructBlockValidationError(block_errors={"date": error})
        return cleaned


class TimelineBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), required=False)
    items = blocks.ListBlock(TimelineEntryBlock(), label=_("Entries"), min_num=2)

    class Meta:
        icon = "history"
        label = _("Timeline")
        group = groups.WORDS
        description = _("Dated entries along a line.")
        template = "blocks/timeline.html"
