"""What staff may do to the content of the site, and who reviews it."""

from django.db import migrations

from sosbca.users.groups import write_groups
from sosbca.users.review import write_review


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0004_content_of_the_site"),
        ("blog", "0001_initial"),
        ("core", "0003_content_of_the_site"),
        ("donations", "0002_texts"),
        ("fostering", "0001_initial"),
        ("projects", "0001_initial"),
        ("site_search", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(write_groups, migrations.RunPython.noop),
        migrations.RunPython(write_review, migrations.RunPython.noop),
    ]
