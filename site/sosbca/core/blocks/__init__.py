"""The blocks that pages are made of: one entry here, one template in `templates/blocks/`."""

from wagtail import blocks

from .actions import ButtonsBlock, CallToActionBlock, CardsBlock, FiguresBlock
from .chart import ChartBlock
from .media import DocumentsBlock, GalleryBlock, PictureBlock, VideoBlock
from .pages import PageListBlock
from .snippets import (
    FactsBlock,
    GlossaryBlock,
    PartnersBlock,
    PeopleBlock,
    TestimonialBlock,
)
from .table import TableBlock
from .text import (
    RICH_TEXT_FEATURES,
    AccordionBlock,
    HeadingBlock,
    NoticeBlock,
    QuoteBlock,
    StepsBlock,
    TextBlock,
)
from .timeline import TimelineBlock

__all__ = ["RICH_TEXT_FEATURES", "content_blocks"]


def content_blocks() -> list[tuple[str, blocks.Block]]:
    """The blocks that every content page offers. The editor's menu sorts them by their groups."""
    return [
        ("heading", HeadingBlock()),
        ("text", TextBlock(features=RICH_TEXT_FEATURES)),
        ("notice", NoticeBlock()),
        ("quote", QuoteBlock()),
        ("steps", StepsBlock()),
        ("timeline", TimelineBlock()),
        ("accordion", AccordionBlock()),
        ("glossary", GlossaryBlock()),
        ("picture", PictureBlock()),
        ("gallery", GalleryBlock()),
        ("video", VideoBlock()),
        ("documents", DocumentsBlock()),
        ("facts", FactsBlock()),
        ("figures", FiguresBlock()),
        ("chart", ChartBlock()),
        ("table", TableBlock()),
        ("people", PeopleBlock()),
        ("testimonial", TestimonialBlock()),
        ("partners", PartnersBlock()),
        ("cards", CardsBlock()),
        ("page_list", PageListBlock()),
        ("buttons", ButtonsBlock()),
        ("call_to_action", CallToActionBlock()),
    ]
