"""The questions of the self-check, and the rules by which answers speak for or against a way."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from sosbca.core.blocks.choosers import BulkPageChooserBlock


class Effect:
    """What an answer means for a way of helping."""

    FITS = "fits"
    TALK = "talk"
    OBSTACLE = "obstacle"


EFFECTS = [
    (Effect.FITS, _("speaks for it")),
    (Effect.TALK, _("to be talked about first")),
    (Effect.OBSTACLE, _("stands in the way")),
]


class RuleBlock(blocks.StructBlock):
    """What one answer means for some ways, and the words that say so."""

    effect = blocks.ChoiceBlock(label=_("Effect"), choices=EFFECTS, search_index=False)
    ways = blocks.ListBlock(
        BulkPageChooserBlock(target_model="fostering.WayOfHelpingPage", label=_("Way of helping")),
        label=_("Ways of helping"),
        default=[],
        help_text=_("None means all of them."),
    )
    words = blocks.TextBlock(
        label=_("What is said about it"),
        required=False,
        max_length=300,
        help_text=_("Unless it speaks for the way: what is missing, and what can be done."),
    )

    class Meta:
        icon = "cog"
        label = _("Rule")


class AnswerBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Answer"), max_length=120)
    rules = blocks.ListBlock(RuleBlock(), label=_("Rules"), default=[])

    class Meta:
        icon = "radio-full"
        label = _("Answer")


class QuestionBlock(blocks.StructBlock):
    """One question. Several answers may be ticked where `several` says so."""

    text = blocks.CharBlock(label=_("Question"), max_length=200)
    hint = blocks.TextBlock(label=_("Hint"), required=False, max_length=300)
    several = blocks.BooleanBlock(label=_("Several answers are possible"), required=False)
    answers = blocks.ListBlock(AnswerBlock(), label=_("Answers"), min_num=2, max_num=8)

    class Meta:
        icon = "help"
        label = _("Question")
