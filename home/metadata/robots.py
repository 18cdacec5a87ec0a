"""What programs that read the site may read (RFC 9309)."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from .addresses import absolute

LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse("\n".join([*_rules(), ""]), content_type="text/plain; charset=utf-8")


def _rules() -> list[str]:
    if settings.IS_DEMO and urlsplit(settings.SITE_URL).hostname not in LOCAL:
        # People who look for the association must not come upon an invented copy of its site. One
        # on a machine of its own is read by nobody, and shows what the real site says.
        return ["# A demonstration: the real site is elsewhere.", "User-agent: *", "Disallow: /"]
    return [
        "User-agent: *",
        *(f"Disallow: {path}" for path in _closed()),
        "Allow: /",
        "",
        f"Sitemap: {absolute(reverse('sitemap'))}",
    ]


def _closed() -> list[str]:
    """Beginnings of addresses that are of no use to a search engine, or one person's own."""
    paths = [reverse("wagtailadmin_home")]
    for language, _name in settings.LANGUAGES:
        with override(language):
            receipt = reverse("donations:verify", kwargs={"public_id": "x"})
            paths += [
                reverse("site_search:results"),
                reverse("donations:thanks"),
                reverse("donations:my-giving"),
                receipt.removesuffix("x/"),
            ]
    return paths
