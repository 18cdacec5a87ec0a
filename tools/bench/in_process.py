"""What is measured without a server: the site's WSGI application, events and receipts."""

import dataclasses
import io
import itertools
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from donations.models import CheckoutAttempt, ProviderEvent, Receipt
from donations.receipts import ReceiptSnapshot, render_receipt
from donations.services import events
from sosbca.core.page_cache.installed import wrap
from tests.giving import FORM, Giving
from tests.stripe_sandbox.in_process import InProcessClient

from .measure import CannotMeasure, Sample, timed
from .world import BARE

WEBHOOK = "/stripe/webhook/"
EVENT_TYPE = "checkout.session.completed"
# Events that only stand in the way: recorded, never processed.
INVENTED = "evt_bench_"
# Who sends a cookie is never answered from memory.
PAST_THE_CACHE = {"HTTP_COOKIE": "bench=1"}
# About 100 kB of JSON.
CALIBRATION = [
    {"number": number, "name": "Anna Bērziņa", "amounts": list(range(number, number + 10))}
    for number in range(1000)
]


class Application:
    """The whole site as a server would call it: page cache, middleware and all."""

    def __init__(self) -> None:
        # Without the page cache a process would remember none of its lookups either.
        self._wsgi = wrap(get_wsgi_application())

    def __call__(
        self,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        expect: int = 200,
    ) -> bytes:
        """GET, or POST when there is a body; `headers` are WSGI's names. Raise CannotMeasure."""
        address, _mark, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET" if body is None else "POST",
            "PATH_INFO": address.encode().decode("latin-1"),
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(body or b"")),
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1",
            "wsgi.input": io.BytesIO(body or b""),
            **(headers or {}),
        }
        setup_testing_defaults(environ)
        statuses: list[str] = []

        def start_response(status: str, sent: Any, error: Any = None) -> Any:
            statuses.append(status)

        response = self._wsgi(environ, start_response)
        try:
            answer = b"".join(response)
        finally:
            getattr(response, "close", lambda: None)()
        if not statuses[0].startswith(str(expect)):
            raise CannotMeasure(f"{path} answered {statuses[0]} instead of {expect}.")
        return answer


class Clock:
    """Adds up the time, and the processor's time, that somebody else's work takes."""

    def __init__(self) -> None:
        self.seconds = self.cpu = 0.0

    def watch(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **kwargs: Any) -> Any:
            started, before = time.perf_counter(), time.process_time()
            try:
                return work(*args, **kwargs)
            finally:
                self.seconds += time.perf_counter() - started
                self.cpu += time.process_time() - before

        return watched


class Gifts:
    """Gifts through the stand-in for Stripe, in this process: `first` from end to end."""

    def __init__(self, giving: Giving, application: Application, stand_in: Clock) -> None:
        self._giving, self._application, self._stand_in = giving, application, stand_in
        self._serial = itertools.count(1)
        # The rounds of `process` without the time that the stand-in took.
        self.own_samples: list[Sample] = []
        self.first = self._paid()
        giving.deliver()
        if problems := giving.event_errors() + giving.failed_tasks():
            raise CannotMeasure(f"A gift failed: {problems[0]}")
        self._event = next(e for e in giving.sandbox.events if e["type"] == EVENT_TYPE)
        self.receipt = Receipt.objects.get(donation__attempt=self.first)
        self._snapshot = ReceiptSnapshot.from_json(self.receipt.snapshot)

    def _paid(self) -> CheckoutAttempt:
        number = next(self._serial)
        attempt = self._giving.start(email=f"donor{number}@example.org", name=f"Anna {number}")
        self._giving.pay(attempt)
        return attempt

    # One round each ------------------------------------------------------------------------------

    def post_bare(self, count: int) -> Sample:
        """The same request as a webhook's to the view that does nothing."""
        body, headers = self._signed_event()
        return timed(count, lambda: [self._application(BARE, body, headers) for _ in range(count)])

    def receive(self, count: int) -> Sample:
        """Distinct events, signed beforehand: verified, recorded, queued, answered."""
        signed = [self._signed_event() for _ in range(count)]
        return timed(count, lambda: [self._application(WEBHOOK, *event) for event in signed])

    def _signed_event(self) -> tuple[bytes, dict[str, str]]:
        event = {**self._event, "id": f"{INVENTED}{next(self._serial)}"}
        body, signature = self._giving.sandbox.signed(event)
        return body, {"CONTENT_TYPE": "application/json", "HTTP_STRIPE_SIGNATURE": signature}

    def process(self, count: int) -> Sample:
        """All events of `count` gifts: donation, ledger, receipt number and snapshot."""
        for _ in range(count):
            self._paid()
        self._giving.sandbox.deliver()
        waiting = ProviderEvent.objects.filter(status=ProviderEvent.Status.RECEIVED)
        waiting = waiting.exclude(reference__startswith=INVENTED).order_by("pk")
        keys = list(waiting.values_list("pk", flat=True))
        self._stand_in.seconds = self._stand_in.cpu = 0.0
        sample = timed(len(keys), lambda: _each(events.process, keys))
        self.own_samples.append(
            Sample(
                len(keys),
                sample.seconds - self._stand_in.seconds,
                sample.cpu - self._stand_in.cpu,
            )
        )
        if problems := self._giving.event_errors():
            raise CannotMeasure(f"An event failed: {problems[0]}")
        return sample

    def render(self, count: int) -> Sample:
        """Distinct receipts."""
        snapshots = []
        for _ in range(count):
            number = next(self._serial)
            donor = dataclasses.replace(self._snapshot.donor, name=f"Anna Bērziņa {number}")
            snapshots.append(
                dataclasses.replace(
                    self._snapshot, number=f"Z-{number}", donor=donor, amount_cents=1000 + number
                )
            )
        return timed(count, lambda: [render_receipt(snapshot) for snapshot in snapshots])


@contextmanager
def gifts(application: Application) -> Iterator[Gifts]:
    giving = Giving()
    stand_in = Clock()
    with (
        patch("donations.providers._stripe", lambda *args: giving.provider),
        patch.object(InProcessClient, "request", stand_in.watch(InProcessClient.request)),
    ):
        try:
            yield Gifts(giving, application, stand_in)
        finally:
            giving.sandbox.close()


def _each(work: Callable[[int], None], keys: list[int]) -> None:
    for key in keys:
        work(key)


def json_round_trip(count: int) -> Sample:
    """Work that has nothing to do with this project and never changes: the machine's measure."""
    return timed(count, lambda: [json.loads(json.dumps(CALIBRATION)) for _ in range(count)])


def query_counts(application: Application, gift: Gifts, pages: Mapping[str, str]) -> dict[str, int]:
    """Queries of requests past the page cache, when all that a process remembers is warm."""
    mistake = urlencode(FORM | {"email": "nobody"}).encode()
    form = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
    with translation.override("lv"):
        thanks = reverse("donations:thanks")
        verify = reverse("donations:verify", args=[gift.receipt.public_id])
    requests: dict[str, Callable[[], object]] = {
        name: partial(application, path, headers=PAST_THE_CACHE) for name, path in pages.items()
    }
    requests["donation page, a mistake posted"] = partial(
        application, pages["donation page"], mistake, form, 422
    )
    requests["thank-you page"] = partial(
        application,
        f"{thanks}?session_id={gift.first.session_reference}",
        headers=PAST_THE_CACHE,
    )
    requests["check of a receipt"] = partial(application, verify, headers=PAST_THE_CACHE)
    return {name: min(_queries(request) for _ in range(4)) for name, request in requests.items()}


def _queries(request: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        request()
    return len(captured)
