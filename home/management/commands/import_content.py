"""Makes pages and everything they need from a folder of files."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from home.importing.describing import describe
from home.importing.report import ContentError, Result, check_content, import_content


class Command(BaseCommand):
    help = "Imports pages, pictures, snippets and settings; see docs/content-format.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", help="The folder with the files.")
        parser.add_argument(
            "--dry-run", action="store_true", help="Say what would be done; write nothing."
        )
        parser.add_argument(
            "--overwrite", action="store_true", help="Also replace what staff have changed."
        )
        parser.add_argument(
            "--describe",
            nargs="?",
            const="",
            metavar="TYPE",
            help="Say which page types and snippets there are, or what one of them consists of.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["describe"] is not None:
            self.stdout.write(describe(options["describe"]))
            return
        folder: Path | None = options["folder"]
        if folder is None or not folder.is_dir():
            raise CommandError("Name a folder with content files.")
        overwrite = options["overwrite"]
        try:
            if options["dry_run"]:
                result = Result(check_content(folder, overwrite=overwrite))
            else:
                say = self.stdout.write if options["verbosity"] > 1 else lambda text: None
                result = import_content(folder, overwrite=overwrite, say=say)
        except ContentError as error:
            for problem in error.problems:
                self.stderr.write(f"{folder / problem.place.file}{problem.line}: {problem.message}")
            raise CommandError(f"{error}; nothing was written.") from None
        for item in result.plan.items if options["dry_run"] else []:
            if item.is_wanted:
                self.stdout.write(f"would {item.action.value}: {item.label}")
        for line in result.lines():
            self.stdout.write(line)
