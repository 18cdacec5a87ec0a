"""Fill a database with invented giving."""

import random
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from donations.management.invented_giving import Generator
from donations.models import Fund


class Command(BaseCommand):
    help = (
        "Write invented donors, pledges, gifts, ledger entries and receipts, for development and "
        "for measuring on a database of its own. Refuses where real money is taken."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--donors", type=int, default=100)
        parser.add_argument("--donations", type=int, default=1000)
        parser.add_argument(
            "--seed", type=int, help="makes the same data again on an empty database"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        donors, donations = options["donors"], options["donations"]
        if not settings.IS_DEMO or "_live_" in settings.STRIPE_SECRET_KEY:
            raise CommandError("Real money is taken here: nothing is invented.")
        if donors < 1 or donations < 0:
            raise CommandError("There must be at least one donor.")
        if not Fund.objects.exists():
            raise CommandError("There is no fund to give to.")
        seed = options["seed"]
        generator = Generator(random.randrange(2**32) if seed is None else seed)  # noqa: S311
        started = told = time.monotonic()
        for written in generator.run(donors, donations):
            if time.monotonic() - told > 10:
                told = time.monotonic()
                self.stdout.write(f"{written} of {donations} donations")
        seconds = time.monotonic() - started
        self.stdout.write(f"{donors} donors, {donations} donations in {seconds:.0f} seconds.")
