from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "sosbca.core"
    label = "core"
    verbose_name = _("Website")

    def ready(self) -> None:
        from . import (
            checks,  # noqa: F401  registers the house rules
            rendition_tasks,
        )
        from .page_cache import changes

        changes.watch()
        rendition_tasks.watch()
