"""What the page cache did, for monitoring. Counted in each process by itself."""

import os
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from .installed import installed
from .layer import PageCache

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format. Whichever process answers tells of itself, and says which it is."""
    cache = installed()
    lines = _lines(cache) if cache else ["sosbca_page_cache_enabled 0"]
    return HttpResponse("\n".join([*lines, ""]), content_type=CONTENT_TYPE)


def _lines(cache: PageCache) -> Iterator[str]:
    process = f'process="{os.getpid()}"'
    yield "sosbca_page_cache_enabled 1"
    yield "# TYPE sosbca_page_cache_requests_total counter"
    hits = cache.pages.counts.hits + cache.lists.counts.hits
    results = {"hit": hits, "miss": cache.counts["missed"], "pass": cache.counts["passed"]}
    for result, count in results.items():
        yield f'sosbca_page_cache_requests_total{{{process},result="{result}"}} {count}'
    yield "# TYPE sosbca_page_cache_refused_total counter"
    yield f"sosbca_page_cache_refused_total{{{process}}} {cache.counts['refused']}"
    for name, shelf in (("pages", cache.pages), ("lists", cache.lists)):
        labels = f'{process},shelf="{name}"'
        yield f"sosbca_page_cache_kept_total{{{labels}}} {shelf.counts.kept}"
        yield f"sosbca_page_cache_outdated_total{{{labels}}} {shelf.counts.outdated}"
        yield f"sosbca_page_cache_pushed_out_total{{{labels}}} {shelf.counts.pushed_out}"
        yield f"sosbca_page_cache_answers{{{labels}}} {len(shelf)}"
        yield f"sosbca_page_cache_bytes{{{labels}}} {shelf.size}"
        yield f"sosbca_page_cache_capacity_bytes{{{labels}}} {shelf.capacity}"
