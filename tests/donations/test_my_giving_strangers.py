"""Nobody sees or changes what is another donor's, whatever they know of its address."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from donations.models import Donor as DonorRow
from donations.models import Pledge, PledgeWish, Receipt, Statement
from donations.services import wishes
from tests.donations.own_page import EMAIL, Donor, address, begin, shown
from tests.factories import DonorFactory, FundFactory
from tests.giving import Giving

# Every address about something of one's own, with what a form would send; None: only looked at.
OF_PLEDGE: dict[str, dict[str, Any] | None] = {
    "my-giving-pledge": None,
    "my-giving-change": {"amount": "20", "frequency": "monthly"},
    "my-giving-purpose": {"fund": "general", "receipts": "yearly"},
    "my-giving-card": {},
    "my-giving-card-back": None,
    "my-giving-pause": {"months": "1"},
    "my-giving-resume": {},
    "my-giving-end": {"comment": ""},
}
PLAIN: dict[str, dict[str, Any] | None] = {
    "my-giving-gifts": None,
    "my-giving-details": None,
    "my-giving-language": {"language": "en"},
    "my-giving-consents": {"newsletter": "on"},
    "my-giving-data": None,
    "my-giving-download": {},
    "my-giving-erase": {"sure": "on"},
    "my-giving-log-out-everywhere": {},
}
POST_ONLY = {
    "my-giving-card",
    "my-giving-resume",
    "my-giving-language",
    "my-giving-consents",
    "my-giving-download",
    "my-giving-log-out-everywhere",
    "my-giving-log-out",
}


@pytest.fixture
def pledge(giving: Giving) -> Pledge:
    """Anna's."""
    return begin(giving)


@pytest.fixture
def statement(pledge: Pledge) -> Statement:
    return Statement.objects.create(
        donor=pledge.donor,
        year=2025,
        language="lv",
        total_cents=1000,
        gifts=1,
        issued_on="2026-01-15",
        digest="0" * 64,
        snapshot="{}",
    )


@pytest.fixture
def stranger(giving: Giving, pledge: Pledge) -> Donor:
    """Berta, who has a pledge of her own."""
    begin(giving, email="berta@example.org", name="Berta Ozola")
    return Donor(giving, "berta@example.org").come()


def addresses(pledge: Pledge, statement: Statement) -> list[tuple[str, tuple[Any, ...], Any]]:
    receipt = Receipt.objects.get(donation__donor=pledge.donor)
    found: list[tuple[str, tuple[Any, ...], Any]] = [
        (name, (pledge.public_id,), data) for name, data in OF_PLEDGE.items()
    ]
    found += [
        ("my-giving-receipt", (receipt.public_id,), None),
        ("my-giving-statement", (statement.public_id,), None),
        ("my-giving-donor", (pledge.donor_id,), {"name": "Berta"}),
    ]
    return found


def state() -> Any:
    """Everything that a form could change."""
    return (
        list(Pledge.objects.order_by("pk").values()),
        list(DonorRow.objects.order_by("pk").values()),
        PledgeWish.objects.count(),
    )


def test_what_is_anothers_is_not_there(
    stranger: Donor, pledge: Pledge, statement: Statement
) -> None:
    FundFactory.create(code="school")
    before = state()
    for name, arguments, data in addresses(pledge, statement):
        if name not in POST_ONLY:
            assert stranger.get(name, *arguments).status_code == 404, name
        if data is not None:
            sent = stranger.send(name, *arguments, request_id=uuid4(), **data)
            assert sent.status_code == 404, name
    assert state() == before


def test_the_owner_does_get_in(giving: Giving, pledge: Pledge, statement: Statement) -> None:
    """The addresses above are real ones."""
    donor = Donor(giving).come()
    for name, arguments, _data in addresses(pledge, statement):
        if name not in {*POST_ONLY, "my-giving-statement", "my-giving-card-back"}:
            assert donor.get(name, *arguments).status_code in {200, 303}, name


def test_without_a_visit_everything_leads_to_the_beginning(
    pledge: Pledge, statement: Statement
) -> None:
    before = state()
    plain = [(name, (), data) for name, data in PLAIN.items()]
    for name, arguments, data in [*addresses(pledge, statement), *plain]:
        client = Client()
        if name not in POST_ONLY:
            answer = client.get(address(name, *arguments))
            assert answer.status_code == 303, name
            assert answer.headers["Location"] == f"{address('my-giving')}?over=1"
        if data is not None:
            sent = client.post(address(name, *arguments), data)
            # What was typed is handed back, see test_my_giving_interrupted.
            assert sent.status_code == (403 if any(data.values()) else 303), name
        assert not any(morsel.value for morsel in client.cookies.values())
    assert state() == before


