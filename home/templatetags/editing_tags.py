"""What the editor's side panel says of a page."""

from typing import Any

from django import template
from wagtail.models import Page

from home.editing.house_rules import check
from home.editing.translations import Standing
from sosbca.core.consent import explanation, forbidden, targets_of

register = template.Library()


@register.inclusion_tag("home/editing/status.html")
def editing_status(page: object) -> dict[str, Any]:
    """How far the page's translation has come, what keeps it from being published, and what could
    be better. Nothing for a page that is not saved yet."""
    if not isinstance(page, Page) or not page.pk:
        return {}
    lacking = {picture.pk: picture for picture in forbidden(targets_of(page)).values()}
    return {
        "standing": Standing.of(page),
        "pictures": [explanation(picture) for picture in lacking.values()],
        "advice": check(page),
    }
