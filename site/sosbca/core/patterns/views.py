"""Shows the page of patterns to staff."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import override
from django.views.decorators.csp import csp_override
from wagtail.blocks import Block

from ..blocks.examples import EXAMPLES, NothingToShowError, Samples, line_chart
from ..links import announce_links
from .samples import all_blocks, components, samples_of_site

LANGUAGES = [code for code, _name in settings.LANGUAGES]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A block with its example; `missing` is the kind of thing that the site lacks for it."""

    name: str
    label: str
    description: str
    html: SafeString | str
    missing: str = ""


# The visitors' own policy, not the looser one of the admin: what it forbids must show here.
@csp_override(settings.SECURE_CSP)
def patterns(request: HttpRequest) -> HttpResponse:
    """Every block and component in one language, ``?language=lv`` or ``en``."""
    wanted = request.GET.get("language", "")
    language = wanted if wanted in LANGUAGES else settings.LANGUAGE_CODE
    with override(language):
        samples = samples_of_site(language)
        shown = [
            _pattern(request, name, block, samples) for name, block in sorted(all_blocks().items())
        ]
        context = {
            "patterns": shown,
            "line": _line_chart(request, samples),
            "languages": LANGUAGES,
            "language": language,
            **components(language),
        }
        return render(request, "patterns/page.html", context)


def _pattern(request: HttpRequest, name: str, block: Block, samples: Samples) -> Pattern:
    words = (name, str(block.label), str(block.get_description()))  # type: ignore[attr-defined]
    try:
        stored = EXAMPLES[name](samples)
    except NothingToShowError as lacking:
        return Pattern(*words, html="", missing=str(lacking))
    html = _rendered(request, block, stored)
    return Pattern(*words, html=html, missing="" if html.strip() else name)


def _rendered(request: HttpRequest, block: Block, stored: Any) -> SafeString | str:
    value = block.to_python(stored)
    announce_links([value], request)
    return block.render(value, context={"request": request})


def _line_chart(request: HttpRequest, samples: Samples) -> SafeString | str:
    return _rendered(request, all_blocks()["chart"], line_chart(samples))
