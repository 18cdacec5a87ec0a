"""The tool that collects texts: what xgettext would pass over."""

from tools.catalogues import with_known_names

SOURCE = """
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import (
    ngettext as counted,
)

_("Kept")
_now("Found")
counted("one", "many", 2)
pledges_now("not a text")
"""


def test_texts_are_found_under_any_name() -> None:
    found = with_known_names(SOURCE)
    for call in ('_("Kept")', 'gettext("Found")', 'ngettext("one", ', 'pledges_now("not a text")'):
        assert f"\n{call}" in found, call
