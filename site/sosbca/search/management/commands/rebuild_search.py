"""Makes the search index anew, beside visitors who search."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from sosbca.search.indexing import index_everything
from sosbca.search.models import IndexedPage, IndexedWord, Posting


class Command(BaseCommand):
    help = "Write every page into the search index afresh. Searching goes on meanwhile."

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        # A page is written only if its fingerprint tells that it changed.
        IndexedPage.objects.update(fingerprint="")
        index_everything()
        self.stdout.write(
            f"{IndexedPage.objects.count()} pages, {IndexedWord.objects.count()} words, "
            f"{Posting.objects.count()} postings in {time.monotonic() - started:.1f} s"
        )
