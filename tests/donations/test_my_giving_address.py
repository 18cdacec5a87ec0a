"""A donor gives themselves another e-mail address: proved by the mailbox, told to the old one."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from wagtail.models import ModelLogEntry

from donations.models import AccessLink, Donation, OutgoingMail, Pledge
from donations.models import Donor as DonorRow
from donations.services import access, donors_merge, erasure
from tests.donations.own_page import EMAIL, Donor, ask, begin, link_in_mail, shown
from tests.donations.staff import member
from tests.factories import DonorFactory
from tests.giving import Giving

NEW = "anna.new@example.org"


@pytest.fixture
def donor(giving: Giving, pledge: Pledge) -> Donor:
    come = Donor(giving, language="en").come()
    mail.outbox.clear()
    return come


def wish(donor: Donor, row: DonorRow, email: str = NEW, **changes: str) -> Any:
    details = {"name": row.name, "contact_name": row.contact_name, "email": email}
    answer = donor.send("my-giving-donor", row.pk, **details | changes)
    donor.giving.work()
    return answer


def to_new() -> list[Any]:
    return [message for message in mail.outbox if message.to == [NEW]]


def actions(row: DonorRow) -> list[str]:
    entries = ModelLogEntry.objects.filter(content_type__model="donor", object_id=row.pk)
    return list(entries.order_by("pk").values_list("action", flat=True))


def test_the_address_changes_when_its_mailbox_confirms_it(
    giving: Giving, donor: Donor, pledge: Pledge
) -> None:
    row = pledge.donor
    page = shown(donor.follow(wish(donor, row, f" {NEW.upper()} ")))
    assert "look into the new mailbox" in page
    assert f"{NEW}: waits for you to open" in page
    row.refresh_from_db()
    assert row.email == EMAIL
    assert [message.to for message in mail.outbox] == [[NEW]]
    assert "Anna" not in str(mail.outbox[0].body)
    link = link_in_mail()

    # Programs that check links change nothing; in any browser, the button does.
    browser = Client()
    for _ in range(2):
        looked = browser.get(link)
        assert NEW in shown(looked)
        assert EMAIL not in shown(looked)
    row.refresh_from_db()
    assert row.email == EMAIL
    answer = browser.post(link)
    page = shown(browser.get(answer.headers["Location"]))
    assert "Your new address is confirmed" in page
    assert "before" not in page
    row.refresh_from_db()
    assert row.email == NEW
    assert "€10 every month" in shown(browser.get(donor.path("my-giving")))

    giving.work()
    told = [message for message in mail.outbox if "details have been changed" in message.subject]
    assert sorted(message.to[0] for message in told) == [NEW, EMAIL]
    assert all("e-mail address" in str(message.body) for message in told)
    customer = giving.sandbox.get(pledge.customer_reference)
    assert customer["email"] == NEW
    assert {"donations.donor.address_asked", "donations.donor.changed"} <= set(actions(row))
    # The visit with the address until now is over.
    assert donor.get("my-giving-gifts").status_code == 303


def test_a_link_works_once_and_for_a_short_time(donor: Donor, pledge: Pledge, clock: Any) -> None:
    wish(donor, pledge.donor)
    link = link_in_mail()
    clock.shift(timedelta(minutes=31))
    assert Client().get(link).status_code == 410
    assert Client().post(link).status_code == 410
    assert DonorRow.objects.get().email == EMAIL

    donor.come()
    wish(donor, pledge.donor)
    link = link_in_mail()
    assert Client().post(link).status_code == 303
    assert Client().post(link).status_code == 410


def test_the_last_one_asked_for_counts(donor: Donor, pledge: Pledge) -> None:
    wish(donor, pledge.donor, "typo@example.org")
    mistyped = link_in_mail()
    wish(donor, pledge.donor)
    assert Client().post(mistyped).status_code == 410
    assert Client().post(link_in_mail()).status_code == 303
    assert DonorRow.objects.get().email == NEW


def test_logging_out_everywhere_stops_it(donor: Donor, pledge: Pledge) -> None:
    """Somebody else sat at the page; its owner puts an end to it from the old mailbox."""
    wish(donor, pledge.donor)
    donor.come().send("my-giving-log-out-everywhere")
    link = str(to_new()[0].body)
    path = link.partition("http://testserver")[2].split()[0]
    assert Client().post(path).status_code == 410
    assert DonorRow.objects.get().email == EMAIL


def test_nothing_tells_whether_an_address_is_known(donor: Donor, pledge: Pledge) -> None:
    DonorFactory.create(email="known@example.org", name="Kāds Cits")
    answers, bodies = [], []
    for email in ("known@example.org", "unknown@example.org"):
        answer = wish(donor, pledge.donor, email)
        answers.append((answer.status_code, answer.headers["Location"]))
        body = str(mail.outbox[-1].body)
        bodies.append(body.replace(link_in_mail(), ""))
    assert answers[0] == answers[1]
    assert bodies[0] == bodies[1]


def test_the_same_address_is_no_change(donor: Donor, pledge: Pledge) -> None:
    answer = wish(donor, pledge.donor, EMAIL.upper())
    assert "Nothing was different" in shown(donor.follow(answer))
    assert not AccessLink.objects.exclude(donor=None).exists()


@pytest.mark.parametrize("email", ["", "anna", "anna@"])
def test_what_is_no_address_is_refused(donor: Donor, pledge: Pledge, email: str) -> None:
    assert wish(donor, pledge.donor, email).status_code == 422
    assert mail.outbox == []


def test_other_details_are_saved_at_once(donor: Donor, pledge: Pledge) -> None:
    wish(donor, pledge.donor, postal_address="Rīga")
    row = DonorRow.objects.get()
    assert (row.postal_address, row.email) == ("Rīga", EMAIL)


def test_too_many_links_to_one_address(donor: Donor, pledge: Pledge, settings: Any) -> None:
    settings.ACCESS_LIMIT_PER_EMAIL = (1, 3600)
    assert wish(donor, pledge.donor).status_code == 303
    refused = wish(donor, pledge.donor)
    assert refused.status_code == 422
    assert "Too many links were asked for" in shown(refused)
    assert len(to_new()) == 1


def test_other_details_with_the_new_address_stand_beside(donor: Donor, pledge: Pledge) -> None:
    DonorFactory.create(email=NEW, name="SIA Zīle", kind="company", language="en")
    wish(donor, pledge.donor)
    browser = Client()
    answer = browser.post(link_in_mail())
    page = shown(browser.get(answer.headers["Location"]))
    assert "There were gifts with this address before" in page
    assert "SIA Zīle" in page
    assert "Anna Bērziņa" in page


def test_the_same_details_with_the_new_address_become_one(
    giving: Giving, donor: Donor, pledge: Pledge
) -> None:
    begin(giving, email=NEW, amount_cents=700)
    other = DonorRow.objects.get(email=NEW)
    wish(donor, pledge.donor)
    browser = Client()
    answer = browser.post(link_in_mail())
    assert "Both are one now" in shown(browser.get(answer.headers["Location"]))
    assert set(Donation.objects.values_list("donor", flat=True)) == {other.pk}
    page = shown(browser.get(donor.path("my-giving")))
    assert "€10 every month" in page
    assert "€7 every month" in page
    giving.work()
    for known in Pledge.objects.all():
        assert giving.sandbox.get(known.customer_reference)["email"] == NEW
    told = [message for message in mail.outbox if "details have been changed" in message.subject]
    assert sorted(message.to[0] for message in told) == [NEW, EMAIL]
    # Whoever gives with the old address again is found.
    assert DonorRow.objects.get(email=EMAIL).merged_into == other


def test_back_to_the_address_of_ones_own_duplicate(donor: Donor, pledge: Pledge) -> None:
    row = pledge.donor
    duplicate = DonorFactory.create(email=NEW, name=row.name, merged_into=row)
    wish(donor, row)
    assert Client().post(link_in_mail()).status_code == 303
    row.refresh_from_db()
    duplicate.refresh_from_db()
    assert (row.email, duplicate.email) == (NEW, EMAIL)
    assert duplicate.merged_into == row


def test_what_finance_has_joined_with_others_is_left_to_finance(
    donor: Donor, pledge: Pledge
) -> None:
    row = pledge.donor
    third = DonorFactory.create(email="third@example.org")
    DonorFactory.create(email=NEW, name=row.name, merged_into=third)
    beside = DonorFactory.create(email=NEW, name="Kāds Cits")
    wish(donor, row)
    browser = Client()
    answer = browser.post(link_in_mail())
    assert answer.status_code == 409
    assert "could not give you this address yet" in shown(answer)
    row.refresh_from_db()
    assert row.email == EMAIL
    assert actions(row)[-1] == "donations.donor.address_taken"
    # The link is used up, and opens nobody's page.
    assert actions(beside) == []
    assert browser.post(link_in_mail()).status_code == 410
    assert browser.get(donor.path("my-giving-gifts")).status_code == 303


def test_the_wish_of_a_duplicate_never_moves_the_kept_donor(donor: Donor, pledge: Pledge) -> None:
    """Anybody can give with somebody's details and a mailbox of their own, and finance merges."""
    kept = DonorFactory.create(email="kept@example.org", name=pledge.donor.name)
    wish(donor, pledge.donor)
    donors_merge.merge(kept, pledge.donor, member("Finance"))
    # One more, from a page that was opened before the merge.
    access.ask_to_confirm(pledge.donor, NEW, "en", "192.0.2.8")
    donors_merge.gather()
    assert Client().post(link_in_mail()).status_code == 410
    kept.refresh_from_db()
    assert kept.email == "kept@example.org"
    assert not AccessLink.objects.filter(used_at=None, ended_at=None).exists()


