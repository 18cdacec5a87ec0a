"""Pictures drawn for pages that have none of their own."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SocialImage(models.Model):
    """What social networks show of a page: its title beside a drawing.

    Written by tasks (see `home.metadata.social`), never by hand. `digest` is that of everything
    that is to be seen on it.
    """

    # Who draws one tells the page cache, once for many.
    shown_on_pages = False

    page = models.OneToOneField("wagtailcore.Page", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=32)
    file = models.FileField(max_length=160, upload_to="social")

    class Meta:
        verbose_name = _("picture for social networks")
        verbose_name_plural = _("pictures for social networks")

    def __str__(self) -> str:
        return str(self.file.name)
