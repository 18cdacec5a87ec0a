"""A new site answers "not found" until it has a home page, instead of showing Wagtail's welcome."""

from typing import Any

from django.db import migrations


def unpublish_welcome(apps: Any, schema_editor: Any) -> None:
    # Pages of ours are never of the plain type.
    apps.get_model("wagtailcore", "Page").objects.filter(
        depth=2, content_type__app_label="wagtailcore", content_type__model="page"
    ).update(live=False, has_unpublished_changes=True)


class Migration(migrations.Migration):
    dependencies = [("home", "0002_staff_groups")]

    operations = [migrations.RunPython(unpublish_welcome, migrations.RunPython.noop)]
