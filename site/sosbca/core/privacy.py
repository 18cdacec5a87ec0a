"""Pages that not everybody may see."""

from typing import Any

from wagtail.models import PageViewRestriction
from wagtail.query import PageQuerySet

from .page_cache.memory import remembered
from .page_cache.parts import NO_PAGES


def nothing_is_private() -> bool:
    """Whether no page of the site has a password or asks for a login."""
    # None is not kept, so the answer is wrapped.
    (answer,) = remembered("privacy", lambda: (not PageViewRestriction.objects.exists(),), NO_PAGES)
    return answer


def public[Pages: PageQuerySet[Any]](pages: Pages) -> Pages:
    """Those of the pages that everybody may see; without a query where nothing is private."""
    return pages if nothing_is_private() else pages.public()
