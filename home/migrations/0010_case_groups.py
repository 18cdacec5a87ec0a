"""Who works on the cases of future foster families, and who leads that work."""

from django.db import migrations

from sosbca.users.groups import write_groups


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0009_recruitment_groups"),
        ("fostering", "0003_enquiries"),
    ]

    operations = [
        migrations.RunPython(write_groups, migrations.RunPython.noop),
    ]