def test_wishing_for_an_address_keeps_nobody_from_their_page(
    giving: Giving, donor: Donor, pledge: Pledge, settings: Any
) -> None:
    settings.ACCESS_LIMIT_PER_EMAIL = (1, 3600)
    DonorFactory.create(email=NEW, name="Kāds Cits")
    wish(donor, pledge.donor)
    mail.outbox.clear()
    ask(NEW)
    giving.work()
    assert len(to_new()) == 1


def test_a_form_that_is_refused_sends_no_link(donor: Donor, pledge: Pledge) -> None:
    row = pledge.donor
    DonorFactory.create(email=EMAIL, name="Kāds Cits", kind=row.kind)
    assert wish(donor, row, name="Kāds Cits").status_code == 422
    assert to_new() == []


def test_erasing_forgets_the_address_that_was_wished(donor: Donor, pledge: Pledge) -> None:
    wish(donor, pledge.donor)
    assert erasure.erase([pledge.donor])
    assert not AccessLink.objects.exists()
    assert Client().post(link_in_mail(0)).status_code == 410


def test_only_the_link_in_the_mailbox_confirms(donor: Donor, pledge: Pledge) -> None:
    wish(donor, pledge.donor)
    token = link_in_mail().rstrip("/").rpartition("/")[2]
    assert access.open_link(token) is None
    message = OutgoingMail.objects.get(kind="new_address")
    assert message.recipient == message.facts == ""
    assert token not in str(AccessLink.objects.values())
