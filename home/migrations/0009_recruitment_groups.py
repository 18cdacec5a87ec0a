"""What staff may do about those who sign up for events."""

from django.db import migrations

from sosbca.users.groups import write_groups


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0008_event_sign_up"),
        ("fostering", "0002_self_check_and_sign_ups"),
    ]

    operations = [
        migrations.RunPython(write_groups, migrations.RunPython.noop),
    ]
