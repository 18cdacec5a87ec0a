"""`manage.py rotate_encryption_keys`: everything under the newest key."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sosbca.core.key_rotation import rotate_all


class Command(BaseCommand):
    help = (
        "Encrypts anew, with the first of FIELD_ENCRYPTION_KEYS, whatever an older key holds. "
        "Can be stopped and repeated. Fails if anything is left that no known key opens."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        lost = 0
        for outcome in rotate_all():
            self.stdout.write(
                f"{outcome.label}: {outcome.rotated} encrypted anew, {outcome.current} already, "
                f"{len(outcome.lost)} lost"
            )
            if outcome.lost:
                self.stderr.write(f"  not opened: {', '.join(map(str, outcome.lost[:20]))}")
            lost += len(outcome.lost)
        if lost:
            raise CommandError(f"No known key opens {lost} of them. Keep all old keys.")
