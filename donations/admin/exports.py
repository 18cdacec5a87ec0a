"""Listings as files for a spreadsheet."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple, cast

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from sosbca.users.models import User

from ..services.audit import record

# A cell that begins so is run as a formula by spreadsheets (OWASP: CSV injection).
_FORMULA: Final = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
# What XML, and so XLSX, can't hold.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class ExportColumn(NamedTuple):
    """`value` gets what stands in the cell of a row: words, a number of euro or a date."""

    name: str
    heading: str | Promise
    value: Callable[[Any], Any]


def euro(cents: int | None) -> Decimal | None:
    """Cents as an exact number that spreadsheets can sum up."""
    return None if cents is None else Decimal(cents).scaleb(-2)


def safe_cell(value: Any) -> Any:
    """A value that no spreadsheet runs as a formula. Only words are changed: numbers and dates
    are written as such; moments lose their time zone after being brought to local time."""
    if isinstance(value, datetime):
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    if isinstance(value, Promise):
        value = str(value)
    if isinstance(value, str):
        value = _CONTROLS.sub("", value)
        return f"'{value}" if _FORMULA.match(value) else value
    return value


class LoggedExportMixin(SpreadsheetExportMixin):
    """Exports `export_columns`, and notes in the audit log who took which list when."""

    export_columns: tuple[ExportColumn, ...] = ()
    # Relations that only the export needs.
    export_prefetches: tuple[str, ...] = ()
    model: type[Model]
    request: HttpRequest

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.list_export = [column.name for column in self.export_columns]
        self.export_headings = {column.name: str(column.heading) for column in self.export_columns}

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        return {column.name: safe_cell(column.value(item)) for column in self.export_columns}

    def as_spreadsheet(self, queryset: QuerySet[Any], spreadsheet_format: str) -> Any:
        rows = list(queryset.prefetch_related(*self.export_prefetches))
        staff = cast(User, self.request.user)
        record(
            staff,
            "list.exported",
            user=staff,
            list=str(self.model._meta.model_name),
            format=spreadsheet_format,
            rows=len(rows),
        )
        return super().as_spreadsheet(rows, spreadsheet_format)  # type: ignore[no-untyped-call]

    def get_heading(self, queryset: Any, field: str) -> str:
        return self.export_headings[field]

    def get_filename(self) -> str:
        return f"{self.export_filename}-{timezone.localdate().isoformat()}"

    def write_csv_response(self, queryset: Iterable[Any]) -> HttpResponse:
        """Not streamed: by then the member of staff's language would be gone. The mark at the
        start tells Excel that the letters are UTF-8."""
        body = "\ufeff".encode() + b"".join(self.stream_csv(queryset))
        return HttpResponse(
            body,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{self.get_filename()}.csv"'},
        )
