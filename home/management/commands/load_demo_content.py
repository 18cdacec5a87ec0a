"""Fills an empty site with content to try it with: an import like any other, and its staff."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from fostering.models import SupportCentre
from home.demo import CONTENT
from home.demo.staff import CENTRES_OF_STAFF, DEMO_STAFF
from home.importing.report import ContentError, import_content
from home.models import HomePage


class Command(BaseCommand):
    help = "Loads demonstration pages, funds and staff into an empty site. Does nothing otherwise."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--show-logins", action="store_true", help="Print the demonstration's logins and stop."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["show_logins"]:
            for staff in DEMO_STAFF:
                self.stdout.write(f"{staff.username}\t{staff.password}\t{staff.group}")
            return
        if not settings.IS_DEMO:
            raise CommandError("Demonstration content, with public passwords, is not for real use.")
        # Staff come last: pages without anybody who could have made them are of a broken run.
        if HomePage.objects.exists() and get_user_model().objects.exists():
            return
        try:
            import_content(CONTENT)
        except ContentError as error:
            raise CommandError("\n".join(map(str, error.problems))) from None
        load_staff()
        self.stdout.write("Demonstration content loaded.")


@transaction.atomic
def load_staff() -> None:
    users = get_user_model()
    for staff in DEMO_STAFF:
        if users.objects.filter(username=staff.username).exists():
            # Made by hand, with createsuperuser for example: theirs to keep.
            continue
        first, _space, last = staff.full_name.partition(" ")
        user = users.objects.create_user(
            staff.username,
            email=f"{staff.username}@example.org",
            password=staff.password,
            first_name=first,
            last_name=last,
        )
        user.groups.add(Group.objects.get(name=staff.group))
        for centre in SupportCentre.objects.filter(
            town__in=CENTRES_OF_STAFF.get(staff.username, ())
        ):
            centre.staff.add(user)
