"""Background work of the search. Every task may run twice."""

from crontask import cron
from django.tasks import task

from . import asked, indexing


@task()
def index_page(page_pk: int) -> None:
    indexing.index_pages([page_pk])


@task()
def index_section(path: str) -> None:
    indexing.index_section(path)


@cron("25 4 * * *")
@task()
def catch_up() -> None:
    """Find what no signal told: changed snippets, pages written by programs, killed workers."""
    indexing.index_everything()


@cron("10 4 * * *")
@task()
def forget_queries() -> None:
    asked.forget()
