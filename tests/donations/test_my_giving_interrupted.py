"""A form that was begun in a visit which is over: nothing is done, and nothing typed is lost."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from donations.models import Donor as DonorRow
from donations.models import Pledge, PledgeWish
from tests.donations.own_page import EMAIL, Donor, address, query_of, shown
from tests.giving import Giving

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
FIELD = re.compile(r'<input[^>]* name="name"[^>]*>')


pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def donor(giving: Giving, pledge: Pledge) -> Donor:
    return Donor(giving, language="en").come()


def hidden(page: Any) -> dict[str, str]:
    """What the page keeps in hand, by its form behind the list of steps."""
    return {name: unescape(value) for name, value in HIDDEN.findall(page.content.decode())}


def test_typed_words_outlive_the_visit(donor: Donor, pledge: Pledge, clock: Any) -> None:
    words = 'Jānis "Žanis" <Bērziņš> & dēls'
    path = donor.path("my-giving-donor", pledge.donor_id)
    typed = {"name": words, "email": EMAIL, "postal_address": "Rīga\n2"}
    sent = {"form_token": donor.form_token, **typed}
    clock.shift(timedelta(minutes=31))

    answer = donor.client.post(path, sent)
    assert answer.status_code == 403
    assert "no-store" in answer.headers["Cache-Control"]
    assert "You have been logged out" in shown(answer)
    kept = hidden(answer)
    assert kept == typed
    # Sent once more without a link it only comes back again.
    assert hidden(donor.client.post(path, kept)) == kept

    donor.come()
    again = donor.client.post(path, kept)
    assert again.status_code == 422
    assert "Nothing has been changed yet" in shown(again)
    (field,) = FIELD.findall(again.content.decode())
    assert unescape(field).count(words) == 1
    assert DonorRow.objects.get().name == "Anna Bērziņa"

    assert query_of(donor.client.post(path, kept | hidden(again))) == "note=saved"
    assert DonorRow.objects.get().name == words


def test_a_wish_keeps_its_name_so_that_two_clicks_stay_one(
    donor: Donor, pledge: Pledge, clock: Any
) -> None:
    name = str(uuid4())
    sent = {"request_id": name, "amount": "30", "frequency": "monthly"}
    clock.shift(timedelta(minutes=31))
    kept = hidden(donor.client.post(donor.path("my-giving-change", pledge.public_id), sent))
    assert kept == sent
    donor.come()
    again = donor.client.post(donor.path("my-giving-change", pledge.public_id), kept)
    assert not PledgeWish.objects.exists()
    assert hidden(again)["request_id"] == name
    for _click in range(2):
        donor.client.post(
            donor.path("my-giving-change", pledge.public_id), {**sent, **hidden(again)}
        )
    assert PledgeWish.objects.count() == 1
    pledge.refresh_from_db()
    assert pledge.amount_cents == 3000


def test_another_tab_logged_in_anew(donor: Donor, pledge: Pledge) -> None:
    """The form of the first tab is shown once more, filled in as it was."""
    before = donor.form_token
    donor.come()
    path = donor.path("my-giving-end", pledge.public_id)
    answer = donor.client.post(path, {"form_token": before, "comment": "Esmu bez darba."})
    assert answer.status_code == 422
    assert "Esmu bez darba." in answer.content.decode()
    assert "Nothing has been changed yet" in shown(answer)
    pledge.refresh_from_db()
    assert pledge.is_running
    # A button has nothing to show again: the beginning says that it was not done.
    answer = donor.client.post(donor.path("my-giving-download"), {"form_token": before})
    assert "Nothing has been changed yet" in shown(donor.follow(answer))


def test_log_out_works_from_any_page(donor: Donor) -> None:
    before = donor.form_token
    donor.come()
    answer = donor.client.post(donor.path("my-giving-log-out"), {"form_token": before})
    assert answer.headers["Location"] == donor.path("my-giving-logged-out")
    assert donor.get("my-giving-gifts").status_code == 303


def test_nothing_of_another_site_is_handed_back(pledge: Pledge) -> None:
    answer = Client().post(
        address("my-giving-end", pledge.public_id),
        {"comment": "<b>evil</b>"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403
    assert "evil" not in answer.content.decode()
