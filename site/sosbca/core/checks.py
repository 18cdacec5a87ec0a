"""House rules as Django system checks."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

OUR_APPS = {"core", "users", "home", "blog", "fostering", "projects", "donations", "site_search"}


@register(Tags.models)
def money_is_integer_cents(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A field that holds money ends in `_cents` and is an integer; no floats anywhere."""
    problems: list[CheckMessage] = []
    for model in apps.get_models():
        if model._meta.app_label not in OUR_APPS:
            continue
        for field in model._meta.get_fields():
            kind = getattr(field, "get_internal_type", lambda: "")()
            if kind == "FloatField" or (
                field.name.endswith("_cents") and kind != "BigIntegerField"
            ):
                problems.append(
                    Error("Money is an integer number of cents.", obj=field, id="sosbca.E001")
                )
    return problems


@register(Tags.files)
def forbidden_packages(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """`site/` and `locale/` must not be packages: either breaks the interpreter or manage.py."""
    return [
        Error(f"{folder}/__init__.py must not exist.", id="sosbca.E002")
        for folder in ("site", "locale")
        if (settings.BASE_DIR / folder / "__init__.py").exists()
    ]
