"""What editors have been told of pictures whose consent runs out, so that they hear it once."""

from django.db import models


class ConsentNotice(models.Model):
    """One message about one picture and one date; a new consent has a new date."""

    class Kind(models.TextChoices):
        SOON = "soon"
        EXPIRED = "expired"

    picture = models.ForeignKey("core.CustomImage", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    consent_until = models.DateField()
    told_at = models.DateTimeField(auto_now_add=True)

    # Not itself shown on any page, and no use of the picture.
    shown_on_pages = False
    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["picture", "kind", "consent_until"], name="consent_notice_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.picture_id} {self.consent_until}"
