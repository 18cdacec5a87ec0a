"""Listings as files for a spreadsheet."""

import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any, Final, NamedTuple, cast

from django.db.models import Model, QuerySet
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from sosbca.users.models import User

from ..services.audit import record

# A cell that begins so is run as a formula by spreadsheets (OWASP: CSV injection).
_FORMULA: Final = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
# What XML, and so XLSX, can't hold.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


# Rows that are in memory at a time.
CHUNK: Final = 1000
# Of an XLSX, which can't be sent before it is whole: more would take longer than a proxy waits.
XLSX_ROWS: Final = 50_000


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
    is_export: bool

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.list_export = [column.name for column in self.export_columns]
        self.export_headings = {column.name: str(column.heading) for column in self.export_columns}

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        return {column.name: safe_cell(column.value(item)) for column in self.export_columns}

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        # The listing's context would read all rows into memory only to count them.
        if self.is_export and self.export_columns:
            return self.as_spreadsheet(
                self.get_queryset(),  # type: ignore[attr-defined]
                str(request.GET["export"]),
            )
        return super().get(request, *args, **kwargs)  # type: ignore[misc]

    def as_spreadsheet(self, queryset: QuerySet[Any], spreadsheet_format: str) -> Any:
        rows = queryset.count()
        if spreadsheet_format == self.FORMAT_XLSX and rows > XLSX_ROWS:
            text = _(
                "An XLSX is made of %(most)s rows at most, and these are %(rows)s. Filter the "
                "list, or take the CSV: it has no limit."
            )
            counts = {"most": number_format(XLSX_ROWS, force_grouping=True)}
            counts["rows"] = number_format(rows, force_grouping=True)
            messages.error(self.request, text % counts)
            query = self.request.GET.copy()
            query.pop("export")
            return redirect(f"{self.request.path}?{query.urlencode()}")
        self.log_export(spreadsheet_format, rows)
        found = queryset.prefetch_related(*self.export_prefetches)
        return super().as_spreadsheet(  # type: ignore[no-untyped-call]
            found.iterator(chunk_size=CHUNK), spreadsheet_format
        )

    def log_export(self, spreadsheet_format: str, rows: int) -> None:
        staff = cast(User, self.request.user)
        record(
            staff,
            "list.exported",
            user=staff,
            list=str(self.model._meta.model_name),
            format=spreadsheet_format,
            rows=rows,
        )

    def get_heading(self, queryset: Any, field: str) -> str:
        return self.export_headings[field]

    def get_filename(self) -> str:
        return f"{self.export_filename}-{timezone.localdate().isoformat()}"

    def write_csv_response(self, queryset: Iterable[Any]) -> StreamingHttpResponse:
        """Streamed, however long. The mark at the start tells Excel that the letters are UTF-8."""
        return StreamingHttpResponse(
            self._csv_in_chunks(queryset, get_language()),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{self.get_filename()}.csv"'},
        )

    def _csv_in_chunks(self, queryset: Iterable[Any], language: str | None) -> Iterator[bytes]:
        """The member of staff's language is gone when the answer is sent, so each chunk is written
        in it anew."""
        lines = self.stream_csv(queryset)
        yield "\ufeff".encode()
        while True:
            with translation.override(language):
                chunk = b"".join(islice(lines, CHUNK))
            if not chunk:
                return
            yield chunk

    def write_xlsx_response(self, queryset: Iterable[Any]) -> FileResponse:
        """By way of a file, as the format can't be sent before it is whole."""
        output = tempfile.TemporaryFile()  # noqa: SIM115  closed with the response
        self.write_xlsx(queryset, output)
        output.seek(0)
        return FileResponse(
            output,
            as_attachment=True,
            content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            filename=f"{self.get_filename()}.xlsx",
        )
