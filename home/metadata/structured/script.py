"""Data as a script element."""

import json

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from .parts import Node

# A browser reads a script until it finds the end of one: no text may look like that, nor like the
# beginning of a comment. In JSON these are the same characters.
ESCAPED = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}


def as_script(data: Node) -> SafeString:
    """Browsers do not run it: it is data, so a policy against inline scripts leaves it alone."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(ESCAPED)
    # Nothing is left in it that could be markup.
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308
