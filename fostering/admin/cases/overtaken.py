"""Somebody else was faster: who it was, in words."""

from typing import Final

from django.utils.translation import gettext as _

from ...models import Case, CaseEvent
from .forms import name_of

Kind = CaseEvent.Kind

MOVES: Final = (Kind.MOVED, Kind.CLOSED, Kind.REOPENED, Kind.REAL, Kind.SPAM)


def who_moved(case: Case) -> str:
    """Who moved the case meanwhile, and where to."""
    last = case.events.filter(kind__in=MOVES).select_related("by").first()
    return _("%(person)s has moved %(case)s to “%(to)s” meanwhile.") % {
        "person": name_of(last.by) if last and last.by else _("Somebody"),
        "case": case,
        "to": case.get_stage_display(),
    }
