"""Issue the yearly statements of all donors."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from donations.models import StatementRun
from donations.services import statements


class Command(BaseCommand):
    help = (
        "Issue the yearly statements of all donors who gave in a year. May be stopped and started "
        "again at any time: nobody gets a statement twice, and what has not changed is left alone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int, help="a calendar year that is over")
        parser.add_argument(
            "--no-mail", action="store_true", help="issue only; donors find them on their page"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = statements.start(options["year"], sends_mail=not options["no_mail"], queued=False)
        except statements.YearNotOver:
            raise CommandError(f"{options['year']} is not over yet.") from None
        started, shown = timezone.now(), 0
        while statements.next_batch(run.pk):
            run.refresh_from_db()
            done = run.issued + run.unchanged + run.failed
            if done - shown >= 500:
                shown = done
                self.stdout.write(f"{done} of {run.total}")
        run.refresh_from_db()
        seconds = (timezone.now() - started).total_seconds()
        self.stdout.write(
            f"{run.year}: {run.issued} issued, {run.unchanged} already up to date, "
            f"{run.failed} failed, in {seconds:.0f} seconds."
        )
        if run.failed and run.status == StatementRun.Status.DONE:
            raise CommandError("Some could not be issued; see the run in the admin, then repeat.")
