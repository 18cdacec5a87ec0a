"""The settings of a site that visitors' pages show, remembered by this process."""

from typing import cast

from django.http import HttpRequest
from wagtail.contrib.settings.models import BaseSiteSetting
from wagtail.models import Site

from .page_cache.memory import remembered
from .page_cache.parts import NO_PAGES


def known_settings[Settings: BaseSiteSetting](
    model: type[Settings], request: HttpRequest
) -> Settings:
    """The row of these settings of the request's site, for reading only: everybody gets the same.
    Editors get a row of their own from Wagtail, never this one. Of the pages that it names nothing
    may be shown but what is the same whatever is published.

    Raise Site.DoesNotExist where there is no site.
    """
    site = Site.find_for_request(request)
    if site is None:
        raise Site.DoesNotExist(request.get_host())
    row = remembered((model._meta.label, site.pk), lambda: model.for_site(site), NO_PAGES)
    return cast(Settings, row)
