"""`manage.py forget_pages`: all web processes make all pages anew."""

from typing import Any

from django.core.management.base import BaseCommand

from sosbca.core.page_cache import Group, changed


class Command(BaseCommand):
    help = "Makes all web processes forget the pages that they keep in memory, within a second."

    def handle(self, *args: Any, **options: Any) -> None:
        for group in Group:
            changed(group)
        self.stdout.write("All pages will be made anew.")
