"""What `import_content` has made, so that a second run finds it again."""

from django.contrib.contenttypes.models import ContentType
from django.db import models


class ImportedItem(models.Model):
    """One page in one language, or one row of something else.

    `source_hash` is of the file that it came from; it is empty while the object is only begun.
    `state_hash` is of the object as the import left it: when the two differ, staff have been at
    work since.
    """

    # Not itself shown on any page.
    shown_on_pages = False

    key = models.CharField(max_length=250)
    language = models.CharField(max_length=2, blank=True)
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.CharField(max_length=64)
    source_hash = models.CharField(max_length=64, blank=True)
    state_hash = models.CharField(max_length=64, blank=True)
    imported_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "language"], name="imported_item_is_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.language}".strip()
