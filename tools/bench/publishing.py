"""Pages that are published while the server is measured."""

from collections.abc import Callable

from wagtail.models import Page

from blog.models import ArticlePage


def publishers(section: str) -> dict[str, Callable[[], None]]:
    """What publishes a page as an editor does, by what it is: one that the page at the address
    `section` does not show, and one that it lists."""
    above = Page.objects.get(slug=section.strip("/"))
    article = ArticlePage.objects.live().filter(locale=above.locale).latest("published_on")
    child = above.get_children().live().first()
    if child is None:
        raise LookupError(section)

    def publish(page: Page) -> None:
        Page.objects.get(pk=page.pk).specific.save_revision().publish()

    return {
        "after a news article": lambda: publish(article),
        "after a page below the standard page": lambda: publish(child),
    }
