"""What staff may do about recurring gifts and the books."""

from django.db import migrations

from sosbca.users.groups import write_groups


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0005_staff_groups"),
        ("donations", "0003_recurring_giving"),
    ]

    operations = [
        migrations.RunPython(write_groups, migrations.RunPython.noop),
    ]
