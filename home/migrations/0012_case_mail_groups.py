"""Those who lead recruitment write the templates of its e-mails."""

from django.db import migrations

from sosbca.users.groups import write_groups


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0011_recruitment_settings_groups"),
        ("fostering", "0005_files_mails_and_retention"),
    ]

    operations = [
        migrations.RunPython(write_groups, migrations.RunPython.noop),
    ]
