from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DonationsConfig(AppConfig):
    name = "donations"
    verbose_name = _("Giving")

    def ready(self) -> None:
        from . import tasks  # noqa: F401  connects the tasks to the services' signals
