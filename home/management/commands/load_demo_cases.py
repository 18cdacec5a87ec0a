"""Fills an empty recruitment with invented cases and sign-ups, dated from today."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from home.demo.cases import load


class Command(BaseCommand):
    help = (
        "Loads invented cases and sign-ups for the demonstration. Does nothing once anybody has "
        "sent an enquiry, or without the demonstration's staff and support centres."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IS_DEMO:
            raise CommandError("Invented people are not for real use.")
        if loaded := load():
            self.stdout.write("{} invented cases and {} sign-ups loaded.".format(*loaded))
