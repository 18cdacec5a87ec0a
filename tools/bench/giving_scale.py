"""How finance's pages, exports and yearly statements hold up with a great deal of giving."""

import io
import resource
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple, cast

from django.core.management import call_command
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from donations.management.invented_giving import Generator
from donations.models import Donor, LedgerEntry, Pledge, Statement
from donations.services import documents, statements
from sosbca.users.models import User

from .measure import CannotMeasure

# One donor for so many donations.
EACH = 10
# Statements of which also the PDF is made.
PAPERS = 40


class Measured(NamedTuple):
    """One piece of work: how often it was done in so many seconds; queries where they matter."""

    name: str
    times: int
    seconds: float
    queries: int | None = None


def fill(donations: int) -> Measured:
    """Invent donors and so many donations."""
    started = time.monotonic()
    for _written in Generator(seed=1).run(max(1, donations // EACH), donations):
        pass
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return Measured("donation invented", donations, time.monotonic() - started)


def pages() -> Iterator[Measured]:
    """What finance opens; the second time, when the process is warm."""
    client = Client()
    client.force_login(User.objects.filter(is_superuser=True).first() or _boss())
    donor = Donor.objects.order_by("pk")[Donor.objects.count() // 2]
    fund = LedgerEntry.objects.exclude(donation=None).first()
    fund_pk = fund.donation.fund_id if fund and fund.donation else 0
    year = timezone.localdate().year - 1
    wanted: dict[str, tuple[str, dict[str, str | int]]] = {
        "donors": ("giving_donors", {}),
        "donor found by e-mail": ("giving_donors", {"q": donor.email}),
        "donor found by name": ("giving_donors", {"q": donor.name.split()[-1]}),
        "donors, most given first": ("giving_donors", {"ordering": "-given_cents"}),
        "donations": ("giving_donations", {}),
        "donations, last page": ("giving_donations", {"p": 10**9}),
        "donations of a fund in a month": (
            "giving_donations",
            {"fund": fund_pk, "paid_at_from": f"{year}-03-01", "paid_at_to": f"{year}-03-31"},
        ),
        "donation found by payment": ("giving_donations", {"q": "pi_gen1_77"}),
        "donations found by e-mail": ("giving_donations", {"q": donor.email}),
        "donations found by name": ("giving_donations", {"q": donor.name.split()[-1]}),
        "receipts found by e-mail": ("giving_receipts", {"q": donor.email}),
        "ledger found by e-mail": ("giving_ledger", {"q": donor.email}),
        "pledges past due": ("giving_pledges", {"status": "past_due"}),
        "receipts": ("giving_receipts", {}),
        "refunds": ("giving_refunds", {}),
        "disputes": ("giving_disputes", {}),
        "ledger": ("giving_ledger", {}),
        "overview, 12 months": ("giving_overview", {}),
        "overview, 36 months": ("giving_overview", {"period": "36"}),
    }
    for name, (namespace, query) in wanted.items():
        address = reverse(f"{namespace}:index")
        yield _request(name, partial(client.get, address, query))
    busy = Pledge.objects.order_by("pk").first()
    detail = reverse("giving_donors:inspect", args=[busy.donor_id if busy else donor.pk])
    yield _request("a donor’s whole story", lambda: client.get(detail))
    yield _export(client, "csv", f"{year}-01-01", f"{year}-12-31")
    # An XLSX has a limit, which a year of a great deal of giving is beyond.
    yield _export(client, "xlsx", f"{year}-03-01", f"{year}-03-31")


def yearly() -> Iterator[Measured]:
    """Last year's statements of all donors in one run, and the PDFs of some."""
    year = timezone.localdate().year - 1
    run = statements.start(year, sends_mail=True, queued=False)
    started = time.monotonic()
    while statements.next_batch(run.pk):
        pass
    seconds = time.monotonic() - started
    run.refresh_from_db()
    if run.failed:
        raise CannotMeasure(f"{run.failed} statements could not be issued.")
    yield Measured("statement issued, message promised", run.issued, seconds)
    some = list(Statement.objects.filter(year=year)[:PAPERS])
    documents.pdf_of(some[0])
    began = time.monotonic()
    for statement in some[1:]:
        documents.pdf_of(statement)
    yield Measured("statement’s PDF made", len(some) - 1, time.monotonic() - began)


def peak_megabytes() -> float:
    """The most memory that this process has had; Linux counts in kilobytes, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _request(name: str, request: Callable[[], object]) -> Measured:
    request()
    started = time.monotonic()
    with CaptureQueriesContext(connection) as captured:
        response = request()
    seconds = time.monotonic() - started
    if getattr(response, "status_code", 0) != 200:
        raise CannotMeasure(f"{name}: no page came.")
    return Measured(name, 1, seconds, len(captured))


def _export(client: Client, kind: str, since: str, until: str) -> Measured:
    """Donations of some days, read to the end."""
    query = {"export": kind, "paid_at_from": since, "paid_at_to": until}
    started = time.monotonic()
    response = client.get(reverse("giving_donations:index"), query)
    if response.status_code != 200:
        raise CannotMeasure(f"export as {kind}: no file came.")
    chunks = cast(StreamingHttpResponse, response)
    if kind == "csv":
        # Not kept: the peak of memory is measured too.
        rows = sum(chunk.count(b"\n") for chunk in chunks)
        seconds = time.monotonic() - started
    else:
        workbook = b"".join(chunks)
        seconds = time.monotonic() - started
        rows = _rows(workbook)
    return Measured(f"row of donations exported, {kind.upper()}", rows - 1, seconds)


def _boss() -> User:
    call_command("createsuperuser", username="bench", email="b@example.org", interactive=False)
    return User.objects.get(username="bench")


def _rows(workbook: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(workbook)) as parts:
        return parts.read("xl/worksheets/sheet1.xml").count(b"<row ")
