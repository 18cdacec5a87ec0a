"""Blocks of words."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from . import groups

RICH_TEXT_FEATURES = ["h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class HeadingBlock(blocks.CharBlock):
    """A second-level heading; the page's title is the only first-level one."""

    class Meta:
        icon = "title"
        label = _("Heading")
        group = groups.WORDS
        description = _("A heading between parts of the page.")
        template = "blocks/heading.html"


class TextBlock(blocks.RichTextBlock):
    class Meta:
        icon = "pilcrow"
        label = _("Text")
        group = groups.WORDS
        description = _("Paragraphs, lists and links.")
        template = "blocks/text.html"


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Quote"))
    author = blocks.CharBlock(label=_("Who said it"), required=False)
    role = blocks.CharBlock(label=_("Role"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        group = groups.WORDS
        description = _("Somebody’s words, typed here.")
        template = "blocks/quote.html"


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("Question"))
    answer = blocks.RichTextBlock(label=_("Answer"), features=RICH_TEXT_FEATURES)


class AccordionBlock(blocks.StructBlock):
    items = blocks.ListBlock(QuestionBlock(), label=_("Questions"), min_num=1)

    class Meta:
        icon = "list-ul"
        label = _("Questions and answers")
        group = groups.WORDS
        description = _("Questions that open to show their answers.")
        template = "blocks/accordion.html"


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label=_("Title"))
    text = blocks.TextBlock(label=_("Text"), required=False)


class StepsBlock(blocks.StructBlock):
    items = blocks.ListBlock(StepBlock(), label=_("Steps"), min_num=2)

    class Meta:
        icon = "list-ol"
        label = _("Steps")
        group = groups.WORDS
        description = _("What happens first, next and last.")
        template = "blocks/steps.html"


class NoticeBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[("information", _("Information")), ("important", _("Important"))],
        default="information",
        search_index=False,
    )
    heading = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    text = blocks.RichTextBlock(label=_("Text"), features=["bold", "italic", "ul", "link"])

    class Meta:
        icon = "warning"
        label = _("Notice")
        group = groups.WORDS
        description = _("Something that should not be overlooked.")
        template = "blocks/notice.html"
