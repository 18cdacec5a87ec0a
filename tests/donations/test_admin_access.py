"""Who can reach the staff side of giving, at which address, and that nobody edits money there."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.log_actions import log
from wagtail.models import ReferenceIndex
from wagtail.permissions import policy_registry  # type: ignore[attr-defined]

from donations.models import (
    CheckoutAttempt,
    Consent,
    Difference,
    Donation,
    Donor,
    Import,
    LedgerEntry,
    OutgoingMail,
    Payout,
    Pledge,
    ProviderEvent,
    Receipt,
    Reconciliation,
    Statement,
    StatementRun,
)
from donations.services.audit import record
from tests.donations.staff import OTHER_GROUPS, browser, browser_of, member
from tests.factories import (
    CampaignFactory,
    FundFactory,
    PledgeFactory,
    ProviderEventFactory,
    StatementFactory,
    paid_donation,
)

pytestmark = pytest.mark.django_db

LOOKED_AT = ("donations", "donors", "receipts", "events", "attempts")
MONEY = (
    CheckoutAttempt,
    Consent,
    Difference,
    Donation,
    Donor,
    Import,
    LedgerEntry,
    OutgoingMail,
    Payout,
    Pledge,
    ProviderEvent,
    Receipt,
    Reconciliation,
    Statement,
    StatementRun,
)
SECRET = "Neviens-Nedrīkst-Zināt"


def routes(resolver: URLResolver | None = None) -> Iterator[tuple[str, URLPattern]]:
    """Every route of giving in the admin, by full name, as the resolver knows them."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if (entry.namespace or "").startswith("giving_"):
                for pattern in entry.url_patterns:
                    assert isinstance(pattern, URLPattern)
                    yield f"{entry.namespace}:{pattern.name}", pattern
            else:
                yield from routes(entry)


