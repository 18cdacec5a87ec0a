"""Enquiries as a file for reports, without whatever names or reaches a person.

Months and regions stand for days and municipalities, which could point at somebody.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, Final, cast

from django.db.models import Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from donations.admin.exports import ExportColumn
from sosbca.core.municipalities import MUNICIPALITIES

from ...figures import DAY
from ...models import Case


def with_first_step(found: QuerySet[Case]) -> QuerySet[Case]:
    """The cases with the moment of their first step, in the order in which they came."""
    is_step = ~Q(events__from_stage="")
    annotated = found.annotate(first_step_at=Min("events__at", filter=is_step))
    return annotated.select_related("enquiry", "centre").order_by("opened_at", "pk")


def _month(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m}" if moment else ""


def _region(case: Case) -> Any:
    place = MUNICIPALITIES.get(case.enquiry.municipality)
    return place.region.label if place else ""


def _days_to_first_step(case: Case) -> Decimal | None:
    first = cast("datetime | None", getattr(case, "first_step_at", None))
    if first is None:
        return None
    days = (first - case.opened_at).total_seconds() / DAY
    return Decimal(days).quantize(Decimal("0.1"))


COLUMNS: Final = (
    ExportColumn("month", _("Month"), lambda case: _month(case.opened_at)),
    ExportColumn("centre", _("Support centre"), lambda case: case.centre.name()),
    ExportColumn("source", _("How they came"), lambda case: case.enquiry.get_source_display()),
    ExportColumn("way", _("Way of helping"), lambda case: case.enquiry.get_way_display()),
    ExportColumn("age", _("Age"), lambda case: case.enquiry.get_age_band_display()),
    ExportColumn("region", _("Region"), _region),
    ExportColumn("language", _("Language"), lambda case: case.enquiry.get_language_display()),
    ExportColumn("stage", _("Stage"), lambda case: case.get_stage_display()),
    ExportColumn("days", _("Days until the first step"), _days_to_first_step),
    ExportColumn("closed", _("Closed in month"), lambda case: _month(case.closed_at)),
)
