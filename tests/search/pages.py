"""Pages to search, and the means to search them."""

from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import translation
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page

from home.models import HomePage, StandardPage
from sosbca.search.analysis import ask
from sosbca.search.indexing import index_everything
from sosbca.search.ranking import find


def add(
    title: str, text: str = "", *, language: str = "lv", introduction: str = "", **fields: Any
) -> StandardPage:
    """A published standard page with a paragraph of text. Nobody is told: see `publish`."""
    home = HomePage.objects.get(locale__language_code=language)
    body = [("text", f"<p>{text}</p>")] if text else []
    page = StandardPage(
        title=title, introduction=introduction, body=body, locale=home.locale, **fields
    )
    home.add_child(instance=page)
    return page


def publish(page: Page) -> None:
    """As an editor does, and with the work that follows."""
    page.save_revision().publish()
    work()


def work() -> None:
    """What the workers do for the search."""
    own = DBTaskResult.objects.ready().filter(task_path__startswith="sosbca.search.")
    while (task := own.first()) is not None:
        task.claim("test")
        task.task.call(*task.args_kwargs["args"], **task.args_kwargs["kwargs"])
        task.set_successful(None)


def index() -> None:
    index_everything()


def titles(text: str, language: str = "lv") -> list[str]:
    """The titles of the pages that are found, the best first."""
    found = find(ask(text, language), language)
    pages = Page.objects.in_bulk([page for page, _kind in found.hits])
    return [pages[page].title for page, _kind in found.hits]


def address(language: str = "lv") -> str:
    with translation.override(language):
        return reverse("site_search:results")


def search(client: Client, text: str, language: str = "lv", **parameters: Any) -> Any:
    return client.get(address(language), {"q": text, **parameters})
