"""Those who lead recruitment set how soon a new enquiry has to be answered."""

from django.db import migrations

from sosbca.users.groups import write_groups


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0010_case_groups"),
        ("fostering", "0004_sources_and_response_clock"),
    ]

    operations = [
        migrations.RunPython(write_groups, migrations.RunPython.noop),
    ]
