"""What the head of a page tells machines."""

from typing import Any, cast

from django import template
from django.template.context import Context

from home.metadata.head import Head, head_of
from sosbca.core.models import BasePage

register = template.Library()


@register.inclusion_tag("metadata/head.html", takes_context=True)
def page_metadata(context: Context) -> dict[str, Head | None]:
    """Description, addresses, Open Graph and structured data of the page being shown."""
    page, request = context.get("page"), context.get("request")
    if not isinstance(page, BasePage) or request is None:
        return {"head": None}
    shown = cast("dict[str, Any]", context.flatten())
    return {"head": head_of(page, request, shown)}
