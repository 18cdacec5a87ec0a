"""A page in one or two sentences, as search engines and social networks show it."""

import html
import re

from django.utils.html import strip_tags
from django.utils.text import Truncator
from wagtail.blocks import StreamValue
from wagtail.models import Page
from wagtail.rich_text import RichText

# Search engines cut off what is longer. Characters.
LONGEST = 200
BREAKS = re.compile(r"</(?:p|li|h\d)>|<br\b")
# Fields of page types that say what the page is about, in this order.
FIELDS = ("search_description", "introduction", "aim", "audience")


def description_of(page: Page) -> str:
    """What an editor wrote for it; else the beginning of the page's text; empty without either."""
    for name in FIELDS:
        if text := getattr(page, name, "").strip():
            return _shortened(text)
    body = getattr(page, "body", None)
    if isinstance(body, StreamValue):
        for block in body:
            if isinstance(block.value, RichText) and (text := plain_text(block.value.source)):
                return _shortened(text)
    return ""


def plain_text(rich_text: str) -> str:
    """The words of rich text on one line."""
    # Where paragraphs and list items end, their words would otherwise run together.
    spaced = BREAKS.sub(r" \g<0>", rich_text)
    return " ".join(html.unescape(strip_tags(spaced)).split())


def _shortened(text: str) -> str:
    return str(Truncator(" ".join(text.split())).chars(LONGEST, truncate="…"))
