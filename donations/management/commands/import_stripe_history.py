"""Take over the history of a Stripe account that was used before this site."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from donations.models import Import, Reconciliation
from donations.services import history
from donations.services.attempts import CURRENCY

# Objects between two lines of progress.
EVERY = 25


class Command(BaseCommand):
    help = (
        "Take over all subscriptions and payments of the Stripe account: as pledges, donations and "
        "ledger entries, without receipts or messages. Run it again after an interruption: it goes "
        "on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Only count what is there.")
        parser.add_argument(
            "--fund",
            default="",
            metavar="CODE",
            help="Fund to enter the gifts under (default: the first that is open).",
        )
        parser.add_argument(
            "--take-over",
            action="store_true",
            help="Go on with an import that seems to be running: it was killed just now.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self._survey()
            return
        try:
            running = history.begin(options["fund"], take_over=options["take_over"])
        except history.AlreadyRunning as error:
            text = "An import is running. If it was killed just now, use --take-over."
            raise CommandError(text) from error
        except history.NoFund as error:
            raise CommandError(f"There is no fund to enter the gifts under. {error}") from error
        self.done = 0
        self.stdout.write(f"Import {running.pk} into the fund “{running.fund.code}”.")
        try:
            running = history.carry_on(running, self._progress)
        except KeyboardInterrupt:
            history.stop(running, "Interrupted.")
            raise CommandError("Interrupted. Run the command again to go on.") from None
        self._report(running)

    def _survey(self) -> None:
        try:
            found = history.survey()
        except history.ProviderError as error:
            raise CommandError(f"Stripe could not be asked: {error}") from error
        self.stdout.write(
            f"Not here yet: {found.pledges} subscriptions, {found.payments} payments of "
            f"{found.cents // 100}.{found.cents % 100:02} {CURRENCY}, those of the subscriptions "
            f"included. Without a place here (no e-mail address, other currency or rhythm): "
            f"{found.skipped}. Nothing was written."
        )

    def _progress(self, running: Import) -> None:
        self.done += 1
        if self.done % EVERY == 0:
            self.stdout.write(f"{running.get_stage_display()}: {self._counts(running)}")

    def _report(self, running: Import) -> None:
        if running.status == Import.Status.FAILED:
            raise CommandError(
                f"Stopped ({running.error}) after {self._counts(running)}. Run the command again "
                "to go on."
            )
        self.stdout.write(f"Finished: {self._counts(running)}.")
        books = Reconciliation.objects.first()
        if books is not None:
            self.stdout.write(
                f"Comparison of the books: {books.get_status_display()}, "
                f"{books.checked} movements, {books.differences.count()} differences."
            )

    def _counts(self, running: Import) -> str:
        return (
            f"{running.pledges} pledges, {running.donations} donations, {running.skipped} left out"
        )
