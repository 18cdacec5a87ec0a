"""The blocks that pages are made of: one entry here, one template in `templates/blocks/`."""

from wagtail import blocks

from .actions import CallToActionBlock, CardsBlock, FiguresBlock
from .media import DocumentsBlock, PictureBlock
from .table import TableBlock
from .text import (
    RICH_TEXT_FEATURES,
    AccordionBlock,
    HeadingBlock,
    QuoteBlock,
    StepsBlock,
    TextBlock,
)

__all__ = ["RICH_TEXT_FEATURES", "content_blocks"]


def content_blocks() -> list[tuple[str, blocks.Block]]:
    """The blocks that every content page offers, in the order of the editor's menu."""
    return [
        ("heading", HeadingBlock()),
        ("text", TextBlock(features=RICH_TEXT_FEATURES)),
        ("picture", PictureBlock()),
        ("quote", QuoteBlock()),
        ("figures", FiguresBlock()),
        ("steps", StepsBlock()),
        ("accordion", AccordionBlock()),
        ("table", TableBlock()),
        ("documents", DocumentsBlock()),
        ("cards", CardsBlock()),
        ("call_to_action", CallToActionBlock()),
    ]
