"""The pages about one object, the audit log in words, what stands out on the home page, funds."""

import ast
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import registry

import donations.services
from donations.admin.history import ACTIONS
from donations.models import (
    CheckoutAttempt,
    Consent,
    Donation,
    Donor,
    Fund,
    Instalment,
    Payout,
    Pledge,
    PledgeWish,
    ProviderEvent,
    Receipt,
)
from donations.services.audit import record
from tests.donations.staff import OTHER_GROUPS, browser, browser_of, member
from tests.factories import (
    CheckoutAttemptFactory,
    DonorFactory,
    FundFactory,
    LedgerEntryFactory,
    OutgoingMailFactory,
    ProviderEventFactory,
    ReceiptFactory,
    paid_donation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def finance() -> Client:
    return browser("Finance")


def page(client: Client, name: str, pk: object) -> str:
    response = client.get(reverse(f"giving_{name}:inspect", args=[pk]))
    assert response.status_code == 200
    return response.text


def test_donation(finance: Client) -> None:
    donation = paid_donation(attempt__message="Lai veicas!")
    LedgerEntryFactory.create(donation=donation, kind="refund", amount_cents=-500)
    receipt = donation.receipts.get()
    event = ProviderEventFactory.create(object_reference=donation.charge_reference)
    text = page(finance, "donations", donation.pk)
    for words in ("€25.00", "−€0.63", "−€5.00", "€19.37", "Lai veicas!", receipt.reference):
        assert words in text
    for address in (
        reverse("giving_donors:inspect", args=[donation.donor.pk]),
        reverse("giving_attempts:inspect", args=[donation.attempt_id]),
        reverse("giving_receipts:inspect", args=[receipt.pk]),
        reverse("giving_receipts:download", args=[receipt.pk]),
        reverse("giving_receipts:resend", args=[receipt.pk]),
        reverse("giving_events:inspect", args=[event.pk]),
        reverse("giving_donations:refund", args=[donation.pk]),
    ):
        assert address in text


@pytest.mark.parametrize(
    ("is_live", "address"),
    [
        (True, "https://dashboard.stripe.com/payments/pi_x"),
        (False, "https://dashboard.stripe.com/test/payments/pi_x"),
    ],
)
def test_link_to_the_dashboard(finance: Client, is_live: bool, address: str) -> None:
    donation = paid_donation(is_live=is_live, payment_reference="pi_x")
    assert f'href="{address}"' in page(finance, "donations", donation.pk)


def test_donation_without_an_attempt(finance: Client) -> None:
    donation = paid_donation()
    Donation.objects.filter(pk=donation.pk).update(attempt=None)
    assert "€25.00" in page(finance, "donations", donation.pk)


def test_history_of_a_donation_in_time_order_and_in_words(finance: Client) -> None:
    donation = paid_donation()
    receipt, user = donation.receipts.get(), member("Finance", language="lv")
    assert donation.attempt
    record(donation.attempt, "attempt.started", amount_cents=2500)
    record(donation, "donation.recorded", amount_cents=2500)
    record(donation, "donation.paid", before="processing")
    record(receipt, "receipt.receipt", number=receipt.reference, net_cents=2500)
    record(donation, "donation.refund_requested", user=user, amount_cents=500)
    record(paid_donation(), "donation.charged_back", before="paid")
    response = finance.get(reverse("giving_donations:inspect", args=[donation.pk]))
    lines = [(line.who, line.about, line.what) for line in response.context["history"]]
    assert lines == [
        ("system", "Checkout attempt", "The donor sent the form: €25.00"),
        ("system", "Donation", "Payment recorded: €25.00"),
        ("system", "Donation", "Paid (before: Processing)"),
        (
            "system",
            f"Receipt {receipt.reference}",
            f"Receipt {receipt.reference} issued for €25.00",
        ),
        ("Filips Finansists", "Donation", "Refund requested: €5.00"),
    ]


def test_detail_queries_do_not_grow_with_documents(finance: Client) -> None:
    def queries(donation: Donation) -> int:
        with CaptureQueriesContext(connection) as captured:
            page(finance, "donations", donation.pk)
        return len(captured)

    donation = paid_donation()
    record(donation, "donation.paid", before="processing")
    queries(donation)
    few = queries(donation)
    last = donation.receipts.get()
    for sequence in range(2, 8):
        last = ReceiptFactory.create(
            donation=donation,
            kind="amendment",
            series="K",
            sequence=sequence,
            refers_to=last,
            net_cents=100 * sequence,
        )
        OutgoingMailFactory.create(receipt=last)
        record(last, "receipt.amendment", number=last.reference, net_cents=last.net_cents)
        LedgerEntryFactory.create(donation=donation, kind="refund", amount_cents=-1)
    assert queries(donation) <= few + 1


def test_documents_that_replace_each_other_are_linked(finance: Client) -> None:
    first = paid_donation().receipts.get()
    later = ReceiptFactory.create(
        donation=first.donation,
        kind="annulment",
        series="K",
        sequence=2,
        refers_to=first,
        net_cents=0,
    )
    assert reverse("giving_receipts:inspect", args=[later.pk]) in page(
        finance, "receipts", first.pk
    )
    assert "Annulled" in page(finance, "receipts", first.pk)
    assert reverse("giving_receipts:inspect", args=[first.pk]) in page(
        finance, "receipts", later.pk
    )
    assert first.public_id in page(finance, "receipts", first.pk)


def test_donor_never_shows_the_whole_code(finance: Client) -> None:
    donation = paid_donation(
        attempt__donor__personal_code="010180-11134", attempt__donor__personal_code_digest="x"
    )
    Consent.objects.create(
        donor=donation.donor, purpose="newsletter", is_given=True, wording="Es vēlos saņemt ziņas"
    )
    text = page(finance, "donors", donation.donor.pk)
    assert "******-***34" in text
    assert "010180" not in text
    assert "Es vēlos saņemt ziņas" in text
    assert reverse("giving_donations:inspect", args=[donation.pk]) in text


def test_failed_event(finance: Client) -> None:
    donation = paid_donation()
    event = ProviderEventFactory.create(
        status="failed",
        tries=9,
        last_error="<b>Boom</b>",
        object_reference=donation.payment_reference,
    )
    text = page(finance, "events", event.pk)
    assert "&lt;b&gt;Boom" in text
    assert reverse("giving_events:replay", args=[event.pk]) in text
    assert reverse("giving_donations:inspect", args=[donation.pk]) in text
    waiting = ProviderEventFactory.create(status="received")
    assert "/replay/" not in page(finance, "events", waiting.pk)


def test_abandoned_attempt(finance: Client) -> None:
    attempt = CheckoutAttemptFactory.create(status="expired", payment_reference=None)
    assert "Abandoned" in page(finance, "attempts", attempt.pk)


def test_pages_keep_to_the_admin_policy(finance: Client) -> None:
    """No style, script or picture from another host."""
    donation = paid_donation()
    for address in (
        reverse("giving_donations:inspect", args=[donation.pk]),
        reverse("giving_donations:refund", args=[donation.pk]),
        reverse("giving_donations:index"),
    ):
        text = finance.get(address).text
        assert 'src="http' not in text
        assert 'rel="stylesheet" href="http' not in text


# --- The audit log --------------------------------------------------------------------------------


def recorded_actions() -> Iterator[str]:
    """What services hand to `record`; an action with a state in its name stands for all states."""
    kinds = {
        "attempt": [*CheckoutAttempt.Status],
        "donation": [*Donation.Status],
        "instalment": [*Instalment.Status],
        "payout": [*Payout.Status],
        "pledge": [*Pledge.Status],
        "receipt": [*Receipt.Kind],
        "reconciliation": ["agrees", "differs", "failed"],
        # What is wished, and what comes of it; nothing is written when it waits or is replaced.
        "wish": [*PledgeWish.Action, PledgeWish.Status.DONE, PledgeWish.Status.REFUSED],
    }
    for path in Path(donations.services.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id != "record" or len(node.args) < 2:
                continue
            action = node.args[1]
            if isinstance(action, ast.Constant):
                yield str(action.value)
            else:
                assert isinstance(action, ast.JoinedStr)
                [prefix, _state] = action.values
                assert isinstance(prefix, ast.Constant)
                name = str(prefix.value).rstrip(".")
                yield from (f"{name}.{value}" for value in kinds[name])


def test_every_recorded_action_has_words() -> None:
    actions = set(recorded_actions())
    assert len(actions) > 15
    assert actions <= set(ACTIONS)
    for action in ACTIONS:
        assert registry.action_exists(f"donations.{action}")


@pytest.mark.parametrize("action", sorted(ACTIONS))
@pytest.mark.parametrize("language", ["lv", "en"])
def test_messages_survive_entries_that_lack_data(action: str, language: str) -> None:
    from django.utils import translation
    from wagtail.models import ModelLogEntry

    record(FundFactory.create(), action)
    with translation.override(language):
        assert str(ModelLogEntry.objects.get().message)


# --- The home page and the menu -------------------------------------------------------------------


def home(client: Client) -> str:
    return client.get(reverse("wagtailadmin_home")).text


def test_home_page_is_quiet_when_all_is_well(finance: Client) -> None:
    ProviderEventFactory.create()
    ProviderEventFactory.create(status="retrying")
    assert "Giving needs attention" not in home(finance)


def test_home_page_tells_of_trouble(finance: Client) -> None:
    failed = ProviderEventFactory.create(status="failed")
    late = ProviderEventFactory.create(status="retrying")
    ProviderEvent.objects.filter(pk=late.pk).update(received_at=timezone.now() - timedelta(hours=2))
    receipt = paid_donation().receipts.get()
    OutgoingMailFactory.create(receipt=receipt, repetition=1, status="failed", sent_at=None)
    text = home(finance)
    assert "1 payment event failed" in text
    assert "1 payment event has waited" in text
    assert "1 receipt could not be sent" in text
    # The menu says it on every page.
    assert "Payment events (1)" in text
    link = f"{reverse('giving_events:index')}?status=failed"
    assert link in text
    assert list(finance.get(link).context["object_list"]) == [failed]


def test_home_page_tells_of_donors_who_wait_to_be_erased(finance: Client) -> None:
    """What stands in the way, such as an end that the payment company refuses, needs somebody."""
    wished = timezone.now() - timedelta(days=1)
    waiting = DonorFactory.create(erase_requested_at=wished)
    DonorFactory.create(erase_requested_at=wished - timedelta(days=9), erased_at=wished)
    DonorFactory.create()
    assert "Giving needs attention" not in home(finance)
    Donor.objects.filter(pk=waiting.pk).update(erase_requested_at=wished - timedelta(days=2))
    assert "1 donor waits to be erased" in home(finance)
    link = f"{reverse('giving_donors:index')}?erasing=true"
    assert link in home(finance)
    assert list(finance.get(link).context["object_list"]) == [waiting]


@pytest.mark.parametrize("group", OTHER_GROUPS)
def test_home_page_tells_others_nothing(group: str) -> None:
    ProviderEventFactory.create(status="failed")
    assert "payment event" not in home(browser(group)).lower()


# --- Funds ----------------------------------------------------------------------------------------

FUND = {
    "code": "summer",
    "name_lv": "Vasara",
    "name_en": "Summer",
    "purpose_lv": "Vasaras nometnēm",
    "purpose_en": "Summer camps",
    "is_open": "on",
    "position": "5",
}


def test_finance_adds_and_changes_a_fund(finance: Client) -> None:
    assert finance.post(reverse("giving_funds:add"), FUND).status_code == 302
    fund = Fund.objects.get(code="summer")
    address = reverse("giving_funds:edit", args=[fund.pk])
    finance.post(address, FUND | {"name_en": "Summertime", "code": "summer-camp"})
    fund.refresh_from_db()
    assert (fund.name_en, fund.code) == ("Summertime", "summer-camp")


def test_the_code_of_a_used_fund_stays(finance: Client) -> None:
    fund = paid_donation().fund
    finance.post(reverse("giving_funds:edit", args=[fund.pk]), FUND)
    fund.refresh_from_db()
    assert (fund.name_en, fund.code) == ("Summer", "general")


def test_a_used_fund_is_never_deleted() -> None:
    fund = paid_donation().fund
    superuser = browser_of(member("", is_superuser=True))
    address = reverse("giving_funds:delete", args=[fund.pk])
    for method in (superuser.get, superuser.post):
        response = method(address, follow=True)
        assert "can’t be deleted" in " ".join(map(str, response.context["messages"]))
    assert Fund.objects.filter(pk=fund.pk).exists()


def test_an_unused_fund_can_be_deleted_by_who_may() -> None:
    fund = FundFactory.create()
    address = reverse("giving_funds:delete", args=[fund.pk])
    assert browser("Finance").post(address).status_code == 302
    assert Fund.objects.filter(pk=fund.pk).exists()
    browser_of(member("", is_superuser=True)).post(address)
    assert not Fund.objects.filter(pk=fund.pk).exists()
