from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Pages")

    def ready(self) -> None:
        from . import tasks  # noqa: F401  connects the tasks to the services' signals
        from .metadata import receivers  # noqa: F401  pictures for social networks follow the pages
