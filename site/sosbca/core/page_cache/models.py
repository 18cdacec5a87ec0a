"""The log of changes that makes all processes forget their pages."""

from django.db import models

from .parts import EVERYTHING


class SiteChange(models.Model):
    """Something that pages show has changed. Written in the transaction of the change itself, so
    that both are seen together or not at all.

    A row is only ever added: a counter in one row would make everybody who publishes, and every
    gift, wait for one another's transactions.
    """

    # Not itself shown on any page.
    shown_on_pages = False

    group = models.CharField(max_length=20)
    # Of the content: see `parts`.
    part = models.CharField(max_length=120, db_default=EVERYTHING)
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.group} {self.part} {self.pk}"
