from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "sosbca.search"
    label = "site_search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from . import receivers  # noqa: F401  keeps the index in step with the pages
