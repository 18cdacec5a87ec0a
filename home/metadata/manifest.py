"""What a browser needs to keep the site among its favourites (W3C Web Application Manifest)."""

from typing import Any

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from wagtail.models import Site

from sosbca.core.models import OrganisationSettings

# File, pixels of each side, purpose: "any" is shown as it is, "maskable" is cut into a shape.
ICONS = (
    ("img/icon-192.png", 192, "any"),
    ("img/icon-512.png", 512, "any"),
    ("img/icon-512-maskable.png", 512, "maskable"),
)
# Those of the head of every page.
COLOUR = "#fffdf8"


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """One for both languages; the language of a site is that of its first visit otherwise."""
    organisation = _organisation(request)
    name = organisation.name_lv if organisation else settings.WAGTAIL_SITE_NAME
    content: dict[str, Any] = {
        "id": "/",
        "name": name,
        "short_name": settings.WAGTAIL_SITE_NAME,
        "lang": "lv",
        "dir": "ltr",
        "start_url": "/",
        "scope": "/",
        # A site, not an app: no browser should offer to install it.
        "display": "browser",
        "background_color": COLOUR,
        "theme_color": COLOUR,
        "icons": [
            {
                "src": staticfiles_storage.url(file),
                "sizes": f"{pixels}x{pixels}",
                "type": "image/png",
                "purpose": purpose,
            }
            for file, pixels, purpose in ICONS
        ],
    }
    if organisation:
        content["name_localized"] = {"en": organisation.name_en}
    return JsonResponse(
        content,
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )


def _organisation(request: HttpRequest) -> OrganisationSettings | None:
    site = Site.find_for_request(request)
    return OrganisationSettings.for_site(site) if site else None
