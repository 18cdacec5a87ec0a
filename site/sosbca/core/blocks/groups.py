"""The headings under which the editor's menu sorts the blocks."""

from django.utils.translation import gettext_lazy as _

WORDS = _("Words")
MEDIA = _("Pictures, film, files")
FIGURES = _("Figures")
PEOPLE = _("People and partners")
LINKS = _("Lists and links")
