"""Drives giving end to end in one process: the donor, Stripe's stand-in, the worker."""

from typing import Any

from django.conf import settings
from django.core import mail
from django.test import Client
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from donations.models import CheckoutAttempt, Donation, LedgerEntry, ProviderEvent, Receipt
from donations.providers.stripe import StripeProvider
from donations.services import attempts
from stripe_sandbox import Sandbox
from tests.stripe_sandbox.in_process import InProcessClient

# A valid form, as a browser would send it.
FORM = {
    "frequency": "once",
    "amount": "25",
    "amount_other": "",
    "fund": "general",
    "donor_type": "person",
    "name": "Anna Bērziņa",
    "company_name": "",
    "registration_number": "",
    "email": "anna@example.org",
    "personal_code": "",
    "message": "",
    "website": "",
}


class Giving:
    """One account at the stand-in, and our side wired to it."""

    def __init__(self) -> None:
        self.sandbox = Sandbox(
            webhook=self._webhook,
            secret=settings.STRIPE_WEBHOOK_SECRET,
            name="Paraugs",
            public_url="http://stripe.invalid",
        )
        self.sandbox.delivery(auto=False)
        self.http = InProcessClient(self.sandbox)
        self.provider = StripeProvider(
            key=settings.STRIPE_SECRET_KEY,
            webhook_secret=settings.STRIPE_WEBHOOK_SECRET,
            timeout=5,
            max_network_retries=0,
            http_client=self.http,
        )
        self.client = Client()
        # What the making of the site has left to the worker is nothing of giving's.
        DBTaskResult.objects.all().delete()

    def _webhook(self, body: bytes, signature: str) -> int:
        return int(self.post_webhook(body, signature).status_code)

    def post_webhook(self, body: bytes, signature: str) -> Any:
        return self.client.post(
            "/stripe/webhook/",
            data=body,
            content_type="application/json",
            headers={"Stripe-Signature": signature},
        )

    # The donor ----------------------------------------------------------------------------------

    def start(self, **changes: Any) -> CheckoutAttempt:
        """An attempt at the checkout, without the form."""
        details: dict[str, Any] = {
            "amount_cents": 2500,
            "frequency": "once",
            "fund_code": "general",
            "language": "lv",
            "donor_kind": "person",
            "name": "Anna Bērziņa",
            "email": "anna@example.org",
            "form_path": "/ziedot/",
        }
        address = changes.pop("address", "192.0.2.1")
        return attempts.start_checkout(attempts.GiftDetails(**details | changes), address)

    def pay(self, attempt: CheckoutAttempt, method: str = "card", **how: Any) -> None:
        self.sandbox.pay(reference(attempt), method, **how)

    # The network and the worker -----------------------------------------------------------------

    def deliver(self, **how: Any) -> None:
        """Send every pending event and let the worker do what follows."""
        self.sandbox.deliver(**how)
        self.work()

    def work(self) -> None:
        """Run the tasks that are due, as the worker would."""
        worker = Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id="test",
            excluded_queue_names=[],
        )
        while (task := DBTaskResult.objects.ready().first()) is not None:
            task.claim("test")
            worker.run_task(task)

    def event_errors(self) -> list[str]:
        """What went wrong while events were processed."""
        failed = ProviderEvent.objects.exclude(last_error="")
        return list(failed.values_list("last_error", flat=True))

    def failed_tasks(self) -> list[str]:
        return list(DBTaskResult.objects.failed().values_list("traceback", flat=True))

    # What came of it ----------------------------------------------------------------------------

    def donation(self, attempt: CheckoutAttempt) -> Donation:
        return Donation.objects.get(attempt=attempt)

    def ledger(self, attempt: CheckoutAttempt) -> list[tuple[str, int]]:
        """Kinds and cents of the entries, in a stable order."""
        entries = LedgerEntry.objects.filter(donation__attempt=attempt)
        return sorted(entries.values_list("kind", "amount_cents"))

    def receipts(self, attempt: CheckoutAttempt) -> list[Receipt]:
        return list(Receipt.objects.filter(donation__attempt=attempt).order_by("sequence"))

    def message_ids(self) -> list[str]:
        return [str(message.extra_headers["Message-ID"]) for message in mail.outbox]


def reference(attempt: CheckoutAttempt) -> str:
    assert attempt.session_reference
    return attempt.session_reference
