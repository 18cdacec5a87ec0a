"""Two donors that are one: everything moves, nothing is lost, and it can't be done to strangers."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry, Site

from donations.models import (
    CheckoutAttempt,
    Consent,
    Donation,
    Donor,
    Fund,
    OutgoingMail,
    Pledge,
    Statement,
    TransferIntention,
)
from donations.services import attempts, statements
from donations.services.donors_merge import CodesDiffer, KeepTheOther, NotMergeable, merge
from sosbca.users.models import User
from tests.donations.staff import member
from tests.factories import DonorFactory, paid_donation


@pytest.fixture
def staff(site: Site) -> User:
    return member("Finance")


def with_everything(donor: Donor) -> None:
    gift = paid_donation(attempt__donor=donor, paid_at=datetime(2025, 3, 1, 12, tzinfo=UTC))
    fund = Fund.objects.get(code="general")
    Pledge.objects.create(
        donor=donor,
        fund=fund,
        amount_cents=1000,
        frequency="monthly",
        language="lv",
        subscription_reference=f"sub_{donor.pk}",
        customer_reference=f"cus_{donor.pk}",
        status="active",
        started_at=timezone.now(),
    )
    Consent.objects.create(donor=donor, purpose="newsletter", is_given=True, wording="…")
    TransferIntention.objects.create(
        donor=donor,
        fund=fund,
        amount_cents=500,
        reference="RF18",
        language="lv",
        address_digest="0",
    )
    OutgoingMail.objects.create(kind="access", donor=donor, message_id=f"<access-{donor.pk}@x>")
    assert statements.issue(donor, 2025) is not None
    assert gift.donor == donor


def test_everything_moves(staff: User) -> None:
    kept, duplicate = DonorFactory.create(), DonorFactory.create()
    with_everything(kept)
    with_everything(duplicate)
    merge(kept, duplicate, staff)
    for model in (CheckoutAttempt, Donation, Pledge, Consent, TransferIntention, OutgoingMail):
        rows = model._default_manager
        assert rows.filter(donor=duplicate).count() == 0, model
        assert rows.filter(donor=kept).count() == 2, model
    # Whatever else may point at a donor one day.
    for relation in Donor._meta.related_objects:
        pointing = relation.related_model._base_manager.filter(**{relation.field.name: duplicate})
        assert not pointing.exists(), relation
    duplicate.refresh_from_db()
    assert duplicate.merged_into == kept


def test_printed_numbers_stay_and_a_statement_of_both_follows(staff: User) -> None:
    kept, duplicate = DonorFactory.create(), DonorFactory.create()
    with_everything(kept)
    with_everything(duplicate)
    numbers = set(Statement.objects.values_list("number", flat=True))
    merge(kept, duplicate, staff)
    own = Statement.objects.filter(donor=kept).order_by("version")
    assert [statement.version for statement in own] == [1, 2, 3]
    assert {statement.number for statement in own[:2]} == numbers
    [current] = statements.current_of(kept)
    assert (current.version, current.total_cents, current.gifts) == (3, 5000, 2)


def test_repeating_it_changes_nothing_and_both_are_told_in_the_log(staff: User) -> None:
    kept, duplicate = DonorFactory.create(), DonorFactory.create()
    for _twice in range(2):
        merge(kept, Donor.objects.get(pk=duplicate.pk), staff)
    actions = ModelLogEntry.objects.filter(action__startswith="donations.donor.merged")
    assert {(entry.action, str(entry.object_id), entry.data["other"]) for entry in actions} == {
        ("donations.donor.merged", str(kept.pk), duplicate.pk),
        ("donations.donor.merged_away", str(duplicate.pk), kept.pk),
    }
    assert all(entry.user == staff for entry in actions)
    assert "Anna" not in str([entry.data for entry in actions])


def test_who_gives_again_with_the_old_details_is_found(staff: User) -> None:
    kept = DonorFactory.create()
    duplicate = DonorFactory.create(email="old@example.org", name="Anna Vecā")
    merge(kept, duplicate, staff)
    details = attempts.GiftDetails(
        amount_cents=100,
        frequency="once",
        fund_code="general",
        language="lv",
        donor_kind="person",
        name="Anna Vecā",
        email="old@example.org",
    )
    assert attempts.find_or_create_donor(details) == kept


def test_those_merged_earlier_point_at_the_last_one(staff: User) -> None:
    first, second, third = (DonorFactory.create() for _ in range(3))
    merge(second, first, staff)
    merge(third, Donor.objects.get(pk=second.pk), staff)
    first.refresh_from_db()
    assert first.merged_into == third


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({}, {"kind": "company"}),
        ({"erased_at": timezone.now()}, {}),
        ({}, {"erased_at": timezone.now()}),
        # The wish is about what a donor has today; it would miss what comes to them by merging.
        ({"erase_requested_at": timezone.now()}, {}),
        ({}, {"erase_requested_at": timezone.now()}),
    ],
)
def test_strangers_are_not_merged(staff: User, ours: Any, theirs: Any) -> None:
    kept, duplicate = DonorFactory.create(**ours), DonorFactory.create(**theirs)
    with pytest.raises(NotMergeable):
        merge(kept, duplicate, staff, confirmed=True)


def test_not_with_itself_nor_into_a_merged_one(staff: User) -> None:
    kept, duplicate, third = (DonorFactory.create() for _ in range(3))
    with pytest.raises(NotMergeable):
        merge(kept, kept, staff)
    merge(kept, duplicate, staff)
    with pytest.raises(NotMergeable):
        merge(Donor.objects.get(pk=duplicate.pk), third, staff)
    with pytest.raises(NotMergeable):
        merge(third, Donor.objects.get(pk=duplicate.pk), staff)


def test_different_codes_need_a_second_look(staff: User) -> None:
    kept = DonorFactory.create(personal_code="121282-11234", personal_code_digest="a")
    duplicate = DonorFactory.create(personal_code="010180-11134", personal_code_digest="b")
    with pytest.raises(CodesDiffer):
        merge(kept, duplicate, staff)
    assert not Donor.objects.exclude(merged_into=None).exists()
    merge(kept, duplicate, staff, confirmed=True)
    kept.refresh_from_db()
    assert kept.personal_code == "121282-11234"


def test_details_that_are_missing_are_taken_over(staff: User) -> None:
    kept = DonorFactory.create(email="")
    duplicate = DonorFactory.create(
        personal_code="121282-11234", personal_code_digest="a", postal_address="Rīga"
    )
    merge(kept, duplicate, staff)
    kept.refresh_from_db()
    assert (kept.personal_code, kept.personal_code_digest) == ("121282-11234", "a")
    assert (kept.postal_address, kept.email) == ("Rīga", duplicate.email)
    duplicate.refresh_from_db()
    assert duplicate.personal_code == "121282-11234"


def test_the_one_that_knows_more_is_to_be_kept(staff: User) -> None:
    kept = DonorFactory.create(name="Anna", email="anna@example.org")
    duplicate = DonorFactory.create(
        name="Anna",
        email="anna@example.org",
        personal_code="121282-11234",
        personal_code_digest="a",
    )
    with pytest.raises(KeepTheOther):
        merge(kept, duplicate, staff)
    merge(duplicate, kept, staff)


def test_companies_of_another_number_are_not_one(staff: User) -> None:
    kept = DonorFactory.create(kind="company", registration_number="40003032949")
    duplicate = DonorFactory.create(kind="company", registration_number="40008000007")
    with pytest.raises(CodesDiffer):
        merge(kept, duplicate, staff)