def test_pages_show_the_donors_own_alone(stranger: Donor, pledge: Pledge) -> None:
    for name in ("my-giving", "my-giving-gifts", "my-giving-details", "my-giving-data"):
        page = stranger.get(name).content.decode()
        assert "Anna" not in page
        assert EMAIL not in page
        assert str(pledge.public_id) not in page


def test_forms_of_other_visits_change_nothing(
    giving: Giving, stranger: Donor, pledge: Pledge, statement: Statement
) -> None:
    donor = Donor(giving).come()
    before = state()
    every = [
        *addresses(pledge, statement),
        *((name, (), data) for name, data in PLAIN.items()),
    ]
    for name, arguments, data in every:
        if data is None:
            continue
        for token in ({}, {"form_token": ""}, {"form_token": stranger.form_token}):
            answer = donor.client.post(donor.path(name, *arguments), {**data, **token})
            if name in POST_ONLY:
                assert answer.headers["Location"] == f"{donor.path('my-giving')}?again=1", name
            else:
                assert answer.status_code == 422, name
                assert donor.form_token in answer.content.decode(), name
    assert state() == before
    assert donor.get("my-giving-gifts").status_code == 200


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
def test_posts_from_other_sites_are_refused(
    giving: Giving, pledge: Pledge, headers: dict[str, str]
) -> None:
    donor = Donor(giving).come()
    sent = {"form_token": donor.form_token, "request_id": str(uuid4())}
    answer = donor.client.post(donor.path("my-giving-end", pledge.public_id), sent, headers=headers)
    assert answer.status_code == 403
    asked = Client().post(address("my-giving"), {"email": EMAIL}, headers=headers)
    assert asked.status_code == 403
    assert not PledgeWish.objects.exists()


def test_wrong_methods_are_refused(giving: Giving, pledge: Pledge) -> None:
    donor = Donor(giving).come()
    for name in POST_ONLY:
        arguments = (pledge.public_id,) if name in OF_PLEDGE else ()
        assert donor.get(name, *arguments).status_code == 405, name
    for name in ("my-giving-sent", "my-giving-logged-out", "my-giving-gifts", "my-giving-data"):
        assert donor.client.post(donor.path(name)).status_code == 405, name
    for method in ("put", "delete", "patch"):
        assert getattr(donor.client, method)(donor.path("my-giving")).status_code == 405


def test_a_wish_of_another_pledge_can_be_neither_used_nor_seen(
    giving: Giving, stranger: Donor, pledge: Pledge
) -> None:
    name = uuid4()
    wishes.cancel(pledge, name)
    own = Pledge.objects.get(donor__email="berta@example.org")
    page = stranger.get("my-giving-pledge", own.public_id, query=f"?wish={name}")
    assert "notice" not in page.content.decode().partition("<main")[2].partition("</main>")[0]
    for odd in ("x", str(uuid4()), "%00"):
        page = stranger.get("my-giving-pledge", own.public_id, query=f"?wish={odd}&note={odd}")
        assert page.status_code == 200


def test_duplicates_merged_and_erased_donors_open_nothing(giving: Giving, pledge: Pledge) -> None:
    kept = DonorFactory.create(email="kept@example.org")
    DonorFactory.create(email="merged@example.org", merged_into=kept)
    DonorFactory.create(email="erased@example.org", erased_at=pledge.created_at)
    from django.core import mail

    from tests.donations.own_page import ask

    mail.outbox.clear()
    for email in ("merged@example.org", "erased@example.org"):
        ask(email)
    giving.work()
    assert mail.outbox == []


def test_an_address_with_several_donors_shows_all(giving: Giving, pledge: Pledge) -> None:
    begin(
        giving,
        donor_kind="company",
        name="SIA Zīle",
        registration_number="40003032949",
        amount_cents=9900,
    )
    donor = Donor(giving, language="en").come()
    page = shown(donor.get("my-giving"))
    assert "€10 every month" in page
    assert "€99 every month" in page
    details = shown(donor.get("my-giving-details"))
    assert "Anna Bērziņa" in details
    assert "SIA Zīle" in details


def test_a_visit_ends_when_its_donor_is_gone(giving: Giving, pledge: Pledge) -> None:
    donor = Donor(giving).come()
    DonorRow.objects.filter(email=EMAIL).update(email="other@example.org")
    assert donor.get("my-giving-gifts").status_code == 303
