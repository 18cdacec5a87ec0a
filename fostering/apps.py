from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FosteringConfig(AppConfig):
    name = "fostering"
    verbose_name = _("Fostering")

    def ready(self) -> None:
        from . import tasks  # noqa: F401  connects the tasks to the services' signals