def test_the_routes_are_those_that_were_meant() -> None:
    """A new address is a decision: it comes up here, and in the matrix below by itself."""
    looking = {
        f"giving_{name}:{view}"
        for name in LOOKED_AT
        for view in ("index", "index_results", "inspect")
    }
    funds = {
        f"giving_funds:{view}"
        for view in (
            "index",
            "index_results",
            "add",
            "edit",
            "delete",
            "history",
            "history_results",
        )
    }
    actions = {
        "giving_donations:refund",
        "giving_receipts:download",
        "giving_receipts:resend",
        "giving_events:replay",
    }
    books = {
        f"giving_{name}:{view}"
        for name in ("payouts", "reconciliations", "imports")
        for view in ("index", "index_results", "inspect")
    }
    books |= {
        "giving_ledger:index",
        "giving_ledger:index_results",
        "giving_reconciliations:start",
        "giving_reconciliations:repair",
        "giving_events:replay_many",
        "giving_health:index",
    }
    desk = {
        f"giving_{name}:{view}"
        for name in ("pledges", "statements", "runs")
        for view in ("index", "index_results", "inspect")
    }
    desk |= {
        f"giving_{name}:{view}"
        for name in ("refunds", "disputes", "transfers")
        for view in ("index", "index_results")
    }
    desk |= {name.replace("giving_funds", "giving_campaigns") for name in funds}
    desk |= {
        "giving_overview:index",
        "giving_pledges:change",
        "giving_pledges:pause",
        "giving_pledges:resume",
        "giving_pledges:cancel",
        "giving_statements:download",
        "giving_statements:reissue",
        "giving_statements:send",
        "giving_runs:start",
        "giving_donations:enter",
        "giving_donations:void",
        "giving_donors:merge",
        "giving_donors:change",
        "giving_donors:erase",
        "giving_donors:statement",
        "giving_receipts:correct",
        "giving_receipts:restore",
    }
    assert {name for name, _pattern in routes()} == looking | funds | actions | books | desk


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A working address for each route."""
    monkeypatch.setattr("donations.services.documents.pdf_of", lambda receipt: b"%PDF-")
    donation = paid_donation()
    event = ProviderEventFactory.create(status="failed")
    objects = {
        "giving_donations": donation.pk,
        "giving_donors": donation.donor.pk,
        "giving_receipts": donation.receipts.get().pk,
        "giving_events": event.pk,
        "giving_attempts": donation.attempt_id,
        "giving_funds": donation.fund.pk,
    }
    run = Reconciliation.objects.create(status="differs", finished_at=timezone.now())
    difference = Difference.objects.create(reconciliation=run, kind="missing", repair="import")
    objects |= {
        "giving_reconciliations": run.pk,
        "giving_payouts": Payout.objects.create(
            reference="po_1",
            amount_cents=100,
            status="paid",
            created_at=timezone.now(),
            arrives_on=timezone.localdate(),
        ).pk,
        "giving_imports": Import.objects.create(fund=donation.fund).pk,
    }
    objects |= {
        "giving_pledges": PledgeFactory.create().pk,
        "giving_statements": StatementFactory.create().pk,
        "giving_runs": StatementRun.objects.create(year=2025).pk,
        "giving_campaigns": CampaignFactory.create().pk,
    }
    several = {"giving_reconciliations:repair": [run.pk, difference.pk]}
    found = {}
    for name, pattern in routes():
        pk = objects.get(name.partition(":")[0])
        found[name] = reverse(
            name, args=several.get(name, [pk] if pattern.pattern.converters else [])
        )
    return found


def answers(client: Client, addresses: dict[str, str], method: str = "get") -> dict[str, Any]:
    """For each route, the status, and where a redirect leads."""
    return {
        name: (response.status_code, response.headers.get("Location", ""))
        for name, address in addresses.items()
        for response in [getattr(client, method)(address)]
    }


@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_sent_to_the_login(addresses: dict[str, str], method: str) -> None:
    login = reverse("wagtailadmin_login")
    for name, (status, location) in answers(Client(), addresses, method).items():
        assert status == 302, name
        assert location.startswith(login), name


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("group", OTHER_GROUPS)
def test_other_groups_are_sent_home(addresses: dict[str, str], group: str, method: str) -> None:
    home = (302, reverse("wagtailadmin_home"))
    got = answers(browser(group), addresses, method)
    assert got == dict.fromkeys(addresses, home)


@pytest.mark.parametrize("group", OTHER_GROUPS)
def test_exports_are_refused_too(addresses: dict[str, str], group: str) -> None:
    client = browser(group)
    for name, address in addresses.items():
        if name.endswith((":index", ":index_results")):
            for kind in ("csv", "xlsx"):
                assert client.get(address, {"export": kind}).status_code == 302, name


@pytest.mark.parametrize("group", OTHER_GROUPS)
def test_missing_and_existing_objects_answer_alike(group: str) -> None:
    client, donation = browser(group), paid_donation()
    for view in ("inspect", "refund"):
        there = client.get(reverse(f"giving_donations:{view}", args=[donation.pk]))
        missing = client.get(reverse(f"giving_donations:{view}", args=[donation.pk + 99]))
        assert there.status_code == missing.status_code == 302


@pytest.mark.parametrize("group", ["Finance", "Administrators"])
def test_finance_and_administrators_get_in(addresses: dict[str, str], group: str) -> None:
    home = reverse("wagtailadmin_home")
    refused = {
        "giving_funds:delete": (302, home),
        "giving_campaigns:delete": (302, home),
        # Nothing that came through the payment company can be voided.
        "giving_donations:void": (302, addresses["giving_donations:inspect"]),
        # Posts only.
        "giving_donors:statement": (405, ""),
    }
    expected = {name: refused.get(name, (200, "")) for name in addresses}
    assert answers(browser(group), addresses) == expected


@pytest.mark.parametrize("group", OTHER_GROUPS)
def test_no_page_of_the_admin_tells_about_donors(group: str) -> None:
    """Every address of the admin that needs no argument, the reports and the search among them."""
    donation = paid_donation(attempt__donor__name=SECRET, payment_reference=f"pi_{SECRET}")
    record(donation, "donation.paid", before="processing")
    log(instance=donation.fund, action="wagtail.edit")
    client = browser(group)
    seen = 0
    for address in _addresses_without_arguments():
        response = client.get(address, {"q": SECRET})
        body = b"".join(response) if response.streaming else response.content
        if response.status_code == 200:
            seen += 1
            # The search field repeats the name that was searched for; nothing repeats these.
            assert f"pi_{SECRET}".encode() not in body, address
            assert donation.donor.email.encode() not in body, address
    assert seen > 20


def _addresses_without_arguments() -> Iterator[str]:
    def walk(resolver: URLResolver, prefix: str) -> Iterator[str]:
        for entry in resolver.url_patterns:
            route = prefix + str(entry.pattern).lstrip("^").rstrip("$")
            if isinstance(entry, URLResolver):
                yield from walk(entry, route)
            elif not any(mark in route for mark in ("<", "(", "*", "\\", "logout", "failwhale")):
                yield "/" + route

    for entry in get_resolver().url_patterns:
        if isinstance(entry, URLResolver) and str(entry.pattern) == "admin/":
            yield from walk(entry, "admin/")


def test_site_history_shows_donations_to_finance_only() -> None:
    donation = paid_donation(payment_reference="pi_history")
    record(donation, "donation.paid", before="processing")
    address = reverse("wagtailadmin_reports:site_history")
    assert "pi_history" in browser("Finance").get(address).text
    for group in OTHER_GROUPS:
        client = browser(group)
        assert "pi_history" not in client.get(address).text
        exported = client.get(address, {"export": "csv"})
        assert b"pi_history" not in b"".join(exported)


def test_the_log_outlives_the_donors_name() -> None:
    donation = paid_donation(attempt__donor__name=SECRET)
    record(donation, "donation.paid", before="processing")
    assert SECRET not in browser("Finance").get(reverse("wagtailadmin_reports:site_history")).text


def test_editing_sessions_and_bulk_actions_have_no_door() -> None:
    donation = paid_donation()
    for user in (*map(member, OTHER_GROUPS), member("", is_superuser=True)):
        client = browser_of(user)
        ping = reverse(
            "wagtailadmin_editing_sessions:ping", args=["donations", "donation", donation.pk, 1]
        )
        assert client.post(ping).status_code == 404
        bulk = reverse("wagtail_bulk_action", args=["donations", "donation", "delete"])
        assert client.get(bulk, {"id": donation.pk}).status_code == 404


def test_nothing_of_giving_is_in_the_reference_index() -> None:
    for model in (*MONEY, type(FundFactory.create())):
        assert not ReferenceIndex.is_indexed(model), model


@pytest.mark.parametrize("model", MONEY)
def test_nobody_writes_money_not_even_a_superuser(model: type[Model]) -> None:
    policy, superuser = policy_registry.get_by_type(model), member("", is_superuser=True)
    assert policy.user_has_permission(superuser, "view")
    for action in ("add", "change", "delete", "publish"):
        assert not policy.user_has_permission(superuser, action)
        assert not policy.users_with_permission(action).exists()


@pytest.mark.parametrize("name", LOOKED_AT)
def test_usual_addresses_of_editing_do_not_exist(name: str) -> None:
    client = browser_of(member("", is_superuser=True))
    for tail in ("new/", "edit/1/", "delete/1/", "copy/1/", "usage/1/", "history/1/"):
        assert client.get(f"/admin/giving/{name}/{tail}").status_code == 404


def test_group_editing_offers_only_permissions_that_mean_something() -> None:
    from wagtail import hooks

    offered = {
        permission.codename
        for hook in hooks.get_hooks("register_permissions")
        for permission in hook()
        if permission.content_type.app_label == "donations"
    }
    assert "refund_donation" in offered
    assert "change_donation" not in offered
    assert "delete_receipt" not in offered
    assert "change_fund" in offered


def test_an_action_needs_its_own_permission() -> None:
    donation = paid_donation()
    user = member("")
    for codename in ("access_admin", "view_donation", "view_receipt", "view_providerevent"):
        user.user_permissions.add(Permission.objects.get(codename=codename))
    client = browser_of(user)
    assert client.get(reverse("giving_donations:inspect", args=[donation.pk])).status_code == 200
    for name, pk in (
        ("giving_donations:refund", donation.pk),
        ("giving_receipts:resend", donation.receipts.get().pk),
        ("giving_events:replay", ProviderEventFactory.create().pk),
    ):
        assert client.get(reverse(name, args=[pk])).status_code == 302
        assert client.post(reverse(name, args=[pk])).status_code == 302
    page = client.get(reverse("giving_donations:inspect", args=[donation.pk])).text
    assert "/refund/" not in page
    assert "/resend/" not in page


def test_reports_link_to_details_for_who_may_look() -> None:
    donation = paid_donation()
    address = reverse("giving_donations:inspect", args=[donation.pk])
    assert AdminURLFinder(member("Finance")).get_edit_url(donation) == address
    for group in OTHER_GROUPS:
        assert AdminURLFinder(member(group)).get_edit_url(donation) is None


def test_menu_group_shows_for_finance_only() -> None:
    home = reverse("wagtailadmin_home")
    assert "/admin/giving/" in browser("Finance").get(home).text
    for group in OTHER_GROUPS:
        assert "/admin/giving/" not in browser(group).get(home).text


def test_content_types_of_money_give_others_nothing() -> None:
    """Wagtail's log is open to who holds any permission on a model: others hold none."""
    for group in OTHER_GROUPS:
        user = member(group)
        for model in MONEY:
            content_type = ContentType.objects.get_for_model(model)
            for permission in Permission.objects.filter(content_type=content_type):
                assert not user.has_perm(f"donations.{permission.codename}")
