"""What editors are told after saving and publishing."""

from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext, ngettext
from wagtail.admin import messages
from wagtail.models import Page

from sosbca.core.consent import explanation, forbidden, require, targets_of

from .house_rules import check
from .translations import Standing, State

# More than that in one message is read by nobody; the side panel has them all.
SHOWN = 5


def is_autosave(request: HttpRequest) -> bool:
    """Whether the editor saved by itself, a few times a minute, and shows no messages."""
    return not request.accepts("text/html")


def advise(request: HttpRequest, page: Page) -> None:
    """Say what could be better on a page that has been saved, and what will keep it back."""
    if is_autosave(request):
        return
    page = page.specific
    for picture in {item.pk: item for item in forbidden(targets_of(page)).values()}.values():
        messages.warning(request, explanation(picture))
    advice = check(page)
    if not advice:
        return
    heading = ngettext(
        "%(number)d thing could be better on “%(title)s”:",
        "%(number)d things could be better on “%(title)s”:",
        len(advice),
    ) % {"number": len(advice), "title": page.title}
    items = format_html_join("", "<li>{}</li>", ((item,) for item in advice[:SHOWN]))
    messages.warning(request, format_html("{}<ul>{}</ul>", heading, items))


def tell_of_translation(request: HttpRequest, page: Page) -> None:
    """After publishing, say when the other language does not say the same."""
    standing = Standing.of(page)
    if standing is None or standing.state is State.COMPLETE or standing.source_id != page.pk:
        return
    texts = {
        State.MISSING: gettext("“%(title)s” has no translation yet."),
        State.DRAFT: gettext("The translation of “%(title)s” is not published yet."),
        State.OUTDATED: gettext("The translation of “%(title)s” is out of date."),
    }
    label, address = standing.action
    messages.warning(
        request,
        texts[standing.state] % {"title": page.title},
        buttons=[messages.button(address, label)],
    )


def refuse_copy(request: HttpRequest, page: Page) -> Any:
    """Keep a copy from going live with a picture that may not be shown."""
    if request.method != "POST" or not (
        request.POST.get("publish_copies") or request.POST.get("alias")
    ):
        return None
    pages = [page.specific]
    if request.POST.get("copy_subpages"):
        pages += list(page.get_descendants().live().specific())
    for item in pages:
        require(item)
    return None
