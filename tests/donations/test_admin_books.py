"""The books in the admin: ledger, payouts, comparisons with their repairs, imports, health."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import ModelLogEntry

from donations.admin.books.health import duration, health
from donations.models import (
    Difference,
    Import,
    LedgerEntry,
    Payout,
    ProviderEvent,
    Reconciliation,
    RefusedDeliveries,
)
from donations.services import reconciliation
from tests.donations.books import lose
from tests.donations.staff import browser, browser_of, member
from tests.factories import (
    FundFactory,
    LedgerEntryFactory,
    ProviderEventFactory,
    paid_donation,
)
from tests.giving import Giving

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance() -> Client:
    return browser("Finance")


def payout(number: int = 1, **changes: Any) -> Payout:
    values: dict[str, Any] = {
        "reference": f"po_{number:04}",
        "amount_cents": 2437,
        "status": "paid",
        "created_at": timezone.now(),
        "arrives_on": date(2026, 3, 20),
        "is_live": False,
    }
    return Payout.objects.create(**values | changes)


def paid_out(number: int = 1) -> Payout:
    """A payout with the gift that went into it."""
    made = payout(number, settled_at=timezone.now())
    gift = paid_donation()
    own = LedgerEntryFactory.create(donation=None, kind="payout", amount_cents=-2437)
    LedgerEntry.objects.filter(pk__in=[own.pk, *gift.entries.values_list("pk", flat=True)]).update(
        payout=made
    )
    return made


def compared(differences: int = 0, **changes: Any) -> Reconciliation:
    values: dict[str, Any] = {
        "status": "differs" if differences else "agrees",
        "finished_at": timezone.now(),
        "checked": 12,
        "theirs_cents": 10000,
        "ours_cents": 9000,
    }
    run = Reconciliation.objects.create(**values | changes)
    for number in range(differences):
        different(run, reference=f"txn_{run.pk}_{number}")
    return run


def different(run: Reconciliation, **changes: Any) -> Difference:
    values: dict[str, Any] = {
        "kind": "missing",
        "repair": "import",
        "reference": "txn_1",
        "source_reference": "ch_1",
        "type": "charge",
        "theirs_cents": 2437,
        "occurred_at": timezone.now(),
    }
    return Difference.objects.create(reconciliation=run, **values | changes)


def imported(**changes: Any) -> Import:
    values: dict[str, Any] = {"fund": FundFactory.create(), "status": "done", "pledges": 3}
    return Import.objects.create(**values | changes)


def rows(client: Client, name: str, **query: Any) -> list[dict[str, str]]:
    response = client.get(reverse(f"giving_{name}:index"), {"export": "csv", **query})
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))


def listed(client: Client, name: str, **query: Any) -> list[Any]:
    response = client.get(reverse(f"giving_{name}:index"), query)
    assert response.status_code == 200
    return list(response.context["object_list"])


# The ledger ---------------------------------------------------------------------------------------


def test_ledger_shows_every_entry_with_what_it_is_about(finance: Client) -> None:
    paid_out()
    LedgerEntryFactory.create(donation=None, kind="account_fee", amount_cents=-200)
    page = finance.get(reverse("giving_ledger:index")).text
    donation = LedgerEntry.objects.filter(kind="charge").get().donation
    assert donation
    assert f'href="{reverse("giving_donations:inspect", args=[donation.pk])}"' in page
    assert "€25.00" in page
    assert "The account" in page
    assert "po_0001" in page
    latvian = browser("Finance", language="lv").get(reverse("giving_ledger:index")).text
    assert "25,00\u00a0€" in latvian


def test_ledger_is_filtered_by_kind_month_fund_and_payout(finance: Client) -> None:
    made = paid_out()
    homes = paid_donation(fund=FundFactory.create(code="homes"))
    # In Latvia already March.
    moved = LedgerEntryFactory.create(
        donation=homes,
        kind="refund",
        amount_cents=-5,
        occurred_at=datetime(2025, 2, 28, 22, tzinfo=UTC),
    )
    assert listed(finance, "ledger", kind="refund") == [moved]
    assert listed(finance, "ledger", month="2025-03") == [moved]
    assert "March 2025" in finance.get(reverse("giving_ledger:index")).text
    assert (
        "2025. gada marts"
        in browser("Finance", language="lv").get(reverse("giving_ledger:index")).text
    )
    assert {e.donation for e in listed(finance, "ledger", fund=homes.fund.pk)} == {homes}
    assert len(listed(finance, "ledger", payout=made.reference)) == 3
    assert listed(finance, "ledger", occurred_at_to="2025-12-31") == [moved]
    assert len(listed(finance, "ledger", month="nonsense")) >= 1
    assert {e.donation for e in listed(finance, "ledger", q=homes.donor.email)} == {homes}
    assert listed(finance, "ledger", q=moved.reference) == [moved]


def test_ledger_is_exported_with_signed_euro(finance: Client) -> None:
    paid_out()
    found = {row["Kind"]: row for row in rows(finance, "ledger")}
    assert found["Gift"]["Amount, EUR"] == "25.00"
    assert found["Fee"]["Amount, EUR"] == "-0.63"
    assert found["Gift"]["Payout"] == "po_0001"
    assert found["Payout to the bank"]["Fund"] == ""
    response = finance.get(reverse("giving_ledger:index"), {"export": "xlsx"})
    assert response.status_code == 200
    logged = ModelLogEntry.objects.filter(action="donations.list.exported")
    assert logged.count() == 2


def test_entries_have_no_page_of_their_own(finance: Client) -> None:
    entry = LedgerEntryFactory.create()
    assert finance.get(f"/admin/giving/ledger/{entry.pk}/").status_code == 404


# Payouts ------------------------------------------------------------------------------------------


def test_payout_shows_what_it_consists_of_and_that_it_adds_up(finance: Client) -> None:
    made = paid_out()
    page = finance.get(reverse("giving_payouts:inspect", args=[made.pk])).text
    for words in ("Adds up", "€25.00", "-€0.63", "€24.37", "Arrived"):
        assert words in page.replace("\u2212", "-"), words
    assert "differ by" not in page
    assert f"{reverse('giving_ledger:index')}?payout={made.reference}" in page
    assert f"dashboard.stripe.com/test/payouts/{made.reference}" in page


def test_payout_that_does_not_add_up_says_by_how_much(finance: Client) -> None:
    made = paid_out()
    Payout.objects.filter(pk=made.pk).update(amount_cents=3000, settled_at=None)
    page = finance.get(reverse("giving_payouts:inspect", args=[made.pk])).text
    assert "differ by €5.63" in page
    assert "Not yet" in page


def test_failed_payout_says_where_its_money_is(finance: Client) -> None:
    made = payout(status="failed")
    page = finance.get(reverse("giving_payouts:inspect", args=[made.pk])).text
    assert "part of a later payout" in page


def test_payouts_are_found_and_filtered(finance: Client) -> None:
    settled, waiting = paid_out(1), payout(2, status="pending")
    assert listed(finance, "payouts", q="po_0002") == [waiting]
    assert listed(finance, "payouts", status="paid") == [settled]
    assert listed(finance, "payouts", settled_at="true") == [settled]
    assert listed(finance, "payouts", settled_at="false") == [waiting]


def test_long_payout_is_shown_in_pages(finance: Client) -> None:
    made = payout()
    for _ in range(26):
        gift = paid_donation()
        gift.entries.update(payout=made)
    address = reverse("giving_payouts:inspect", args=[made.pk])
    first, second = finance.get(address), finance.get(address, {"p": "2"})
    assert (len(first.context["entries"]), len(second.context["entries"])) == (50, 2)
    assert 'href="?p=2"' in first.text
    assert finance.get(address, {"p": "nonsense"}).status_code == 200


# Comparisons --------------------------------------------------------------------------------------


def test_comparison_that_agrees_says_so(finance: Client) -> None:
    run = compared()
    page = finance.get(reverse("giving_reconciliations:inspect", args=[run.pk])).text
    assert "Agrees: every movement" in page
    assert "Suggested repair" not in page


def test_comparison_names_each_difference_with_its_repair(finance: Client) -> None:
    run = compared()
    donation = paid_donation()
    mendable = different(run, donation=donation, repair="synchronise", kind="amount")
    by_hand = different(run, reference="txn_2", repair="ask", kind="surplus")
    Reconciliation.objects.update(status="differs")
    page = finance.get(reverse("giving_reconciliations:inspect", args=[run.pk])).text
    assert "2 differences are not repaired yet." in page
    assert reverse("giving_reconciliations:repair", args=[run.pk, mendable.pk]) in page
    assert reverse("giving_reconciliations:repair", args=[run.pk, by_hand.pk]) not in page
    assert "Look into it by hand" in page
    assert reverse("giving_donations:inspect", args=[donation.pk]) in page
    Difference.objects.update(repaired_at=timezone.now())
    page = finance.get(reverse("giving_reconciliations:inspect", args=[run.pk])).text
    assert "All differences are repaired" in page
    assert "/repair/" not in page


def test_failed_and_running_comparisons_say_so(finance: Client) -> None:
    failed = compared(status="failed", error="ProviderUnavailable: away")
    page = finance.get(reverse("giving_reconciliations:inspect", args=[failed.pk])).text
    assert "ProviderUnavailable: away" in page
    assert reverse("giving_reconciliations:start") in page
    running = compared(status="running", finished_at=None)
    page = finance.get(reverse("giving_reconciliations:inspect", args=[running.pk])).text
    assert "under way" in page
    assert reverse("giving_reconciliations:start") not in page


def test_comparing_now_is_done_by_a_task(giving: Giving) -> None:
    user = member("Finance")
    client = browser_of(user)
    address = reverse("giving_reconciliations:start")
    assert "Compare now" in client.get(address).text
    response = client.post(address)
    run = Reconciliation.objects.get()
    assert response.headers["Location"] == reverse("giving_reconciliations:inspect", args=[run.pk])
    assert run.status == "waiting"
    client.post(address)
    assert Reconciliation.objects.count() == 1
    giving.work()
    run.refresh_from_db()
    assert run.status == "agrees"
    started = ModelLogEntry.objects.get(action="donations.reconciliation.started")
    assert started.user == user
    # Whoever pressed the button looks at the result: no message.
    assert (
        "The comparison of the books began"
        in client.get(reverse("giving_reconciliations:inspect", args=[run.pk])).text
    )


def test_repairing_from_the_admin(giving: Giving, clock: Any) -> None:
    attempt = giving.start()
    giving.pay(attempt)
    lose(giving)
    clock.shift(timedelta(hours=1))
    run = reconciliation.reconcile()
    difference = run.differences.get()
    user = member("Finance")
    client = browser_of(user)
    address = reverse("giving_reconciliations:repair", args=[run.pk, difference.pk])
    asked = client.get(address).text
    assert "€24.37" in asked
    assert difference.reference in asked
    assert giving.ledger(attempt) == []
    answer = client.post(address, follow=True)
    assert "The books agree about this movement now." in answer.text
    assert len(giving.ledger(attempt)) == 2
    assert client.post(address, follow=True).status_code == 200
    logged = ModelLogEntry.objects.get(action="donations.reconciliation.repaired")
    assert (logged.user, logged.data["repair"]) == (user, "import")


def test_repair_that_is_not_possible_now_says_why(giving: Giving, clock: Any) -> None:
    giving.pay(giving.start())
    lose(giving)
    clock.shift(timedelta(hours=1))
    run = reconciliation.reconcile()
    difference = run.differences.get()
    client = browser("Finance")
    address = reverse("giving_reconciliations:repair", args=[run.pk, difference.pk])
    giving.sandbox.faults.add("error", times=9)
    answer = client.post(address, follow=True)
    assert "could not be carried out" in answer.text
    giving.sandbox.faults.clear()
    Difference.objects.update(repair="ask")
    assert "mends this difference" in client.post(address, follow=True).text


def test_difference_of_another_run_is_not_found(finance: Client) -> None:
    one, other = compared(1), compared(1)
    stranger = other.differences.get()
    address = reverse("giving_reconciliations:repair", args=[one.pk, stranger.pk])
    assert finance.get(address).status_code == 404
    assert finance.post(address).status_code == 404


def test_looking_does_not_allow_repairing() -> None:
    run = compared(1)
    difference = run.differences.get()
    user = member("")
    for codename in ("access_admin", "view_reconciliation", "view_providerevent"):
        user.user_permissions.add(Permission.objects.get(codename=codename))
    client = browser_of(user)
    page = client.get(reverse("giving_reconciliations:inspect", args=[run.pk]))
    assert page.status_code == 200
    assert "/repair/" not in page.text
    index = client.get(reverse("giving_reconciliations:index")).text
    assert reverse("giving_reconciliations:start") not in index
    for address in (
        reverse("giving_reconciliations:start"),
        reverse("giving_reconciliations:repair", args=[run.pk, difference.pk]),
        reverse("giving_events:replay_many"),
    ):
        assert client.get(address).status_code == 302
        assert client.post(address).status_code == 302
    assert not ModelLogEntry.objects.exists()
    assert client.get(reverse("giving_health:index")).status_code == 200


# Imports ------------------------------------------------------------------------------------------


def test_import_shows_its_progress(finance: Client) -> None:
    running = imported(status="running", stage="payments", donations=17, skipped=2)
    page = finance.get(reverse("giving_imports:inspect", args=[running.pk])).text
    for words in ("Running", "Payments", "17", "under way"):
        assert words in page
    Import.objects.update(status="failed", error="ProviderUnavailable: away")
    page = finance.get(reverse("giving_imports:inspect", args=[running.pk])).text
    assert "goes on where it was" in page
    assert "ProviderUnavailable: away" in page
    assert "import_stripe_history" in page


# Health of the webhook ----------------------------------------------------------------------------


def delivered(lag: int, **changes: Any) -> ProviderEvent:
    """An event that arrived `lag` seconds after it happened."""
    now = timezone.now()
    event = ProviderEventFactory.create(**changes)
    ProviderEvent.objects.filter(pk=event.pk).update(
        received_at=now, occurred_at=now - timedelta(seconds=lag)
    )
    return event


def test_health_in_figures() -> None:
    for lag in range(1, 21):
        delivered(lag)
    delivered(5000, source="sweep", type="invoice.paid")
    delivered(1, status="ignored", type="product.created")
    delivered(1, status="failed")
    ProviderEventFactory.create(status="retrying", source="sweep")
    found = health()
    assert (found.delivered, found.swept, found.failed, found.waiting) == (22, 2, 1, 1)
    assert found.median_lag == timedelta(seconds=9)
    assert found.slowest_lag == timedelta(seconds=19)
    assert found.ignored == [("product.created", 1)]
    assert dict(found.swept_types)["invoice.paid"] == 1
    assert not found.is_deaf
    assert found.last_at


def test_health_of_an_empty_inbox(finance: Client) -> None:
    found = health()
    assert (found.last_at, found.median_lag, found.refused, found.is_deaf) == (None, None, 0, False)
    assert "Nothing has been delivered yet." in finance.get(reverse("giving_health:index")).text


def test_lengths_of_time_are_in_their_largest_units() -> None:
    lengths = {
        timedelta(seconds=9): "9 s",
        timedelta(seconds=70): "1 min",
        timedelta(minutes=125): "2 h 5 min",
        timedelta(days=3, hours=4): "3 d 4 h",
    }
    with translation.override("en"):
        assert {length: duration(length) for length in lengths} == lengths
        assert duration(None) == "–"


def test_a_clock_that_is_behind_makes_no_negative_lag() -> None:
    delivered(-30)
    assert health().median_lag == timedelta()


def test_deliveries_without_a_valid_signature_are_counted(giving: Giving, finance: Client) -> None:
    giving.pay(giving.start())
    body, _signature = giving.sandbox.signed(giving.sandbox.events[0])
    for _ in range(3):
        assert giving.post_webhook(body, "t=1,v1=forged").status_code == 400
    row = RefusedDeliveries.objects.get()
    assert row.count == 3
    assert body.decode()[:20] not in str(vars(row))
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        giving.post_webhook(b"{}", "")
        assert RefusedDeliveries.objects.count() == 2
        assert health().refused == 4
    with time_machine.travel(timezone.now() + timedelta(days=40)):
        assert health().refused == 0
    assert "Refused in 30 days" in finance.get(reverse("giving_health:index")).text


def test_silent_webhook_is_told_on_the_home_page(finance: Client) -> None:
    home = reverse("wagtailadmin_home")
    assert "No payment event was delivered for a day" not in finance.get(home).text
    delivered(5000, source="sweep")
    assert "No payment event was delivered for a day" in finance.get(home).text
    page = finance.get(reverse("giving_health:index")).text
    assert "Nothing was delivered for a day" in page
    delivered(1)
    assert "No payment event was delivered for a day" not in finance.get(home).text


def test_failed_events_are_processed_again_together(giving: Giving) -> None:
    user = member("Finance")
    client = browser_of(user)
    failed = [ProviderEventFactory.create(status="failed") for _ in range(3)]
    fine = ProviderEventFactory.create()
    address = reverse("giving_events:replay_many")
    page = client.get(address)
    assert [event for event, _when, _tone in page.context["events"]] == failed[::-1]
    client.post(address, {"event": [failed[0].pk, failed[2].pk]})
    states = [ProviderEvent.objects.get(pk=event.pk).status for event in (*failed, fine)]
    assert states == ["received", "failed", "received", "processed"]
    logged = ModelLogEntry.objects.filter(action="donations.event.replayed")
    assert [entry.user for entry in logged] == [user, user]
    # Waiting already: nothing is done twice.
    client.post(address, {"event": [failed[0].pk, "nonsense"]})
    assert logged.count() == 2


def test_without_events_nothing_can_be_processed_again() -> None:
    page = browser("Finance").get(reverse("giving_events:replay_many")).text
    assert "There is no event to process again" in page
    assert "Back to the list" in page
    assert "data-w-progress-active-value" not in page


def test_what_the_listing_shows_can_be_processed_again(giving: Giving) -> None:
    client = browser("Finance")
    ProviderEventFactory.create(type="invoice.paid")
    ProviderEventFactory.create(type="charge.updated")
    query = {"type": "invoice.paid", "source": "webhook"}
    listing = client.get(reverse("giving_events:index"), query).text
    address = reverse("giving_events:replay_many")
    assert f"{address}?type=invoice.paid&amp;source=webhook" in listing
    found = client.get(address, query).context["events"]
    assert [event.type for event, _when, _tone in found] == ["invoice.paid"]


# Trouble ------------------------------------------------------------------------------------------


def test_home_page_tells_finance_of_the_books() -> None:
    home = reverse("wagtailadmin_home")
    client = browser("Finance")
    words = {
        "differs": "The books differ from the payment company’s in 2 movements",
        "failed": "The books could not be compared",
        "overdue": "for two days",
    }

    def told() -> set[str]:
        page = client.get(home).text
        return {name for name, text in words.items() if text in page}

    assert told() == set()
    compared(2)
    assert told() == {"differs"}
    Difference.objects.update(repaired_at=timezone.now())
    assert told() == set()
    compared(status="failed")
    assert told() == {"failed"}
    compared()
    assert told() == set()
    LedgerEntryFactory.create()
    LedgerEntry.objects.update(recorded_at=timezone.now() - timedelta(days=3))
    assert told() == set()
    Reconciliation.objects.update(finished_at=timezone.now() - timedelta(days=3))
    assert told() == {"overdue"}
    assert "for two days" not in browser("Communications").get(home).text


# Cost, and both languages -------------------------------------------------------------------------


def fill(count: int) -> None:
    for number in range(count):
        made = paid_out(number + Payout.objects.count() + 1)
        different(compared(2), donation=paid_donation(), reference=f"t{made.pk}")
        imported()
        for status in ("failed", "ignored", "processed"):
            ProviderEventFactory.create(status=status, type=f"t{number}")
        RefusedDeliveries.objects.get_or_create(
            day=date(2026, 1, 1) + timedelta(days=made.pk), defaults={"last_at": timezone.now()}
        )


def pages() -> list[str]:
    run, made = Reconciliation.objects.earliest("pk"), Payout.objects.earliest("pk")
    return [
        *(
            reverse(f"giving_{name}:index")
            for name in ("ledger", "payouts", "reconciliations", "imports", "health")
        ),
        reverse("giving_payouts:inspect", args=[made.pk]),
        reverse("giving_reconciliations:inspect", args=[run.pk]),
        reverse("giving_imports:inspect", args=[Import.objects.earliest("pk").pk]),
        reverse("giving_events:replay_many"),
        reverse("giving_reconciliations:start"),
        reverse("giving_reconciliations:repair", args=[run.pk, run.differences.earliest("pk").pk]),
        reverse("wagtailadmin_home"),
    ]


def test_pages_cost_the_same_however_much_there_is(finance: Client) -> None:
    fill(1)
    counts = []
    for more in (0, 6):
        fill(more)
        for run in Reconciliation.objects.all()[:1]:
            Difference.objects.filter(reconciliation__lt=run).update(reconciliation=run)
        Difference.objects.update(reconciliation=Reconciliation.objects.earliest("pk"))
        LedgerEntry.objects.exclude(payout=None).update(payout=Payout.objects.earliest("pk"))
        found = {}
        for address in pages():
            finance.get(address)
            with CaptureQueriesContext(connection) as captured:
                assert finance.get(address).status_code == 200, address
            found[address] = len(captured)
        counts.append(found)
    assert counts[0] == counts[1]
    assert max(counts[0].values()) < 45


@pytest.mark.parametrize("group", ["Finance", "Administrators"])
@pytest.mark.parametrize("language", ["lv", "en"])
def test_every_page_opens_in_both_languages(group: str, language: str) -> None:
    fill(1)
    client = browser(group, language=language)
    for address in pages():
        response = client.get(address)
        assert response.status_code == 200, address
        assert f'lang="{language}"' in response.text


# Who may ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_sent_to_the_login(method: str) -> None:
    fill(1)
    for address in pages()[:-1]:
        response = getattr(Client(), method)(address)
        assert response.status_code == 302, address
        assert response.headers["Location"].startswith(reverse("wagtailadmin_login"))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("group", ["Communications", "Reviewers", "Recruitment"])
def test_other_groups_are_sent_home(group: str, method: str) -> None:
    fill(1)
    client = browser(group)
    for address in pages()[:-1]:
        response = getattr(client, method)(address, {"event": "1", "export": "csv"})
        assert response.status_code == 302, address
        assert response.headers["Location"] == reverse("wagtailadmin_home")
    assert not Reconciliation.objects.filter(status="waiting").exists()
    assert not ModelLogEntry.objects.exists()
