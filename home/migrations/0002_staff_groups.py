"""The groups of staff with their permissions."""

from django.db import migrations

from sosbca.users.groups import write_groups


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0001_initial"),
        ("users", "0001_initial"),
        ("wagtailadmin", "0006_formstate"),
        ("wagtailcore", "0098_apitoken"),
        # They give permissions to every group there is: before ours are made, not after.
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailimages", "0027_image_description"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
        ("wagtail_localize", "0016_rename_page_revision_translationlog_revision"),
    ]

    operations = [migrations.RunPython(write_groups, migrations.RunPython.noop)]
