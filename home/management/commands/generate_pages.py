"""Fills a demonstration with many pages, to measure listings, search and the admin."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from home.demo.crowd import NoPlaceError, generate


class Command(BaseCommand):
    help = (
        "Makes many published projects, articles and standard pages in both languages. They have "
        "no versions in their history, as this would take a hundred times as long."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", type=int, help="How many pages, both languages together.")
        parser.add_argument(
            "--index", action="store_true", help="Also bring search and references up to date."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.IS_DEMO or settings.DEBUG):
            raise CommandError("Invented pages are not for real use.")
        try:
            made = generate(options["number"])
        except NoPlaceError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{made} pages made.")
        commands = ("update_index", "rebuild_search", "rebuild_references_index")
        if not options["index"]:
            names = ", ".join(f"manage.py {name}" for name in commands)
            self.stdout.write(f"Search and references do not know them yet. Run {names}.")
            return
        for name in commands:
            call_command(name, verbosity=0)
