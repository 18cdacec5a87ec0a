"""What the payment company holds and is no longer right."""

from django.db import models
from django.utils import timezone

from .donor import Donor
from .pledge import Pledge


class OutdatedRecord(models.Model):
    """The payment company still knows a donor by other details, or calls a pledge by another
    purpose. Made with the change itself, and removed when the company was told of just that."""

    # Hidden from the donor, so that it is not moved when duplicates are merged.
    donor = models.OneToOneField(Donor, on_delete=models.CASCADE, null=True, related_name="+")
    pledge = models.OneToOneField(Pledge, on_delete=models.CASCADE, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    # Also later while somebody tells the company of it, so that nobody else does.
    next_try_at = models.DateTimeField(default=timezone.now, db_index=True)
    last_error = models.CharField(max_length=250, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(donor=None, pledge__isnull=False)
                | models.Q(donor__isnull=False, pledge=None),
                name="outdated_record_is_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"donor {self.donor_id}" if self.donor_id else f"pledge {self.pledge_id}"
